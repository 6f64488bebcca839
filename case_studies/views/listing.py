"""The list of case studies, narrowed by plain query parameters, and the same as a feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from accounts.queries.people import own_organisation
from case_studies import queries
from case_studies.forms import (
    FACETS,
    SORT_LABELS,
    Facet,
    chosen_page,
    chosen_sort,
    chosen_values,
    query_string,
)
from case_studies.rules import facets
from case_studies.rules.ordering import in_order
from case_studies.rules.xml_text import xml_text
from foundation.access import Access, access

NEAREST_COUNT = 3
PAGE_SIZE = 24
FEED_SIZE = 30


@dataclass(frozen=True, slots=True)
class Option:
    """A link that puts a value into the choice or takes it out."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class OptionGroup:
    heading: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Way:
    """A link to the same list in another order, or to another page of it."""

    label: str
    url: str
    chosen: bool = False


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _group(
    stories: Sequence[queries.CaseEntry], chosen: Mapping[str, frozenset[str]], facet: Facet, sort: str
) -> OptionGroup:
    """Return the options of a facet that would show something, and those chosen already."""
    counts = facets.option_counts(stories, chosen, facet.name)
    options = [
        Option(
            str(label),
            counts[value],
            f"?{query_string(chosen, toggle=(facet.name, value), sort=sort)}",
            value in chosen[facet.name],
        )
        for value, label in facet.labels.items()
        if counts[value] or value in chosen[facet.name]
    ]
    return OptionGroup(str(facet.heading), options)


def _like_mine(request: HttpRequest, stories: Sequence[queries.CaseEntry]) -> str:
    """Return the query string of stories like the reader's organisation, "" for a visitor. Cost: 1 query signed in."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return ""
    own = own_organisation(request.user, on=timezone.localdate())
    if own is None:
        return ""
    values = {"sector": own.sector, "size": own.size_band, "country": own.country}
    return query_string(facets.like_mine(stories, values))


@access(Access.EVERYONE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the stories. Cost: 5 queries for any number of stories, 1 more for somebody of an organisation."""
    language = _language()
    page = queries.index_page(language=language)
    if page is None:
        raise Http404
    stories = queries.entries(language=language)
    chosen, sort = chosen_values(request.GET), chosen_sort(request.GET)
    found = in_order(facets.matching(stories, chosen), sort)
    last = max(1, -(-len(found) // PAGE_SIZE))
    number = min(chosen_page(request.GET), last)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE] or facets.nearest(stories, chosen, NEAREST_COUNT)
    cards = queries.cards_of(shown, language=language)
    groups = [_group(stories, chosen, facet, sort) for facet in FACETS]
    context = {
        "index_page": page,
        "cards": cards if found else [],
        "nearest": [] if found else cards,
        "found_count": len(found),
        "total": len(stories),
        "groups": [group for group in groups if group.options],
        "chips": [option for group in groups for option in group.options if option.chosen],
        "sorts": [
            Way(str(label), f"?{query_string(chosen, sort=word)}", word == sort) for word, label in SORT_LABELS.items()
        ],
        "sort": sort,
        "pages": [
            Way(str(place), f"?{query_string(chosen, sort=sort, page=place)}", place == number)
            for place in range(1, last + 1)
        ]
        if last > 1
        else [],
        "like_mine": _like_mine(request, stories),
        "feed_url": _feed_url(chosen),
        "all_illustrative": bool(stories) and all(story.illustrative for story in stories),
    }
    response = render(request, "case_studies/case_study_index_page.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


def _feed_url(chosen: Mapping[str, frozenset[str]]) -> str:
    words = query_string(chosen)
    return reverse("case_studies:feed") + (f"?{words}" if words else "")


@access(Access.EVERYONE)
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Give the newest stories as an Atom feed (RFC 4287), narrowed by the same parameters as the list. Cost: 5 queries."""
    language = _language()
    page = queries.index_page(language=language)
    if page is None:
        raise Http404
    chosen = chosen_values(request.GET)
    found = in_order(facets.matching(queries.entries(language=language), chosen), "newest")[:FEED_SIZE]
    base = settings.PORTAL_BASE_URL
    told = Atom1Feed(
        title=gettext("Case studies, %(site)s") % {"site": settings.PORTAL_SITE_NAME},
        link=base + reverse("case_studies:index"),
        description=gettext("What small organisations tried, what it cost, what changed, and what went wrong."),
        language=language,
        feed_url=base + _feed_url(chosen),
    )
    illustrative = gettext("Illustrative: the organisation is invented.")
    for card in queries.cards_of(found, language=language):
        story = card.page
        told.add_item(
            title=xml_text(story.title),
            link=base + card.url,
            description=xml_text(f"{illustrative} {story.result}" if story.illustrative else story.result),
            author_name=xml_text(story.author),
            unique_id=story.translation_key.urn,
            pubdate=story.first_published_at,
            updateddate=story.last_published_at or story.first_published_at,
            categories=[
                str(story.get_sector_display()),
                str(story.get_tool_category_display()),
                *([gettext("Illustrative")] if story.illustrative else []),
            ],
        )
    response = HttpResponse(told.writeString("utf-8"), content_type=told.content_type)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response
