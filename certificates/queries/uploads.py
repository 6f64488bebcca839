"""Files that somebody shows us: ours and unchanged, ours and changed, or not ours."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from certificates.models import Badge, Certificate, CertificateDocument
from certificates.printing import UploadOutcome, read_upload
from certificates.queries.badges import BadgeState, check_badge
from certificates.queries.showing import certificates_with_events

_MAX_NAMED = 16


class FileState(StrEnum):
    """What a file is to us."""

    OURS = "ours"
    KEY_REMOVED = "key removed"  # a badge we signed with a key that is not to be trusted any more
    CHANGED = "changed"  # names a certificate of ours and is not what we handed out
    NOT_OURS = "not ours"
    TOO_LARGE = "too large"
    NEITHER = "neither"  # no PDF and no badge
    LOCKED = "locked"
    BROKEN = "broken"
    TOOK_TOO_LONG = "took too long"


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What a file is. `certificate`: of a file of ours; `named`: those of ours that a changed file names, in its order."""

    state: FileState
    certificate: Certificate | None = None
    named: tuple[Certificate, ...] = ()
    is_badge: bool = False
    has_our_badge: bool = False

    @property
    def is_ours(self) -> bool:
        return self.state is FileState.OURS

    @property
    def is_changed(self) -> bool:
        return self.state is FileState.CHANGED

    @property
    def has_lost_key(self) -> bool:
        return self.state is FileState.KEY_REMOVED


_OUTCOMES = {
    UploadOutcome.TOO_LARGE: FileState.TOO_LARGE,
    UploadOutcome.NOT_A_PDF: FileState.NEITHER,
    UploadOutcome.LOCKED: FileState.LOCKED,
    UploadOutcome.BROKEN: FileState.BROKEN,
    UploadOutcome.TOOK_TOO_LONG: FileState.TOOK_TOO_LONG,
}
_BADGES = {
    BadgeState.UNREADABLE: FileState.BROKEN,
    BadgeState.NOT_OURS: FileState.NOT_OURS,
    BadgeState.CHANGED: FileState.CHANGED,
    BadgeState.KEY_REMOVED: FileState.KEY_REMOVED,
    BadgeState.UNCHANGED: FileState.OURS,
}


def verdict_on(data: bytes, *, today: date) -> FileVerdict:
    """Return what a file is. One that is not byte for byte ours is looked into: at most 2 seconds.

    What a file says of itself is a claim: it tells which certificate to compare with, and proves nothing. A badge is
    the same however its spaces and lines are set; a PDF is ours as we handed it out, and not otherwise.
    Cost: at most 4 queries.
    """
    if data.lstrip()[:1] == b"{":
        return _badge(data, today)
    sha256 = hashlib.sha256(data).hexdigest()
    certificate = CertificateDocument.objects.filter(sha256=sha256).values_list("certificate", flat=True).first()
    if certificate is not None:
        return FileVerdict(FileState.OURS, certificates_with_events().get(pk=certificate))
    reading = read_upload(data)
    if reading.outcome is not UploadOutcome.READ:
        return FileVerdict(_OUTCOMES[reading.outcome])
    named = _named(reading.public_ids, reading.numbers)
    if not named:
        return FileVerdict(FileState.NOT_OURS)
    badges = [hashlib.sha256(badge.encode()).hexdigest() for badge in reading.badges]
    has_our_badge = bool(badges) and Badge.objects.filter(sha256__in=badges, certificate__in=named).exists()
    return FileVerdict(FileState.CHANGED, named=named, has_our_badge=has_our_badge)


def _badge(data: bytes, today: date) -> FileVerdict:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return FileVerdict(FileState.BROKEN, is_badge=True)
    checked = check_badge(text, today=today)
    state, certificate = _BADGES[checked.state], checked.certificate
    if checked.is_unchanged or certificate is None:
        return FileVerdict(state, certificate, is_badge=True)
    return FileVerdict(state, named=(certificate,), is_badge=True)


def _named(public_ids: Sequence[str], numbers: Sequence[str]) -> tuple[Certificate, ...]:
    """Return the certificates of ours that are named, in the order in which they are. Cost: 1 query."""
    names = list(dict.fromkeys([*public_ids, *numbers]))[:_MAX_NAMED]
    if not names:
        return ()
    found = Certificate.objects.filter(Q(public_id__in=names) | Q(number__in=names)).order_by("pk")
    places = {name: place for place, name in enumerate(names)}
    last = len(places)
    return tuple(sorted(found, key=lambda one: min(places.get(one.public_id, last), places.get(one.number, last))))
