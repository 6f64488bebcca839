"""The plan of a cohort: which steps by when. Advice only: nothing is late, nothing is refused by it."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

Key = TypeVar("Key")

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is against a plan, in steps. `planned`: until today; `done` of those; `ahead`: done of later ones."""

    planned: int
    done: int
    ahead: int

    @property
    def behind(self) -> int:
        return self.planned - self.done


def weeks_between(start: date, end: date) -> list[tuple[date, date]]:
    """Return the weeks of a plan as first and last day, counted from the first day; the last one may be shorter.

    >>> [last.isoformat() for _first, last in weeks_between(date(2026, 11, 23), date(2026, 12, 2))]
    ['2026-11-29', '2026-12-02']
    """
    weeks = []
    first = start
    while first <= end:
        weeks.append((first, min(first + WEEK - timedelta(days=1), end)))
        first += WEEK
    return weeks


def propose_plan(steps: Sequence[tuple[Key, int]], *, start: date, end: date) -> list[tuple[Key, date]]:
    """Return each step with the day until which to have done it: the last day of a week.

    `steps` with their minutes, in order. The weeks get about as many minutes each; the order is kept. A step goes to the
    week in which its middle falls when all minutes are laid out evenly.
    """
    weeks = weeks_between(start, end)
    total = sum(minutes for _key, minutes in steps)
    planned = []
    before = 0
    for key, minutes in steps:
        middle = 2 * before + minutes  # in half minutes, so that nothing is rounded
        place = middle * len(weeks) // (2 * total) if total else 0
        planned.append((key, weeks[min(place, len(weeks) - 1)][1]))
        before += minutes
    return planned


def standing_of(plan: Mapping[Key, date], done: Set[Key], *, on: date) -> Standing:
    """Return how far somebody is. A step whose day is today is planned until today."""
    due = {key for key, day in plan.items() if day <= on}
    return Standing(planned=len(due), done=len(due & done), ahead=len((plan.keys() - due) & done))


def this_week(plan: Iterable[tuple[Key, date]], *, start: date, end: date, on: date) -> list[Key]:
    """Return the steps planned for the week that a day is in; before the start those of the first week, after it none."""
    weeks = weeks_between(start, end)
    now = next(((first, last) for first, last in weeks if on <= last), None)
    if now is None:
        return []
    first, last = now
    return [key for key, day in plan if first <= day <= last]
