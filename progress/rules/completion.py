"""What a learner has to do, how far they are, and whether the course is complete (EDITIONS.md section 7).

Everything here is a fold of three facts: the items of the course with the start editions they bind, the edition the
learner started with, and what the learner has done.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from courses.rules.binds import counted_keys, holds, required_keys
from courses.rules.outline import Outline


class Stage(StrEnum):
    """How far an enrolment is, in one word. It only ever moves down this list."""

    ENROLLED = "enrolled"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner is. Sets hold item keys."""

    required: frozenset[str]
    counted: frozenset[str]
    done: frozenset[str]
    complete: bool

    @property
    def done_count(self) -> int:
        """How many of the counted steps are done."""
        return len(self.done & self.counted)

    @property
    def counted_count(self) -> int:
        """How many steps count for this learner."""
        return len(self.counted)

    @property
    def missing(self) -> frozenset[str]:
        """What is still to do before the course is complete."""
        return self.required - self.done

    @property
    def percentage(self) -> int:
        """Per cent of the counted steps that are done, 0 to 100, rounded down; 100 exactly when complete."""
        return 100 if self.complete else shown_percentage(done_count=self.done_count, counted_count=self.counted_count)

    @property
    def may_finish(self) -> bool:
        """Whether the completion of the course may be recorded.

        Not while nothing is required: an editor who takes every step down for an hour would give out certificates.
        """
        return self.complete and bool(self.required)


def is_complete(*, counted: Set[str], done: Set[str]) -> bool:
    """Return whether everything that counts is done.

    Decided on the sets, never on a rounded ratio: 399 of 400 displays as 100 %. Where nothing counts, nothing is
    complete. What is done is counted for ever, so this is the same as "everything required is done", but for one
    case: somebody who has done all that was ever asked of them stays complete when the course is emptied.
    """
    return bool(counted) and counted <= done


def shown_percentage(*, done_count: int, counted_count: int) -> int:
    """Return the percentage to show, 0 to 100, rounded down so that 399 of 400 is 99. Nothing counted: 0."""
    return done_count * 100 // counted_count if counted_count else 0


def fold_progress(outline: Outline, *, start: int, done: Set[str], completed: bool) -> Progress:
    """Return how far a learner is.

    `completed` says that the completion of the course was recorded: from then on later editions ask for nothing more,
    and what was done is all that counts.
    """
    items = (*outline.items, *outline.tombstones)
    required = required_keys(items, start)
    counted = counted_keys(items, start, done)
    if completed:
        required &= done
        counted &= done
    return Progress(
        required=required,
        counted=counted,
        done=frozenset(done),
        complete=completed or is_complete(counted=counted, done=done),
    )


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What is measured against, for everybody who started at one edition. Sets hold item keys.

    `required`: what they have to do now. `countable`: that, and what counts for them once it is done.
    """

    required: frozenset[str]
    countable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """How far an enrolment is, as lists show it."""

    percentage: int
    may_finish: bool


def yardstick_of(outline: Outline, *, start: int) -> Yardstick:
    """Return what people who started at edition `start` are measured against."""
    items = (*outline.items, *outline.tombstones)
    required = required_keys(items, start)
    once_done = frozenset(item.key for item in items if holds(item.binds, start) or holds(item.past, start))
    return Yardstick(required=required, countable=required | once_done)


def fold_counts(yardstick: Yardstick, *, done_required: int, done_countable: int, completed: bool) -> Figures:
    """Return what `fold_progress` comes to, from two numbers: how many required and how many countable steps are done.

    For many enrolments at once, whose steps a database counts far quicker than it can tell them.

    >>> fold_counts(Yardstick(frozenset("ab"), frozenset("abc")), done_required=1, done_countable=2, completed=False)
    Figures(percentage=66, may_finish=False)
    """
    counted = len(yardstick.required) + done_countable - done_required
    complete = completed or (counted > 0 and done_required == len(yardstick.required))
    percentage = 100 if complete else shown_percentage(done_count=done_countable, counted_count=counted)
    return Figures(percentage=percentage, may_finish=complete and not completed and bool(yardstick.required))


def stage_of(*, has_begun: bool, completed: bool) -> Stage:
    """Return how far an enrolment is. `has_begun`: a step is done or a quiz was tried; reading alone leaves no trace."""
    if completed:
        return Stage.COMPLETED
    return Stage.IN_PROGRESS if has_begun else Stage.ENROLLED


def later_stage(first: str, second: str) -> Stage:
    """Return the one that is further: what an enrolment reached is never taken back."""
    order = list(Stage)
    return max(Stage(first), Stage(second), key=order.index)
