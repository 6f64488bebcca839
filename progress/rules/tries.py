"""How many tries a quiz leaves somebody, when the next one opens, and which of several counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from courses.rules.outline import OutlineItem

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PastTry:
    """When a try began and when its answers were sent; None while it is open."""

    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody may still do with a quiz. `left` None: as many tries as they like.

    `opens_at`: when the next try opens, where none may start now and one may later. `waits`: it is the wait between
    two tries that holds it back longest, not their number.
    """

    left: int | None
    opens_at: datetime | None = None
    waits: bool = False

    @property
    def is_used_up(self) -> bool:
        """Whether no try is left for good."""
        return self.left == 0 and self.opens_at is None


UNLIMITED = Allowance(None)


def limits_tries(item: OutlineItem) -> bool:
    """Return whether a quiz limits tries in any way, so that one has to look at those there were."""
    return bool(item.max_attempts or item.wait_minutes)


def allowance_of(item: OutlineItem, tries: Sequence[PastTry], *, at: datetime, extra_attempts: int = 0) -> Allowance:
    """Return what a quiz still allows at this moment, after these tries, with extra tries where they are limited.

    In seven days means: a try counts until seven times 24 hours after it began, whatever day of the week that is. The
    wait runs from the moment the answers of the last try were sent.
    """
    most = item.max_attempts + extra_attempts if item.max_attempts else None
    waits_until = _end_of_wait(item, tries, at)
    if most is None:
        return Allowance(None, waits_until, waits=waits_until is not None)
    if item.tries_period == "ever":
        left = max(most - len(tries), 0)
        return Allowance(left, waits_until if left else None, waits=bool(left and waits_until))
    counted = sorted(entry.started_at for entry in tries if entry.started_at + WEEK > at)
    left = max(most - len(counted), 0)
    opens_at = counted[len(counted) - most] + WEEK if not left else None
    if waits_until is not None and (opens_at is None or waits_until > opens_at):
        return Allowance(left, waits_until, waits=True)
    return Allowance(left, opens_at)


class Marked(Protocol):
    """What counting reads of a try that was sent and marked."""

    @property
    def number(self) -> int: ...
    @property
    def passed(self) -> bool: ...
    @property
    def score(self) -> int: ...
    @property
    def max_score(self) -> int: ...


AnyTry = TypeVar("AnyTry", bound=Marked)


def counting_attempt(tries: Iterable[AnyTry], *, counting: str) -> AnyTry | None:
    """Return the try whose marks count, of those that were sent; None without any. `counting`: "best" or "last".

    The best is one that passes before one that does not, then the larger share of the points, then the later one. Only
    marks are chosen here: a quiz that was passed is done, and stays done when a later try that counts is not passed.
    """
    sent = list(tries)
    if counting == "last":
        return max(sent, key=lambda entry: entry.number, default=None)
    # Shares are compared as products of whole numbers: 1 of 3 and 2 of 6 are the same, whatever they round to.
    best = None
    for entry in sorted(sent, key=lambda entry: entry.number):
        if best is None or not _is_better(best, entry):
            best = entry
    return best


def _is_better(first: Marked, second: Marked) -> bool:
    if first.passed != second.passed:
        return first.passed
    return first.score * max(second.max_score, 1) > second.score * max(first.max_score, 1)


def _end_of_wait(item: OutlineItem, tries: Sequence[PastTry], at: datetime) -> datetime | None:
    ended = [entry.ended_at for entry in tries if entry.ended_at is not None]
    if not item.wait_minutes or not ended:
        return None
    until = max(ended) + timedelta(minutes=item.wait_minutes)
    return until if until > at else None
