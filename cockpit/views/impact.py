"""Did it help? The page and the file of what people answered, of nobody in particular."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.rules.sight import Sees
from cockpit.queries.impact import CourseHelp, help_in_sight, help_lines, waves
from cockpit.views.managing import ManagerRequest, manages
from foundation.rules.spreadsheets import as_text
from progress.forms import HELP_QUESTIONS, HELP_RATINGS
from progress.rules.helping import SHOWN_FROM, Told


@manages(Sees.REPORTS)
@require_safe
def impact(request: ManagerRequest) -> HttpResponseBase:
    """Show what was answered, each question as bars with its table."""
    courses = help_in_sight(request.sight, language=get_language(), course=_course(request))
    context = {
        "courses": [_shown(course) for course in courses],
        "shown_from": SHOWN_FROM,
        "page_language": get_language(),
    }
    return render(request, "cockpit/impact/impact.html", context)


@manages(Sees.REPORTS)
@require_safe
def impact_file(request: ManagerRequest) -> HttpResponseBase:
    """Give the same figures as a file for spreadsheets: a line a course, question, wave and answer."""
    courses = help_in_sight(request.sight, language=get_language(), course=_course(request))
    out = StringIO()
    table = csv.writer(out)
    table.writerow([_("Course"), _("Question"), _("When"), _("Answer"), _("People")])
    for course in courses:
        for line in help_lines(course):
            table.writerow([as_text(cell) for cell in line])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="did-it-help.csv"'
    return response


def _course(request: ManagerRequest) -> UUID | None:
    text = request.GET.get("course", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


def _shown(course: CourseHelp) -> dict[str, Any]:
    words = {name: words for asked in HELP_QUESTIONS.values() for name, words in asked.items()}
    return {
        "outline": course.outline,
        "questions": [
            {"label": words[name][0], "told": told, "bars": _bars(told, dict(words[name][1]))}
            for name, told in course.figures.questions.items()
        ],
        "outcomes": [
            {
                "text": text,
                "waves": [
                    {"when": waves()[wave], "told": told, "bars": _bars(told, dict(HELP_RATINGS))}
                    for wave, told in by_wave.items()
                ],
            }
            for text, by_wave in course.outcomes
        ],
    }


def _bars(told: Told, words: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"label": words[value], "count": count, "percent": round(100 * count / told.total) if told.total else 0}
        for value, count in told.counts
    ]
