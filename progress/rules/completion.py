"""What a learner has to do, how far they are, and whether the course is complete (EDITIONS.md section 7).

Everything here is a fold of three facts: the items of the course with the start editions they bind, the edition the
learner started with, and what the learner has done.
"""

from collections.abc import Set
from dataclasses import dataclass

from courses.rules.binds import counted_keys, required_keys
from courses.rules.outline import Outline


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
