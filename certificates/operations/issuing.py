"""Issue certificates that are due: the course is complete and the name is confirmed, whichever is last."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.models import Certificate, CertificateEvent, new_public_id
from certificates.operations.elements import certificate_words
from certificates.operations.issuers import issuer_facts, issuer_row
from certificates.queries.learning import learning_of
from certificates.rules.facts import CertificateFacts, offer_of
from certificates.rules.numbers import ALPHABET, RANDOM_LENGTH, number_from
from certificates.rules.payload import build_payload
from courses.models import CourseEdition
from courses.rules.outlining import outline_at
from foundation.operations import post_message
from foundation.rules.canonical import digest
from progress.models import Enrolment


def issue_due_certificates(*, enrolment: Enrolment, at: datetime) -> list[Certificate]:
    """Issue what is due for an enrolment and was not issued before; return the new certificates.

    May be called any number of times, by several workers at once: a constraint has the last word. The certificate
    speaks of the edition that was completed or, where that one offered no certificate, of the current one.
    Cost: 1 query when nothing is due.
    """
    return _issue_due(enrolment.pk, at=at)


def issue_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.issue`."""
    _issue_due(payload["enrolment"], at=at)


def _issue_due(enrolment_pk: int, *, at: datetime) -> list[Certificate]:
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_related("learner", "course", "holder_name", "completion")
            .filter(pk=enrolment_pk, holder_name__isnull=False, completion__isnull=False)
            .first()
        )
        if enrolment is None:
            return []
        issued = set(Certificate.objects.filter(enrolment=enrolment).values_list("kind", flat=True))
        due = [kind for kind in ("participation",) if kind not in issued]
        certificates = [_issue(enrolment, kind, at=at) for kind in due]
        return [certificate for certificate in certificates if certificate is not None]


def _issue(enrolment: Enrolment, kind: str, *, at: datetime) -> Certificate | None:
    """Issue one certificate; None where the course offers none of this kind, or another worker was quicker."""
    edition = _edition_that_offers(enrolment, kind)
    if edition is None:
        return None
    public_id = new_public_id()
    learning = learning_of(enrolment, edition.manifest)
    outlines = {
        code: outline_at(edition.manifest, language=code, edition=edition.number) for code, _name in settings.LANGUAGES
    }
    offer = offer_of(next(iter(outlines.values())), kind)
    issuer = issuer_row(offer.issuer if offer else "")
    facts = CertificateFacts(
        number=number_from("".join(secrets.choice(ALPHABET) for _place in range(RANDOM_LENGTH))),
        public_id=public_id,
        kind=kind,
        cycle=enrolment.cycle,
        holder_name=enrolment.holder_name.name,
        issuer=issuer_facts(issuer),
        issued_at=at,
        issued_date=timezone.localdate(at),
        completed_at=enrolment.completion.completed_at,
        edition_digest=edition.digest,
        languages=learning.languages or (enrolment.course.source_language,),
        lesson_count=learning.lesson_count,
        quizzes=learning.quizzes,
        outlines=outlines,
    )
    payload = build_payload(facts, {language: certificate_words(facts, language) for language in facts.outlines})
    sha256 = digest(payload)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                public_id=public_id,
                number=facts.number,
                enrolment=enrolment,
                kind=kind,
                payload=payload,
                payload_sha256=sha256,
                issued_at=at,
            )
    except IntegrityError:
        if Certificate.objects.filter(enrolment=enrolment, kind=kind).exists():
            return None
        raise  # the number exists, once in a very long time: the outbox tries again with another
    CertificateEvent.objects.create(
        certificate=certificate, kind=CertificateEvent.Kind.ISSUED, payload_sha256=sha256, happened_at=at
    )
    # One message a language: on the embedded database a handler holds the writers' lock while it works.
    for language in dict.fromkeys((enrolment.learner.language, settings.LANGUAGE_CODE)):
        post_message(
            kind="certificates.pdf",
            key=f"{public_id}:{language}",
            payload={"certificate": certificate.pk, "language": language},
            at=at,
        )
    if enrolment.learner.email:
        post_message(kind="certificates.mail", key=public_id, payload={"certificate": certificate.pk}, at=at)
    return certificate


def _edition_that_offers(enrolment: Enrolment, kind: str) -> CourseEdition | None:
    candidates = dict.fromkeys((enrolment.completion.edition_id, enrolment.course.current_edition_id))
    for edition_id in filter(None, candidates):
        edition = CourseEdition.objects.get(pk=edition_id)
        source = edition.manifest["source_language"]
        if offer_of(outline_at(edition.manifest, language=source, edition=edition.number), kind) is not None:
            return edition
    return None
