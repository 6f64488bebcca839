"""How questions do: shares and counts that say something of a question, and nothing of a person.

A count under 5 is not said, nor what it could be worked out from: of right answers and of wrong ones apart, because
the facility tells how many there are of each. The threshold is the one statistics offices use for frequency tables.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from courses.rules.kinds import marking_of
from foundation.rules.canonical import digest

Cell = TypeVar("Cell")

SMALL = 5
"""Counts from 1 to one less are not said."""

ENOUGH = 20
"""Answers without which nothing is asked of an editor."""

HARD, EASY = 25, 97
"""Facility, in per cent: below the first few get it right, above the second nearly all do."""

UNSURE = 25
"""Per cent of "I am not sure" from which that is many."""

CHECKS, CHECKED = 5, 5
"""Checks that were asked, and the per cent of tries that they are, from which they are many."""

_NOT_WORDING = frozenset({"id", "language", "tags", "outcome", "competence"})


class Bound(StrEnum):
    """How exactly a share is said: a number that few people make up is only said to be under or over another."""

    EXACT = "exact"
    UNDER = "under"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Facility:
    """The mean share of the points, in per cent: 100 where everybody has all of them."""

    percent: int
    bound: Bound = Bound.EXACT


class Look(StrEnum):
    """Why a question is worth a look, the most telling first."""

    WRONG_AHEAD = "wrong-ahead"
    HARD = "hard"
    UNSURE = "unsure"
    EASY = "easy"
    CHECKS = "checks"


def question_digest(question: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    """Return what makes a question the same one over several versions of a quiz: what it asks, and how it is marked.

    Its place, the order of its options, its tags and what is said with the result are not in it.
    """
    asked = {name: _by_id(value) for name, value in question.items() if name not in _NOT_WORDING}
    return digest({"question": asked, "marking": {**marking_of(key), "correct": sorted(key["correct"])}})


def facility_of(*, earned: int, worth: int, answers: int) -> Facility | None:
    """Return the share of the points that were earned, of those that could be; None of fewer than 10 answers.

    Rounded down to a whole per cent. Where fewer than 5 people would make up the points that were earned, or those
    that were not, only a bound is said: "98 % of 50" would tell that one person failed.
    """
    if answers < 2 * SMALL or worth <= 0:
        return None
    share = Fraction(earned, worth)
    right, wrong = share * answers, (1 - share) * answers
    if 0 < right < SMALL:
        return Facility(-(-100 * SMALL // answers), Bound.UNDER)
    if 0 < wrong < SMALL:
        return Facility(100 * (answers - SMALL) // answers, Bound.OVER)
    return Facility(int(share * 100))


def suppressed(counts: Mapping[Cell, int], right: Set[Cell] = frozenset()) -> frozenset[Cell]:
    """Return the cells whose counts are not said. The cells are all there are: their sum is known.

    Those from 1 to 4; and more, the smallest first, until what is hidden is at least two cells and 5 in sum: among the
    `right` cells and among the others where the sum of each is said, then of all. Nobody at all may be said.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < SMALL}
    others = counts.keys() - right
    for group in (counts.keys() & right, others):
        if sum(counts[cell] for cell in group) >= SMALL:
            _hide_more(hidden, group, counts)
    _hide_more(hidden, others, counts, counts.keys())
    _hide_more(hidden, counts.keys(), counts)
    return frozenset(hidden)


def is_few(count: int, total: int) -> bool:
    """Return whether a count, or what is left of the total, is from 1 to 4: of a yes or no, either tells the other."""
    return 0 < count < SMALL or 0 < total - count < SMALL


def reasons_to_look(
    *, answers: int, facility: Facility | None, unsure: int, parts: Iterable[Sequence[tuple[int, bool]]]
) -> tuple[Look, ...]:
    """Return why a question is worth a look, from at least 20 answers on.

    `parts` are what was chosen where something had to be chosen, each as pairs of a count and whether it is right.
    """
    if answers < ENOUGH or facility is None:
        return ()
    reasons = {
        Look.WRONG_AHEAD: any(_wrong_is_ahead(part) for part in parts),
        Look.HARD: facility.percent < HARD or (facility.bound is Bound.UNDER and facility.percent == HARD),
        Look.UNSURE: unsure * 100 >= UNSURE * answers,
        Look.EASY: facility.percent > EASY or (facility.bound is Bound.OVER and facility.percent == EASY),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def many_checks(*, checks: int, attempts: int) -> bool:
    """Return whether many who sent their answers asked a person to look at the result."""
    return checks >= CHECKS and checks * 100 >= CHECKED * attempts


def _wrong_is_ahead(part: Sequence[tuple[int, bool]]) -> bool:
    right = [count for count, is_right in part if is_right]
    wrong = [count for count, is_right in part if not is_right]
    return bool(right) and max(wrong, default=0) > max(right)


def _hide_more(
    hidden: set[Cell], group: Set[Cell], counts: Mapping[Cell, int], within: Set[Cell] | None = None
) -> None:
    """Hide cells of `group`, the smallest first, until what is hidden of `within` cannot be worked out from its sum."""
    within = group if within is None else within
    while True:
        gone = [counts[cell] for cell in hidden & within]
        left = [cell for cell in group - hidden if counts[cell]]
        if not gone or not left or (len(gone) > 1 and sum(gone) >= SMALL):
            return
        hidden.add(min(left, key=lambda cell: (counts[cell], str(cell))))


def _by_id(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(entry, dict) and "id" in entry for entry in value):
        return sorted(value, key=lambda entry: entry["id"])
    return value
