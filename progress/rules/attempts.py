"""May a person start a quiz, what does an attempt ask, is a response one that it offers, and what comes next."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from courses.rules.binds import required_keys
from courses.rules.outline import Outline, OutlineItem
from progress.rules.tries import Allowance


class Hindrance(StrEnum):
    """Why a quiz cannot be started."""

    WAITS_FOR_QUIZZES = "waits-for-quizzes"
    NO_TRIES_LEFT = "no-tries-left"
    NO_TRIES_THIS_WEEK = "no-tries-this-week"
    TOO_SOON = "too-soon"
    NO_QUESTIONS = "no-questions"
    TAKEN_OUT = "taken-out"


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason why a quiz cannot start, with the items it names, and when it goes away by itself if it does."""

    reason: Hindrance
    items: tuple[str, ...] = ()
    opens_at: datetime | None = None


class State(StrEnum):
    """How a step stands for a learner."""

    DONE = "done"
    OPEN = "open"
    WAITING = "waiting"


def waits_for(item: OutlineItem, outline: Outline, *, start: int, done: Set[str]) -> tuple[str, ...]:
    """Return the quizzes that must still be passed before this one opens, in the order of the course.

    Only those that this learner has to do: a quiz that came later and does not bind them never locks their final test.
    """
    if not item.waits_for:
        return ()
    required = required_keys(outline.items, start)
    return tuple(key for key in item.waits_for if key in required and key not in done)


def bars_to_start(
    item: OutlineItem, outline: Outline, *, start: int, done: Set[str], allowance: Allowance
) -> tuple[Bar, ...]:
    """Return every reason why the quiz cannot be started now; none means that it may.

    `allowance` is what the quiz still allows after the attempts so far, `start` the learner's start edition. Limits are
    checked at the start only: an attempt that is open may always be finished.
    """
    bars = []
    if item.removed:
        bars.append(Bar(Hindrance.TAKEN_OUT))
    if not item.question_count:
        bars.append(Bar(Hindrance.NO_QUESTIONS))
    if waiting := waits_for(item, outline, start=start, done=done):
        bars.append(Bar(Hindrance.WAITS_FOR_QUIZZES, waiting))
    if allowance.is_used_up:
        bars.append(Bar(Hindrance.NO_TRIES_LEFT))
    elif allowance.opens_at is not None:
        reason = Hindrance.TOO_SOON if allowance.waits else Hindrance.NO_TRIES_THIS_WEEK
        bars.append(Bar(reason, opens_at=allowance.opens_at))
    return tuple(bars)


def state_of(item: OutlineItem, outline: Outline, *, start: int, done: Set[str]) -> State:
    """Return how a step stands. Done stays done, even where it would have to wait now."""
    if item.key in done:
        return State.DONE
    return State.WAITING if waits_for(item, outline, start=start, done=done) else State.OPEN


def next_item(outline: Outline, *, start: int, done: Set[str], after: str = "") -> OutlineItem | None:
    """Return the step to go on with: the first open one that is required, from `after` on and then from the start.

    Where nothing required is left, the first open step that is not; None when nothing is left to do. What is done by
    being there comes last: nobody does it alone.
    """
    required = required_keys(outline.items, start)
    items = _from(outline.items, after)
    open_items = [item for item in items if state_of(item, outline, start=start, done=done) is State.OPEN]
    own = [item for item in open_items if not item.done_by_attendance] or open_items
    return next((item for item in own if item.key in required), next(iter(own), None))


def form_entry(form: Mapping[str, Any], question_id: str) -> Mapping[str, Any] | None:
    """Return what the form says of a question; None if the attempt does not ask it."""
    return next((entry for entry in form["questions"] if entry["id"] == question_id), None)


def _from(items: Sequence[OutlineItem], after: str) -> list[OutlineItem]:
    """Return the items behind the one with key `after`, then those before it."""
    place = next((index + 1 for index, item in enumerate(items) if item.key == after), 0)
    return [*items[place:], *items[:place]]
