"""How a certificate is replaced, withdrawn or restored: one person asks, another agrees; never the holder, never one alone.

Where nobody else may agree (a team of one), it is done 24 hours after the operators were told, unless it is taken back.
A request goes forward only: it waits, and is then done, refused or taken back for good (decision 0023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.rules.second_people import Standing, is_second_person

DELAY = timedelta(hours=24)
"""How long a request of a team of one waits: time for an operator to look at it."""


class Change(StrEnum):
    """What can be asked for."""

    REISSUE = "reissue"
    REVOKE = "revoke"
    RESTORE = "restore"


class RequestState(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken-back"


class Objection(StrEnum):
    """Why a change cannot be made to a certificate as it stands."""

    WITHDRAWN = "withdrawn"
    NOT_WITHDRAWN = "not withdrawn"
    REPLACED = "replaced"
    WAITS = "waits"


class Step(StrEnum):
    """What the sweep does with a waiting request."""

    WAIT = "wait"
    DO = "do"
    HAND_OVER = "hand over"


REASONS: Mapping[Change, tuple[str, ...]] = {
    Change.REISSUE: ("name", "error"),
    Change.REVOKE: ("not-earned", "error", "holder", "misuse", "other"),
    Change.RESTORE: ("reviewed", "error", "holder", "other"),
}
"""The reasons that fit each change, most likely first; values of `certificates.models.Reason`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as the rule looks at it. People by number; `asker` is None once that person was erased."""

    state: RequestState
    asker: int | None
    holder: int
    due_at: datetime | None = None


def objection_to(change: Change, *, is_withdrawn: bool, is_replaced: bool, has_waiting: bool) -> Objection | None:
    """Return why a change cannot be asked for, or made, as a certificate stands; None where it can.

    Only what is withdrawn can be restored, and only what is not can be withdrawn, a replaced one too. Replaced is only
    the one that stands: of an earlier one, its successor. One request waits at a time.
    """
    if has_waiting:
        return Objection.WAITS
    if change is Change.RESTORE:
        return None if is_withdrawn else Objection.NOT_WITHDRAWN
    if is_withdrawn:
        return Objection.WITHDRAWN
    return Objection.REPLACED if is_replaced and change is Change.REISSUE else None


def may_ask(*, person: int, holder: int, has_right: bool) -> bool:
    """Return whether somebody may ask for a change of a certificate: with the right, and never of their own."""
    return has_right and person != holder


def may_decide(asked: Asked, *, standing: Standing, has_right: bool, at: datetime) -> bool:
    """Return whether somebody may agree to a request or refuse it: a second person, who neither asked nor is the holder."""
    apart = {asked.asker, asked.holder}
    return asked.state is RequestState.WAITING and has_right and is_second_person(standing, apart=apart, at=at)


def is_too_new(asked: Asked, *, standing: Standing, has_right: bool, at: datetime) -> bool:
    """Return whether somebody may decide about a request later, but does not count as a second person yet."""
    is_apart = standing.person in {asked.asker, asked.holder}
    is_theirs = asked.state is RequestState.WAITING and has_right and not is_apart
    return is_theirs and not may_decide(asked, standing=standing, has_right=has_right, at=at)


def may_take_back(asked: Asked, *, person: int) -> bool:
    """Return whether somebody may take a request back: who asked, as long as it waits."""
    return asked.state is RequestState.WAITING and person == asked.asker


def due_at_for(*, asked_at: datetime, others: bool) -> datetime | None:
    """Return when a request is done by itself: never where there are others who can decide, else after the delay."""
    return None if others else asked_at + DELAY


def step_of_sweep(asked: Asked, *, at: datetime, others: bool, asker_has_right: bool) -> Step:
    """Return what becomes of a request when the sweep looks at it.

    It is done when its time came, still nobody else could decide, and who asked is still somebody who may ask. Where
    others came meanwhile, it is theirs to decide: nothing is done by one person while there are two.
    """
    if asked.state is not RequestState.WAITING or asked.due_at is None or at < asked.due_at:
        return Step.WAIT
    if others:
        return Step.HAND_OVER
    if asked.asker is None or asked.asker == asked.holder or not asker_has_right:
        return Step.WAIT
    return Step.DO
