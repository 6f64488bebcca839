"""Attempts without names, for those who may publish the course: they see its answer key anyway, and nobody's person."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.models import Course
from foundation.access import Access, access
from progress.models import Attempt
from progress.queries.markings import marking_story
from progress.queries.releases import may_publish, titles_of
from progress.queries.unnamed import (
    attempt_name,
    attempt_rows,
    attempts_lead,
    quiz_title,
    unnamed_attempt,
    version_title,
)


@access(Access.EDITORS)
@require_safe
def attempts(request: HttpRequest, course_key: UUID, item_key: UUID) -> HttpResponse:
    """List the attempts at a quiz."""
    course = get_object_or_404(Course.objects.select_related("current_edition"), key=course_key)
    if not may_publish(request.user, course):
        raise PermissionDenied
    title = quiz_title(course, item_key)
    if not title:
        raise Http404
    rows, page = attempt_rows(course, item_key, page=_number(request.GET.get("p", "1")))
    context = {
        "rows": rows,
        "page": page,
        "quiz_title": title,
        "lead": attempts_lead(page.paginator.count),
        "title": _("Attempts at “%(title)s”") % {"title": title},
        "breadcrumbs_items": [*_way(course), {"url": "", "label": _("Attempts without names")}],
    }
    return render(request, "progress/cms/attempts.html", context)


@access(Access.EDITORS)
@require_safe
def marking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer "how was this marked?", of an attempt of nobody in particular."""
    try:
        attempt = unnamed_attempt(public_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    course = attempt.enrolment.course
    if not may_publish(request.user, course):
        raise Http404
    story = marking_story(attempt, names_right=True)
    if story is None:
        raise Http404
    list_url = reverse("progress_attempts", args=[course.key, attempt.item_key])
    context = {
        "story": story,
        "page_language": get_language(),
        "quiz_title": version_title(attempt.quiz_version),
        "quiz_language": attempt.quiz_version.language,
        "list_url": list_url,
        "name": attempt_name(attempt),
        "title": _("How was this marked?"),
        "breadcrumbs_items": [
            *_way(course),
            {"url": list_url, "label": _("Attempts without names")},
            {"url": "", "label": attempt_name(attempt)},
        ],
    }
    return render(request, "progress/cms/marking.html", context)


def _way(course: Course) -> list[dict[str, str]]:
    return [
        {"url": reverse("courses_list"), "label": _("Courses")},
        {
            "url": reverse("progress_releases_of", args=[course.key]),
            "label": titles_of([course.key]).get(course.key, ""),
        },
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1
