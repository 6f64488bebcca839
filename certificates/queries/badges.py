"""Reads of badges: the text that was signed, what an uploaded one is worth, and status lists as they are served."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from certificates.models import Badge, Certificate, CertificateDocument, StatusList
from certificates.queries.showing import status_of
from certificates.rules.multikey import read_multikey
from certificates.rules.numbers import public_ids_in
from certificates.rules.signing import is_signed_by
from certificates.rules.status import Status

LONGEST_BADGE = 200_000
"""Characters of an uploaded text that are looked at; ours have some thousands."""
DEEPEST = 32
_MOST_NAMED = 5


class BadgeState(StrEnum):
    """What an uploaded badge is."""

    UNREADABLE = "unreadable"
    NOT_OURS = "not-ours"
    CHANGED = "changed"
    KEY_REMOVED = "key-removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class CheckedBadge:
    """What an uploaded badge is and, where it names a certificate of ours, which one and what that is worth today."""

    state: BadgeState
    certificate: Certificate | None = None
    status: Status | None = None
    language: str = ""

    @property
    def is_unchanged(self) -> bool:
        return self.state is BadgeState.UNCHANGED


def badge_of(certificate: Certificate, language: str) -> Badge | None:
    """Return the badge of a certificate in a language, the latest whose key counts; None before it is signed. Cost: 1 query."""
    badges = Badge.objects.filter(certificate=certificate, language=language, key__removed_at=None)
    return badges.order_by("-signed_at", "-pk").first()


def holds_latest_badge(document: CertificateDocument) -> bool:
    """Return whether a PDF that was kept holds the badge that counts now, or none was ever signed. Cost: 1 query.

    Between the removal of a key and the next signature no badge counts.
    """
    badges = Badge.objects.filter(certificate=document.certificate_id, language=document.language)
    last = badges.order_by("-signed_at", "-pk").values_list("signed_at", "key__removed_at").first()
    return last is None or (last[1] is None and last[0] <= document.made_at)


def check_badge(text: str, *, today: date) -> CheckedBadge:
    """Return what a text that somebody uploaded as a badge is. Cost: 4 queries at most; no network.

    What was signed here is kept word by word, so a text is compared with that: of a hostile one nothing is expanded or
    canonicalised, which could take very long. Written with other spaces or in another order it is still the same.
    """
    document = _read(text)
    if document is None:
        return CheckedBadge(BadgeState.UNREADABLE)
    certificate = _certificate_named(text)
    if certificate is None:
        return CheckedBadge(BadgeState.NOT_OURS)
    status = status_of(certificate, today=today)
    said = _one_text(document)
    for badge in Badge.objects.filter(certificate=certificate).select_related("key").order_by("-signed_at", "-pk"):
        kept = json.loads(badge.document)
        if _one_text(kept) != said:
            continue
        if badge.key.removed_at is not None:
            return CheckedBadge(BadgeState.KEY_REMOVED, certificate, status, badge.language)
        if not is_signed_by(kept, read_multikey(badge.key.public_multibase)):
            break  # somebody changed what is kept here, too
        return CheckedBadge(BadgeState.UNCHANGED, certificate, status, badge.language)
    return CheckedBadge(BadgeState.CHANGED, certificate, status)


def status_list_at(number: int) -> StatusList | None:
    """Return a status list that was signed; None without. Cost: 1 query."""
    return StatusList.objects.filter(number=number).exclude(document="").first()


def _certificate_named(text: str) -> Certificate | None:
    """Return the certificate of ours that a badge names: in its own address or, where that was changed, in another."""
    public_ids = list(dict.fromkeys(public_ids_in(text)))[:_MOST_NAMED]
    certificates = Certificate.objects.select_related("enrolment", "superseded_by").prefetch_related("events")
    found = {certificate.public_id: certificate for certificate in certificates.filter(public_id__in=public_ids)}
    return next((found[public_id] for public_id in public_ids if public_id in found), None)


def _read(text: str) -> dict[str, Any] | None:
    """Return the object that a text holds; None for anything else, too long or too deep, or with a name twice."""
    if len(text) > LONGEST_BADGE or _depth(text) > DEEPEST:
        return None
    try:
        read = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None


def _depth(text: str) -> int:
    """Return how deep brackets are nested; those inside of texts count too, which only makes the answer stricter."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands there twice")
    return read


def _refuse(name: str) -> Any:
    raise ValueError(f"not JSON: {name}")


def _one_text(document: Any) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=True)
