"""The sheet that is filled in outside: what a funder asks of people and the portal does not know, as totals only.

Rows are read, counted and forgotten. A count below 5 is not said, nor one that would let such a count be worked out:
from the sum of its column, or from another report whose count of the same is less than 5 away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALL = 5
MOST_COLUMNS = 8
MOST_VALUES = 30
"""Different answers in a column: more are no categories."""
MOST_LETTERS = 60
CODE_HEADING = "code"
NOT_SAID = -1
"""Stands for a count that is not said."""


class SheetProblem(StrEnum):
    """Why a sheet cannot be counted."""

    NO_CODES = "no-codes"
    NO_COLUMNS = "no-columns"
    TOO_MANY_COLUMNS = "too-many-columns"
    SAME_HEADING = "same-heading"
    UNKNOWN_CODE = "unknown-code"
    CODE_TWICE = "code-twice"
    TOO_MANY_VALUES = "too-many-values"
    TOO_LONG = "too-long"


class SheetRefused(ValueError):
    """A sheet cannot be counted. `where`: number of the row or heading of the column it is about, "" for the whole."""

    def __init__(self, problem: SheetProblem, where: str = "") -> None:
        super().__init__(f"{problem} {where}".strip())
        self.problem, self.where = problem, where


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    heading: str


def count_sheet(
    rows: Iterable[Sequence[str]], *, codes: frozenset[str], ignored: frozenset[str] = frozenset()
) -> dict[str, dict[str, int]]:
    """Return how often each answer stands in each column; "" counts participants with none.

    The first row has headings, the first column codes. Columns whose heading is in `ignored` (names, enterprises: what
    the portal wrote itself) are not read. Codes of the report that have no row count as without an answer.

    :raises SheetRefused: if it is not such a sheet, or holds more than categories.
    """
    reading = iter(rows)
    headings = [text.strip() for text in next(reading, ())]
    if not headings or headings[0].casefold() != CODE_HEADING:
        raise SheetRefused(SheetProblem.NO_CODES)
    columns = [
        _Column(place, heading)
        for place, heading in enumerate(headings)
        if place and heading and heading.casefold() not in ignored
    ]
    _check_columns(columns)
    counts: dict[str, Counter[str]] = {column.heading: Counter() for column in columns}
    seen: set[str] = set()
    for number, row in enumerate(reading, start=2):
        code = row[0].strip().upper() if row else ""
        if not any(cell.strip() for cell in row):
            continue
        if code not in codes:
            raise SheetRefused(SheetProblem.UNKNOWN_CODE, str(number))
        if code in seen:
            raise SheetRefused(SheetProblem.CODE_TWICE, str(number))
        seen.add(code)
        for column in columns:
            answer = " ".join(row[column.place].split()) if column.place < len(row) else ""
            if len(answer) > MOST_LETTERS:
                raise SheetRefused(SheetProblem.TOO_LONG, str(number))
            counts[column.heading][answer] += 1
            if len(counts[column.heading]) > MOST_VALUES:
                raise SheetRefused(SheetProblem.TOO_MANY_VALUES, column.heading)
    silent = len(codes - seen)
    if silent:
        for counter in counts.values():
            counter[""] += silent
    return {heading: dict(counter) for heading, counter in counts.items()}


def _check_columns(columns: Sequence[_Column]) -> None:
    if not columns:
        raise SheetRefused(SheetProblem.NO_COLUMNS)
    if len(columns) > MOST_COLUMNS:
        raise SheetRefused(SheetProblem.TOO_MANY_COLUMNS)
    for column in columns:
        if len(column.heading) > MOST_LETTERS:
            raise SheetRefused(SheetProblem.TOO_LONG, "1")
    if len({column.heading.casefold() for column in columns}) < len(columns):
        raise SheetRefused(SheetProblem.SAME_HEADING)


def told_counts(counts: Mapping[str, int], earlier: Iterable[Mapping[str, int]] = ()) -> dict[str, int]:
    """Return the counts of a column as they are said, `NOT_SAID` for those that are not.

    `earlier`: what other reports of the same people, or some of them, said of the same column.

    Not said are counts from 1 to 4, and those from 1 to 4 away from one that was said before; then more, the smallest
    first, until at least two are hidden that are 5 or more in sum, as the sum of the column is known.
    """
    said = [{value: count for value, count in other.items() if count != NOT_SAID} for other in earlier]
    hidden = {
        value
        for value, count in counts.items()
        if 0 < count < SMALL or any(_is_near(value, count, other) for other in said)
    }
    while hidden:
        left = sorted((count, value) for value, count in counts.items() if value not in hidden and count)
        if not left or (len(hidden) > 1 and sum(counts[value] for value in hidden) >= SMALL):
            break
        hidden.add(left[0][1])
    return {value: NOT_SAID if value in hidden else count for value, count in counts.items()}


def _is_near(value: str, count: int, other: Mapping[str, int]) -> bool:
    """Say whether the difference to what was said before would be a count of 1 to 4; absent there means none."""
    before = other.get(value)
    return before is not None and 0 < abs(count - before) < SMALL
