"""Sign certificates as Open Badges: at issue in the holder's language, in others when first asked for."""

import hashlib
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from certificates.models import Badge, Certificate, StatusPlace
from certificates.operations.keys import KeyMissing, Signer, signer_of
from certificates.operations.status_lists import list_address, moment, take_places
from certificates.rules.badge import badge_document, recipient_of
from certificates.rules.bitstring import status_entry
from certificates.rules.signing import NotSignable, sign, text_of
from courses.rules.frameworks import frameworks
from foundation.operations import post_messages

logger = logging.getLogger(__name__)

_SALT_BYTES = 16  # 32 characters
_PAYLOADS_AT_ONCE = 100
"""Held at a time: each is up to 60 kB."""


class NoBadge(Exception):
    """The certificate was issued before there were badges, or a text of it cannot be signed (the log says which)."""


def sign_badge(*, certificate: Certificate, language: str, at: datetime) -> Badge:
    """Return the badge of a certificate in a language, signed now unless it was.

    :raises NoBadge: if the certificate is older than badges, or cannot be signed.
    :raises certificates.operations.keys.KeyMissing: if nothing can be signed now.
    """
    badges = sign_many(certificate_ids=[certificate.pk], language=language, at=at)
    if not badges:
        raise NoBadge(certificate.number)
    return badges[0]


def sign_many(*, certificate_ids: Sequence[int], at: datetime, language: str | None = None) -> list[Badge]:
    """Return the badges of certificates, each signed now unless it was; without `language` in the holder's own.

    Those older than badges are left out. May be done any number of times, by several workers at once: a constraint has
    the last word. Cost: 12 queries for an issuer and 1 for each 100; about 6 ms a badge on one core. Give some hundreds
    at a time.

    :raises certificates.operations.keys.KeyMissing: if nothing can be signed now.
    """
    badges: list[Badge] = []
    for group in _by_issuer(certificate_ids):
        badges += _sign_group(group, language, at)
    return badges


def badge_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.badge`, of one certificate or of many.

    Those of an issuer that cannot sign now wait in a message of their own while others are signed.

    :raises certificates.operations.keys.KeyMissing: if none of the issuers can sign.
    """
    groups = _by_issuer(payload.get("certificates") or [payload["certificate"]])
    waiting: list[list[Certificate]] = []
    problem: KeyMissing | None = None
    for group in groups:
        try:
            _sign_group(group, payload.get("language"), at)
        except KeyMissing as error:
            problem = error
            waiting.append(group)
    if problem is not None and len(waiting) == len(groups):
        raise problem
    rest = {
        f"{group[0].public_id}:{group[0].issuer_id}": {**payload, "certificates": [entry.pk for entry in group]}
        for group in waiting
    }
    post_messages(kind="certificates.badge", payloads=rest, at=at)


def _by_issuer(certificate_ids: Sequence[int]) -> list[list[Certificate]]:
    """Return certificates without their payloads, those of an issuer together. Cost: 1 query."""
    by_issuer: dict[int, list[Certificate]] = defaultdict(list)
    certificates = Certificate.objects.defer("payload").select_related("issuer", "enrolment__learner")
    # Those older than badges name no achievement.
    for certificate in certificates.filter(pk__in=certificate_ids, achievement__isnull=False).order_by("pk"):
        if certificate.issuer_id is not None:
            by_issuer[certificate.issuer_id].append(certificate)
    # In one order everywhere: workers lock what they sign.
    return [by_issuer[issuer] for issuer in sorted(by_issuer)]


def _sign_group(certificates: Sequence[Certificate], language: str | None, at: datetime) -> list[Badge]:
    """Sign badges of one issuer, all or none."""
    with transaction.atomic():
        return _signed_group(certificates, language, at)


def _signed_group(certificates: Sequence[Certificate], language: str | None, at: datetime) -> list[Badge]:
    wanted = {
        certificate.pk: (certificate, language or certificate.enrolment.learner.language)
        for certificate in certificates
    }
    there = _badges_of(wanted)
    missing = [wanted[pk] for pk in wanted if pk not in there]
    if missing:
        issuer = certificates[0].issuer
        assert issuer is not None
        signer = signer_of(issuer=issuer, at=at)
        places = take_places(certificates=[certificate for certificate, _code in missing], signer=signer, at=at)
        signed = []
        for start in range(0, len(missing), _PAYLOADS_AT_ONCE):
            part = missing[start : start + _PAYLOADS_AT_ONCE]
            payloads = dict(
                Certificate.objects.filter(pk__in=[entry.pk for entry, _code in part]).values_list("pk", "payload")
            )
            for certificate, code in part:
                try:
                    signed.append(
                        _signed(certificate, payloads[certificate.pk], code, places[certificate.pk], signer, at)
                    )
                except NotSignable:  # a fault in one text must not keep others from their badges
                    logger.exception("The certificate %s cannot be a badge in %s", certificate.number, code)
        Badge.objects.bulk_create(signed, ignore_conflicts=True)
        there |= _badges_of({certificate.pk: (certificate, code) for certificate, code in missing})
    return [there[pk] for pk in wanted if pk in there]


def _badges_of(wanted: Mapping[int, tuple[Certificate, str]]) -> dict[int, Badge]:
    """Return, by certificate, the latest badge whose signature counts."""
    languages: dict[str, list[int]] = defaultdict(list)
    for pk, (_certificate, language) in wanted.items():
        languages[language].append(pk)
    which = Q(pk__in=())
    for language, pks in languages.items():
        which |= Q(language=language, certificate__in=pks)
    badges = Badge.objects.filter(which, key__removed_at=None).order_by("signed_at", "pk")
    return {badge.certificate_id: badge for badge in badges}


def _signed(
    certificate: Certificate,
    payload: Mapping[str, Any],
    language: str,
    place: StatusPlace,
    signer: Signer,
    at: datetime,
) -> Badge:
    email = certificate.enrolment.learner.email
    document = badge_document(
        payload,
        language=language,
        issuer=signer.did,
        status=status_entry(list_address(place.status_list.number), place.index),
        recipient=recipient_of(email, salt=secrets.token_hex(_SALT_BYTES)) if email else None,
        valid_until=end_of_day(payload["valid_until"]),
        competences=_competence_names(language),
    )
    text = text_of(sign(document, key=signer.secret, method=signer.method, created=moment(at)))
    return Badge(
        certificate=certificate,
        language=language,
        key=signer.row,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        signed_at=at,
    )


def end_of_day(last_day: str | None) -> str | None:
    """Return the last second of a day, in the site's time zone: a certificate counts to the end of its last day."""
    if last_day is None:
        return None
    after = date.fromisoformat(last_day) + timedelta(days=1)
    return moment(timezone.make_aware(datetime.combine(after, time())) - timedelta(seconds=1))


@lru_cache(32)
def _competence_names(language: str) -> Mapping[tuple[str, str, str], str]:
    """Return the names of competences in a language, else in English."""
    return dict(_named(language))


def _named(language: str) -> Iterable[tuple[tuple[str, str, str], str]]:
    for (framework, version), entry in frameworks().items():
        for competence in entry.get("competences", ()):
            label = competence["label"]
            yield (framework, version, competence["code"]), label.get(language) or label["en"]
