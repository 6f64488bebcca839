"""Did it help? What people in sight answered, of nobody in particular."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from cockpit.queries.scope import Sight
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline
from progress.queries.helping import HelpFigures, answers_given, figures_of
from progress.rules.helping import Told, Wave


@dataclass(frozen=True, slots=True)
class CourseHelp:
    """What was answered about one course."""

    outline: Outline
    figures: HelpFigures

    @property
    def outcomes(self) -> Sequence[tuple[str, Mapping[Wave, Told]]]:
        """Text of each outcome that has ratings to show, with them by wave."""
        return [
            (text, self.figures.ratings[key])
            for key, text in self.outline.outcomes
            if any(told.is_shown for told in self.figures.ratings[key].values())
        ]


def help_in_sight(
    sight: Sight, *, language: str, course: UUID | None = None, first: date | None = None, last: date | None = None
) -> list[CourseHelp]:
    """Return what was answered, course by course, where five people or more answered something.

    Cost: 2 queries, 1 more for outlines not held.
    """
    given = sight.help_answers()
    if course is not None:
        given = given.filter(course__key=course)
    rows = answers_given(given, first=first, last=last)
    by_course = {key: list(group) for key, group in groupby(rows, key=lambda row: int(row["course"]))}
    courses = {row.pk: row for row in Course.objects.filter(pk__in=by_course)}
    outlines = serving.outlines_of(courses.values(), language)
    found = [
        CourseHelp(outlines[pk], figures_of(group, outcomes=[key for key, _text in outlines[pk].outcomes]))
        for pk, group in by_course.items()
    ]
    return sorted((one for one in found if one.figures.has_some), key=lambda one: one.outline.title.lower())
