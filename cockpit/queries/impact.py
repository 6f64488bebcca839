"""Did it help? What people in sight answered, of nobody in particular."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from cockpit.queries.scope import Sight
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline
from progress.forms import HELP_QUESTIONS, HELP_RATINGS
from progress.queries.helping import HelpFigures, answers_given, figures_of
from progress.rules.helping import QUESTIONS, Told, Wave


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


def waves() -> dict[str, str]:
    """Return the names of the three times that questions are asked."""
    return {"before": _("at the beginning"), "end": _("at the end"), "later": _("90 days after")}


def help_lines(course: CourseHelp) -> Iterator[tuple[str, str, str, str, int]]:
    """Yield what is shown of a course in words: course, question, when, answer, people. In the active language."""
    title = course.outline.title
    for wave, asked in HELP_QUESTIONS.items():
        for name in QUESTIONS[wave]:  # type: ignore[index]  # the same waves
            label, choices = asked[name]
            for value, count in course.figures.questions[name].counts:
                yield title, str(label), waves()[wave], str(dict(choices)[value]), count
    for text, by_wave in course.outcomes:
        for one, told in by_wave.items():
            for value, count in told.counts:
                yield title, text, waves()[one], str(dict(HELP_RATINGS)[value]), count
