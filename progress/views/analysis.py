"""How the questions of a quiz do, for those who may publish the course: they see its answer key anyway."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.models import Course
from foundation.access import Access, access
from foundation.rules.spreadsheets import as_text
from progress.queries.analysis import analysis_of, quiz_rows, rows_for_file
from progress.queries.releases import may_publish, titles_of
from progress.queries.unnamed import quiz_title


@access(Access.EDITORS)
@require_safe
def quizzes(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """List the quizzes of a course."""
    course = _course(request, course_key)
    title = titles_of([course.key]).get(course.key, "")
    context = {
        "rows": quiz_rows(course),
        "course_title": title,
        "course_language": course.source_language,
        "title": _("How the questions of “%(title)s” do") % {"title": title},
        "breadcrumbs_items": [
            {"url": reverse("courses_list"), "label": _("Courses")},
            {"url": reverse("progress_releases_of", args=[course.key]), "label": title},
            {"url": "", "label": _("Questions")},
        ],
    }
    return render(request, "progress/cms/quizzes.html", context)


@access(Access.EDITORS)
@require_safe
def analysis(request: HttpRequest, course_key: UUID, item_key: UUID) -> HttpResponse:
    """Show how each question of a quiz does, of all editions or of one."""
    course, title = _quiz(request, course_key, item_key)
    chosen = _edition(request)
    context: dict[str, Any] = {
        "analysis": analysis_of(course, item_key, edition=chosen),
        "chosen": chosen,
        "quiz_title": title,
        "quiz_language": course.source_language,
        "file_url": reverse("progress_analysis_file", args=[course.key, item_key]),
        "attempts_url": reverse("progress_attempts", args=[course.key, item_key]),
        "title": _("How the questions of “%(title)s” do") % {"title": title},
        "breadcrumbs_items": [
            {"url": reverse("courses_list"), "label": _("Courses")},
            {"url": reverse("progress_analyses", args=[course.key]), "label": _("Questions of the course")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "progress/cms/analysis.html", context)


@access(Access.EDITORS)
@require_safe
def analysis_file(request: HttpRequest, course_key: UUID, item_key: UUID) -> HttpResponse:
    """Give the same figures as a file for a spreadsheet."""
    course, _title = _quiz(request, course_key, item_key)
    text = StringIO()
    rows = rows_for_file(analysis_of(course, item_key, edition=_edition(request)))
    csv.writer(text).writerows([as_text(value) for value in row] for row in rows)
    # With a byte order mark: without one, spreadsheets take UTF-8 for something else.
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="questions-{item_key.hex[:8]}.csv"'
    return answer


def _course(request: HttpRequest, course_key: UUID) -> Course:
    course = get_object_or_404(Course.objects.select_related("current_edition"), key=course_key)
    if not may_publish(request.user, course):
        raise PermissionDenied
    return course


def _quiz(request: HttpRequest, course_key: UUID, item_key: UUID) -> tuple[Course, str]:
    course = _course(request, course_key)
    title = quiz_title(course, item_key)
    if not title:
        raise Http404
    return course, title


def _edition(request: HttpRequest) -> int | None:
    text = request.GET.get("edition", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None
