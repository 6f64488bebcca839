"""The catalogue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from foundation.access import Access, access
from progress.queries.catalogue import PARAMETERS, catalogue_page
from progress.views.people import person_of

LONGEST_WORDS = 100
MOST_VALUES = 10


@access(Access.EVERYONE)
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the courses that fit, with links that narrow or widen the list."""
    chosen = {name: tuple(dict.fromkeys(request.GET.getlist(name)))[:MOST_VALUES] for name in PARAMETERS}
    chosen = {name: tuple(value[:LONGEST_WORDS] for value in values if value) for name, values in chosen.items()}
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_WORDS]
    if words:
        chosen["q"] = (words,)
    page = catalogue_page(chosen, language=get_language(), learner=person_of(request))
    context = {
        "page_of_courses": page,
        "words": words,
        "kept": [(name, value) for name, values in chosen.items() if name != "q" for value in values],
        "page_language": get_language(),
    }
    response = render(request, "progress/catalogue.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response
