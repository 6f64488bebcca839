"""What a certificate is worth today: the fold of its events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a certificate."""

    ISSUED = "issued"
    REISSUED = "re-issued"
    REVOKED = "revoked"
    RESTORED = "restored"
    EXPIRED = "expired"


class State(StrEnum):
    """What the first words of the verify page say."""

    VALID = "valid"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Event:
    kind: EventKind
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The state, and since when; None where no event says so."""

    state: State
    since: datetime | None

    @property
    def is_valid(self) -> bool:
        return self.state is State.VALID

    @property
    def is_expired(self) -> bool:
        return self.state is State.EXPIRED

    @property
    def is_replaced(self) -> bool:
        return self.state is State.REPLACED

    @property
    def is_withdrawn(self) -> bool:
        return self.state is State.WITHDRAWN

    @property
    def is_unconfirmed(self) -> bool:
        return self.state is State.UNCONFIRMED

    @property
    def shows_contents(self) -> bool:
        """Whether all that the certificate says may be shown: what was withdrawn, or cannot be vouched for, may not."""
        return self.state in {State.VALID, State.EXPIRED, State.REPLACED}


def fold_status(events: Iterable[Event], *, valid_until: date | None, today: date, is_intact: bool) -> Status:
    """Return the status of a certificate from its events, in the order they happened.

    Withdrawn outweighs replaced, replaced outweighs expired. A certificate counts to the end of its last day.
    `is_intact` says that the payload still has the digest of its issue; without that, or without an event of issue,
    nothing is vouched for.
    """
    withdrawn_at = replaced_at = expired_at = issued_at = None
    for event in events:
        match event.kind:
            case EventKind.ISSUED:
                issued_at = event.happened_at
            case EventKind.REVOKED:
                withdrawn_at = event.happened_at
            case EventKind.RESTORED:
                withdrawn_at = expired_at = None
            case EventKind.REISSUED:
                replaced_at = event.happened_at
            case EventKind.EXPIRED:
                expired_at = event.happened_at
    if withdrawn_at is not None:
        return Status(State.WITHDRAWN, withdrawn_at)
    if issued_at is None or not is_intact:
        return Status(State.UNCONFIRMED, None)
    if replaced_at is not None:
        return Status(State.REPLACED, replaced_at)
    if expired_at is not None or (valid_until is not None and today > valid_until):
        return Status(State.EXPIRED, expired_at)
    return Status(State.VALID, issued_at)
