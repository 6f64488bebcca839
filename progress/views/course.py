"""The page of a course: what it is for a visitor, where they are for a learner."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.queries.visibility import support_of
from courses.models import Course
from courses.models.vocabularies import Audience, Category, Level
from courses.queries import serving
from courses.rendering import render_html
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline
from foundation.access import Access, access
from progress.queries.cohorts import groups_of
from progress.queries.enrolments import CourseProgress, find_enrolment, progress_of
from progress.queries.my_learning import next_url
from progress.queries.notices import notices_of
from progress.queries.steps import minutes_left, parts_of, taken_out_of, thread_of
from progress.views.people import person_of
from progress.views.sharing import course_addresses, course_data


@access(Access.EVERYONE)
@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a course to anybody; with their steps to those enrolled. Also finds it under an address it had before."""
    language = get_language()
    hit = serving.find_course(slug)
    if hit is None:
        raise Http404
    outline = serving.outline_of(hit.course, language)
    if not hit.is_current:
        return moved(request, course_address(outline, language))
    person = person_of(request)
    enrolment = find_enrolment(person, hit.course) if person else None
    if enrolment is None and not serving.is_offered(hit.course, outline):
        return not_offered(request)
    own = progress_of(enrolment, language=language) if enrolment else None
    return _draw(request, hit.course, outline, own)


def _draw(request: HttpRequest, course: Course, outline: Outline, own: CourseProgress | None) -> HttpResponse:
    language = get_language()
    person = person_of(request)
    go_on = own.go_on if own else None
    context = {
        "course": course,
        "outline": outline,
        "own": own,
        "enrolment": own.enrolment if own else None,
        "support": support_of(own.enrolment.project_id, language) if own else None,
        "is_closed": not serving.is_offered(course, outline),
        "parts": parts_of(outline, language=language, own=own, here=go_on.item.key if go_on else ""),
        "thread": thread_of(own) if own else [],
        "minutes_left": minutes_left(own) if own else outline.minutes,
        "taken_out": taken_out_of(own) if own else [],
        "notices": notices_of([own], language=language) if own else [],
        "groups": groups_of(person, [own], language=language, at=timezone.now()) if own and person else [],
        "time_zone": settings.TIME_ZONE,
        "was_changed": own is not None and outline.edition > own.start,
        "go_on": go_on,
        "next_url": next_url(own, language) if own else "",
        "first_lesson_url": item_address(outline, outline.first_lesson, language) if outline.first_lesson else "",
        "level": Level(outline.level).label if outline.level in Level else outline.level,
        "category": Category(outline.category).label if outline.category in Category else "",
        "audiences": [Audience(code).label for code in outline.audiences if code in Audience],
        # Advice for before the start; who is enrolled has started, and their page has a query less.
        "prerequisites": list(serving.titles_of(outline.prerequisites, language).values())
        if outline.prerequisites and not own
        else [],
        "description": render_html(outline.description_html, outline=outline, language=language),
        "source": render_html(outline.source_html, outline=outline, language=language),
        "addresses": course_addresses(outline),
        "course_data": course_data(outline),
        "page_language": language,
    }
    response = render(request, "progress/course.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


def moved(request: HttpRequest, path: str, *, fragment: str = "") -> HttpResponse:
    """Answer for an old address: the page is there for good, in one hop, with the query string it was asked with."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    response = HttpResponsePermanentRedirect(path + query + (f"#{fragment}" if fragment else ""))
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


def not_offered(request: HttpRequest, *, outline: Outline | None = None) -> HttpResponse:
    """Answer for a page that is not shown now, with the way on. `outline`: the course it belonged to, where that is open."""
    context = {"outline": outline, "course_url": course_address(outline, get_language()) if outline else ""}
    return render(request, "progress/not_offered.html", context, status=404)
