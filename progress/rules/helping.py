"""Did it help? What is asked in which wave, what an answer may be, and from how many answers on it is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

Wave = Literal["before", "end", "later"]

SHOWN_FROM = 5
"""Answers; fewer could be told apart by who knows the people."""
LATER_AFTER = timedelta(days=90)
"""After the completion of a course, until what was learned could be used."""
ASKED_UNTIL = timedelta(days=180)
"""After the completion: who was not asked by then, as the site stood still, is not asked any more."""

SCALE = ("1", "2", "3", "4", "5")
"""From "not at all" to "very much"."""
RATINGS = ("1", "2", "3", "4")
"""I cannot do this yet; with help; on my own; I can show others."""
QUESTIONS: Mapping[Wave, Mapping[str, tuple[str, ...]]] = {
    "before": {},
    "end": {"useful": SCALE, "clear": SCALE, "recommend": SCALE},
    "later": {"used": ("yes", "not-yet", "no")},
}
RATES_OUTCOMES: frozenset[Wave] = frozenset({"before", "end"})


class Unfit(ValueError):
    """An answer that was not among those offered."""


def fitting(wave: Wave, answers: Mapping[str, str], ratings: Mapping[str, str], outcomes: Iterable[str]) -> bool:
    """Say whether at least one question was answered; questions left out are no fault.

    :raises Unfit: for a question, an outcome or a value that was not offered.
    """
    for question, value in answers.items():
        if value not in QUESTIONS[wave].get(question, ()):
            raise Unfit(question)
    known = set(outcomes) if wave in RATES_OUTCOMES else set()
    for outcome, value in ratings.items():
        if outcome not in known or value not in RATINGS:
            raise Unfit(outcome)
    return bool(answers or ratings)


@dataclass(frozen=True, slots=True)
class Told:
    """What people answered to one question, or how they rated one outcome in one wave.

    `counts` in the order of the values, empty where fewer than `SHOWN_FROM` answered: then `total` is None too, as a
    number under it would be a count of few.
    """

    total: int | None
    counts: tuple[tuple[str, int], ...]

    @property
    def is_shown(self) -> bool:
        return self.total is not None

    @property
    def mean(self) -> float | None:
        """The mean of values that are numbers, to one decimal; None where it is not shown or values are words."""
        if not self.total or not all(value.isdigit() for value, _count in self.counts):
            return None
        return round(sum(int(value) * count for value, count in self.counts) / self.total, 1)


def tell(given: Iterable[str], values: Iterable[str]) -> Told:
    """Return what may be said of answers to one question."""
    counted = Counter(given)
    total = sum(counted.values())
    if total < SHOWN_FROM:
        return Told(None, ())
    return Told(total, tuple((value, counted[value]) for value in values))


def tell_question(rows: Iterable[Mapping[str, Any]], question: str, values: Iterable[str]) -> Told:
    """Return what may be said of one question; `rows` are the answers of each person, by question."""
    return tell((str(row[question]) for row in rows if question in row), values)


def whole_blocks(months: Iterable[date], *, first: date, after: date) -> frozenset[date]:
    """Return the months whose answers a report of a period counts, of the months of all answers to one question.

    Months follow each other in blocks that hold `SHOWN_FROM` answers or more, each from where the last one ended; a
    block counts where it lies wholly from `first` to before `after`. Where a block ends does not hang on the period, so
    what two reports differ by is whole blocks: never the answers of a few.
    """
    counted = Counter(months)
    found: set[date] = set()
    block: list[date] = []
    for month in sorted(counted):
        block.append(month)
        if sum(counted[one] for one in block) >= SHOWN_FROM:
            if first <= block[0] and block[-1] < after:
                found |= set(block)
            block = []
    return frozenset(found)


def may_ask_later(completed_at: datetime, at: datetime) -> bool:
    """Say whether somebody is asked now, some months after a completion, whether they used it."""
    return completed_at + LATER_AFTER <= at < completed_at + ASKED_UNTIL
