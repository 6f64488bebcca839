"""Learning paths: the list, and one path with how far the reader is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.queries.paths import find_path
from courses.rendering import render_html
from courses.rules.paths import path_address
from foundation.access import Access, access
from progress.queries.paths import path_for, paths_for
from progress.views.course import moved
from progress.views.people import person_of
from progress.views.sharing import path_addresses


@access(Access.EVERYONE)
@require_safe
def learning_paths(request: HttpRequest) -> HttpResponse:
    """List the learning paths that are published."""
    language = get_language()
    context = {"paths": paths_for(person_of(request), language=language), "page_language": language}
    response = render(request, "progress/paths.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


@access(Access.EVERYONE)
@require_safe
def learning_path(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a learning path to anybody; with how far they are to who is in one of its courses."""
    language = get_language()
    shown = find_path(slug, language)
    if shown is None:
        raise Http404
    if shown.slug != slug:  # typed in capitals
        return moved(request, path_address(shown.slug, language))
    context = {
        "path": path_for(shown, person_of(request), language=language),
        "outline": shown.outline,
        "description": render_html(shown.text.description_html, outline=None, language=language),
        "addresses": path_addresses(shown),
        "page_language": language,
    }
    response = render(request, "progress/path.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response
