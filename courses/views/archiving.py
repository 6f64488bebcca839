"""Archive a course, and bring it back: one page in the CMS."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.models import Course, CoursePage
from courses.operations.archiving import archive_course, reopen_course
from foundation.access import Access, access


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """Ask whether to archive a course, or to bring an archived one back; on POST do it."""
    course = get_object_or_404(Course, key=course_key)
    page = get_object_or_404(CoursePage, translation_key=course_key, locale__language_code=course.source_language)
    if not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "courses/cms/archive.html", {"page": page, "course": course})
    # The button says which of the two: pressed twice, the second press must not undo the first.
    if request.POST.get("wanted") == "archived":
        archive_course(course_key=course_key, at=timezone.now())
        messages.success(request, _("“%(title)s” is archived.") % {"title": page.title})
    else:
        reopen_course(course_key=course_key, at=timezone.now())
        messages.success(request, _("“%(title)s” is in the catalogue again.") % {"title": page.title})
    return redirect(reverse("wagtailadmin_explore", args=[page.pk]))
