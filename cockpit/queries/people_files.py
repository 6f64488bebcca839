"""The table of people as lines of a file, read piece by piece."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from cockpit.queries.people import Chosen, cohorts_in_sight, followed, narrowed
from cockpit.queries.people_list import sorted_by
from cockpit.queries.scope import Sight
from cockpit.rules.people import State, state_of
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline
from progress.rules.completion import yardstick_of

AT_ONCE = 2000
Line = tuple[str, str, str, State, int, int, date, date | None, date | None, date | None]
"""Name, organisation, course, state, steps done, steps, in it since, last step, done on, left on."""


def people_lines(
    sight: Sight, chosen: Chosen, *, language: str, note: Callable[[Sequence[int]], None]
) -> Iterator[Line]:
    """Yield a line an enrolment that the filters leave, in the order chosen, else the oldest enrolment first.

    Cost: 2 queries, 1 more for outlines not held and 1 for a cohort, for any number of people. `note` is called with the
    ids of the people of a piece before its lines are given out.
    """
    rows, outlines = _rows(sight, chosen, language)

    @cache
    def steps_of(course: int, start: int) -> int:
        return len(yardstick_of(outlines[course], start=start).required)

    piece: list[tuple[int, Line]] = []
    for found in rows.iterator(chunk_size=AT_ONCE):
        learner, shown, username, organisation, course, start, enrolled_at, steps, done_at, last_at, left_at = found
        done = done_at is not None
        line: Line = (
            shown or username,
            organisation or "",
            outlines[course].title,
            state_of(last_step_at=last_at, completed_at=done_at, left_at=left_at, at=sight.at),
            steps,
            steps if done else max(steps, steps_of(course, start)),
            localdate(enrolled_at),
            localdate(last_at) if last_at else None,
            localdate(done_at) if done_at else None,
            localdate(left_at) if left_at else None,
        )
        piece.append((learner, line))
        if len(piece) == AT_ONCE:
            note([entry[0] for entry in piece])
            yield from (entry[1] for entry in piece)
            piece.clear()
    note([entry[0] for entry in piece])
    yield from (entry[1] for entry in piece)


def _rows(sight: Sight, chosen: Chosen, language: str) -> tuple[QuerySet[Any], dict[int, Outline]]:
    courses = list(Course.objects.filter(pk__in=sight.enrolments().order_by().values("course")))
    outlines = serving.outlines_of(courses, language)
    cohort = cohorts_in_sight(sight).filter(public_id=chosen.cohort).first() if chosen.cohort else None
    rows = followed(sight)
    rows = rows.none() if chosen.cohort and cohort is None else narrowed(rows, chosen, cohort=cohort)
    by_title = sorted(outlines, key=lambda pk: outlines[pk].title.lower())
    rows = sorted_by(rows, chosen.sort, courses=by_title) if chosen.sort else rows.order_by("pk")
    return rows.values_list(
        "learner",
        "learner__display_name",
        "learner__username",
        "organisation__name",
        "course",
        "start_edition__number",
        "enrolled_at",
        "seen_steps",
        "seen_completion",
        "last_step_at",
        "left_at",
    ), outlines
