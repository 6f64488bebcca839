"""The CMS's way to the courses, from its menu."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from courses.models import CourseIndexPage
from foundation.access import Access, access


@access(Access.EDITORS)
@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Lead to the list of courses in the site's first language."""
    index = CourseIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).only("pk").first()
    if index is None:
        raise Http404
    return redirect("wagtailadmin_explore", index.pk)
