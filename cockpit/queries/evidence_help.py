"""What an evidence pack says of "Did it help?": answers of nobody in particular, in whole months of its period.

An answer was given for an organisation and, where it was, for a project; it is never changed, and its month is over.
Which answers count is decided in blocks (`progress.rules.helping.whole_blocks`), so that two reports of different days
never differ by the answers of a few.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cockpit.queries.evidence import Question
from cockpit.queries.impact import CourseHelp
from courses.models import Course, CourseEdition
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from progress.models import HelpAnswer
from progress.queries.helping import HelpFigures, figures_in_blocks, months_within


def read_help(question: Question, *, language: str) -> tuple[CourseHelp, ...]:
    """Return what was answered, course by course, where there is something to show. Cost: 1 query, 2 with answers."""
    rows: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _given(question).order_by("course", "month", "wave").values(
        "course", "wave", "month", "answers", "ratings"
    ):  # fmt: skip
        rows[row["course"]].append(row)
    outlines = _outlines_of_then(question, list(rows), language)
    period = question.period
    found = [
        CourseHelp(outlines[pk], _figures(given, outlines[pk], months_within(period.first_day, period.last_day)))
        for pk, given in sorted(rows.items())
    ]
    return tuple(sorted((one for one in found if one.figures.has_some), key=lambda one: one.outline.title.casefold()))


def _figures(given: Sequence[Mapping[str, Any]], outline: Outline, months: tuple[Any, Any]) -> HelpFigures:
    return figures_in_blocks(given, outcomes=[key for key, _text in outline.outcomes], months=months)


def _given(question: Question) -> QuerySet[HelpAnswer]:
    """Return answers for what counts in a report, from the first one on to the last whole month of the period."""
    _first, after = months_within(question.period.first_day, question.period.last_day)
    places = Q(organisation__in=[pk for pk, until in question.organisations.items() if until is None])
    for organisation, until in question.organisations.items():
        if until is not None:  # the month that its time ended in is not whole
            places |= Q(organisation=organisation, month__lt=until.astimezone(question.zone).date().replace(day=1))
    rows = question.sight.help_answers().filter(places, month__lt=after)
    return rows.filter(project=question.project) if question.project else rows


def _outlines_of_then(question: Question, courses: Sequence[int], language: str) -> dict[int, Outline]:
    """Return courses as their last edition made in the period had them: a later wording changes no report."""
    if not courses:
        return {}
    of_then = CourseEdition.objects.filter(course=OuterRef("pk"), made_at__lt=question.ends).order_by("-number")
    first = CourseEdition.objects.filter(course=OuterRef("pk")).order_by("number")
    named = Course.objects.filter(pk__in=courses).values_list(
        Coalesce(Subquery(of_then.values("pk")[:1]), Subquery(first.values("pk")[:1])), flat=True
    )
    rows = CourseEdition.objects.filter(pk__in=named).values_list("course", "number", "manifest")
    return {course: outline_at(manifest, language=language, edition=number) for course, number, manifest in rows}
