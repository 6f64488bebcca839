"""Releases in the CMS: put one together, check somebody else's, see what came of it, and the lists of them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Course
from foundation.access import Access, access
from progress.queries.releases import groups_for, may_publish, titles_of


@access(Access.EDITORS)
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """List the releases of all courses that somebody may publish."""
    return _list(request, None)


@access(Access.EDITORS)
@require_safe
def releases_of(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """List the releases of one course."""
    return _list(request, _own_course(request, course_key))


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """Put a release together."""
    _own_course(request, course_key)
    raise Http404


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def release_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    raise Http404


def _list(request: HttpRequest, course: Course | None) -> HttpResponse:
    text = request.GET.get("p", "1")
    page = int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text) else 1
    groups, has_earlier = groups_for(request.user, course=course, page=page)
    course_title = titles_of([course.key]).get(course.key, "") if course else ""
    context = {
        "groups": groups,
        "course_title": course_title,
        "new_url": reverse("progress_release", args=[course.key]) if course else "",
        "older_url": f"?p={page + 1}" if has_earlier else "",
        "title": _("Releases"),
        "breadcrumbs_items": [
            {"url": reverse("courses_list"), "label": _("Courses")},
            {"url": "", "label": _("Releases")},
        ],
    }
    return render(request, "progress/cms/releases.html", context)


def _own_course(request: HttpRequest, course_key: UUID) -> Course:
    """Return a course that this person may publish.

    :raises Http404: if there is none.
    :raises PermissionDenied: if it is not theirs to publish.
    """
    course = get_object_or_404(Course.objects.select_related("current_edition"), key=course_key)
    if not may_publish(request.user, course):
        raise PermissionDenied
    return course
