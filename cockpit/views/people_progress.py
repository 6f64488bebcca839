"""Charts of how far everybody is, each with its table."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.rules.sight import Sees
from cockpit.queries.people_progress import Bar, progress_page
from cockpit.views.managing import ManagerRequest, manages

_WIDTH = 240
"""Of a chart, in its own units."""


@manages(Sees.ENROLMENTS)
@require_safe
def progress(request: ManagerRequest) -> HttpResponse:
    """Show completions over time, parts of a course, organisations."""
    by_week = request.GET.get("by") == "week"
    language = get_language() or "en"
    try:
        course = str(UUID(request.GET.get("course", "")))
    except ValueError:
        course = ""
    page = progress_page(request.sight, course=course, by_week=by_week, language=language)
    most = max((bar.count for bar in page.times), default=0)
    context = {
        "page": page,
        "by_week": by_week,
        "times": [(bar, _width(bar.count, most)) for bar in page.times],
        "modules": [(bar, _width(bar.count, bar.of)) for bar in page.modules],
        "organisations": [(bar, *_widths(bar, page.organisations)) for bar in page.organisations],
        "page_language": language,
    }
    return render(request, "cockpit/managers/progress.html", context)


def _width(count: int, most: int) -> int:
    return max(4, count * (_WIDTH - 2) // most) if count and most else 0


def _widths(bar: Bar, bars: tuple[Bar, ...]) -> tuple[int, int]:
    """Return how wide the bar of who is done is, and that of everybody, by the largest of all."""
    most = max(entry.of for entry in bars)
    return _width(bar.count, most), _width(bar.of, most)
