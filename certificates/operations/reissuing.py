"""Issue a certificate again, corrected: the new one supersedes the old, which stays and says so (decision 0022).

    reissue_certificate(certificate=old, name="Giulia Ferri", reason="name", actor=piotr, second=ada, at=now)

Who may ask for it, and who has to agree, is `certificates.operations.requesting`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, HolderName, NameVisibility, Reason, new_public_id
from certificates.operations.confirming import NameRefused
from certificates.operations.drafting import Sources, new_number, post_follow_ups, write_certificates
from certificates.operations.events import record_event, record_issues
from certificates.operations.issuing import draft_again
from certificates.operations.revoking import NotPossible, locked_certificate, objection_now
from certificates.operations.wording import long_date
from certificates.rules.correcting import CorrectedWords, corrected_payload
from certificates.rules.names import name_problem, tidy_name
from certificates.rules.requests import Change
from foundation.rules.canonical import digest


def reissue_certificate(
    *, certificate: Certificate, name: str, reason: str, actor: User | None, second: User | None, at: datetime
) -> Certificate:
    """Issue a certificate again with `name`, and return the new one: another number, another address, the same last day.

    For the reason "name" everything but the name stays as it was frozen. For any other the facts are read again, of the
    same edition: results as they stand now, the issuer as it is now. A certificate of a learning path is corrected in
    its name only: what else it says is that of other certificates.
    A name that changed is not on the page of the old one any more: who has its file sees it there.

    :raises certificates.operations.confirming.NameRefused: if the name breaks a rule of `certificates.rules.names`.
    :raises NotPossible: if the certificate is withdrawn or replaced already.
    """
    tidied = tidy_name(name)
    problem = name_problem(tidied)
    if problem is not None:
        raise NameRefused(problem)
    with transaction.atomic():
        old = locked_certificate(certificate)
        objection = objection_now(old, Change.REISSUE)
        if objection is not None:
            raise NotPossible(objection)
        _keep_name(old, tidied, actor, at)
        record_event(
            certificate=old, kind=CertificateEvent.Kind.REISSUED, at=at, reason=reason, actor=actor, second=second
        )
        if reason == Reason.NAME or old.learning_path_id is not None:
            new = _corrected(old, tidied, at)
        else:
            sources = Sources()
            draft = draft_again(old, name=tidied, sources=sources, at=at)
            new = write_certificates(drafts=[draft], sources=sources, at=at)[0]
        _hide_former_names(old, tidied)
    return new


def _hide_former_names(old: Certificate, name: str) -> None:
    """Have the pages of what was replaced show no name that is not the holder's any more: a number leads to them.

    Cost: 1 query where the name changed, and 1 for each that had been replaced before.
    """
    earlier: Certificate | None = old
    while earlier is not None:
        if earlier.payload["holder"]["name"] != name:
            earlier.name_visibility = NameVisibility.FILE
            earlier.save(update_fields=["name_visibility"])
        earlier = earlier.supersedes


def _keep_name(old: Certificate, name: str, actor: User | None, at: datetime) -> None:
    kept = HolderName.objects.filter(enrolment_id=old.enrolment_id).first()
    if kept is None or kept.name != name:
        HolderName.objects.update_or_create(
            enrolment_id=old.enrolment_id, defaults={"name": name, "confirmed_at": at, "confirmed_by": actor}
        )


def _corrected(old: Certificate, name: str, at: datetime) -> Certificate:
    number, public_id = new_number(), new_public_id()
    payload = corrected_payload(
        old.payload,
        number=number,
        public_id=public_id,
        address=f"{settings.PORTAL_BASE_URL}/{{language}}/certificates/{public_id}/",
        name=name,
        issued_at=at,
        issued_date=timezone.localdate(at),
        words=_words(old.payload, at),
    )
    new = Certificate.objects.create(
        public_id=public_id,
        number=number,
        enrolment=old.enrolment,
        learning_path_id=old.learning_path_id,
        learner_id=old.learner_id,
        cycle=old.cycle,
        issuer_id=old.issuer_id,
        achievement_id=old.achievement_id,
        kind=old.kind,
        payload=payload,
        payload_sha256=digest(payload),
        supersedes=old,
        name_visibility=old.name_visibility,
        issued_at=at,
        valid_until=old.valid_until,
    )
    record_issues(certificates=[new], at=at)
    post_follow_ups(certificates=[new], at=at)
    return new


def _words(payload: Mapping[str, Any], at: datetime) -> dict[str, CorrectedWords]:
    words = {}
    for language in {text["words"] for text in payload["texts"].values()}:
        with override(language):
            day = long_date(timezone.localdate(at))
            words[language] = CorrectedWords(
                issued_line=gettext("Issued on %(date)s.") % {"date": day},
                issued=day,
                supersedes=gettext("It replaces certificate %(number)s.") % {"number": payload["number"]},
            )
    return words
