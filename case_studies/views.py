"""The list of case studies and one story, in every language of the site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from case_studies import queries
from case_studies.forms import FACETS, Facet, chosen_values, query_string
from case_studies.rules import facets
from foundation.access import Access, access

NEAREST_COUNT = 3


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


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _group(cards: Sequence[queries.CaseCard], chosen: Mapping[str, frozenset[str]], facet: Facet) -> OptionGroup:
    """Return the options of a facet that would show something, and those chosen already."""
    counts = facets.option_counts(cards, chosen, facet.name)
    options = [
        Option(
            str(label),
            counts[value],
            f"?{query_string(chosen, toggle=(facet.name, value))}",
            value in chosen[facet.name],
        )
        for value, label in facet.labels.items()
        if counts[value] or value in chosen[facet.name]
    ]
    return OptionGroup(str(facet.heading), options)


@access(Access.EVERYONE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the stories, narrowed by plain query parameters. Cost: 3 queries for any number of stories."""
    page = queries.index_page(language=_language())
    if page is None:
        raise Http404
    cards = queries.cards(language=_language())
    chosen = chosen_values(request.GET)
    found = facets.matching(cards, chosen)
    groups = [_group(cards, chosen, facet) for facet in FACETS]
    context = {
        "index_page": page,
        "cards": found,
        "total": len(cards),
        "groups": [group for group in groups if group.options],
        "chips": [option for group in groups for option in group.options if option.chosen],
        "nearest": [] if found else facets.nearest(cards, chosen, NEAREST_COUNT),
        "all_illustrative": bool(cards) and all(card.page.illustrative for card in cards),
    }
    response = render(request, "case_studies/case_study_index_page.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


@access(Access.EVERYONE)
@require_safe
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a story in the reader's language, else in English under the reader's address, labelled as such."""
    page = queries.find_case(slug, language=_language())
    if page is None:
        page = queries.moved_case(slug, language=_language())
        if page is None:
            raise Http404
    if page.slug != slug:
        return HttpResponsePermanentRedirect(queries.case_address(page.slug, _language()))
    return page.serve(request)
