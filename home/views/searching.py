"""The site search: one form, links that narrow, pages of results. Whatever is typed is words, and has an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Sector
from foundation.access import Access, access
from home.queries import search as site_search
from home.queries.search import Narrowing, Results
from home.rules.finding import KINDS

MAX_QUERY_LENGTH = 100
MOST_PAGES = 99
NAMES: Mapping[str, Any] = {
    "course": _("Course"),
    "path": _("Learning path"),
    "lesson": _("Lesson"),
    "story": _("Case study"),
    "page": _("Page"),
}
PLURALS: Mapping[str, Any] = {
    "course": _("Courses"),
    "path": _("Learning paths"),
    "lesson": _("Lessons"),
    "story": _("Case studies"),
    "page": _("Pages"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A link to the same search, narrowed or on another page. `lang` where the label is in another language."""

    label: Any
    url: str
    count: int = 0
    chosen: bool = False
    lang: str = ""


@access(Access.EVERYONE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search the site. A long query is cut, as a text, not refused; a value that no list has is left aside."""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:MAX_QUERY_LENGTH].strip()
    language = get_language() or settings.LANGUAGE_CODE
    asked = _narrowing(request)
    results = site_search.search_site(words, language=language, narrowing=asked)
    context = {
        "words": words,
        "results": results,
        "rows": [(hit, NAMES[hit.found.kind]) for hit in results.hits],
        "kinds": _ways("kind", {kind: PLURALS[kind] for kind in KINDS}, words, asked, results),
        "languages": _ways("language", dict(settings.LANGUAGES), words, asked, results),
        "sectors": _ways("sector", dict(Sector.choices), words, asked, results),
        "chosen": bool(asked.kind or asked.language or asked.sector),
        "everything_url": f"?{_query(words, Narrowing(exact=asked.exact))}",
        "exact_url": f"?{_query(words, Narrowing(exact=True))}",
        "other_url": f"?{_query(results.other_words, Narrowing())}",
        "pages": _pages(words, asked, results),
        "most": site_search.MOST_FOUND,
        "popular": site_search.popular(language=language) if words and not results.total and not asked.kind else [],
    }
    return render(request, "home/search.html", context)


def _narrowing(request: HttpRequest) -> Narrowing:
    kind, language, sector, page = (request.GET.get(name, "") for name in ("kind", "language", "sector", "page"))
    return Narrowing(
        kind=kind if kind in KINDS else "",
        language=language if language in dict(settings.LANGUAGES) else "",
        sector=sector if sector in Sector.values else "",
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
        exact=request.GET.get("exact") == "1",
    )


def _query(words: str, asked: Narrowing) -> str:
    """Return the query string of a search, in one order, without what is not asked for."""
    parts = {
        "q": words,
        "kind": asked.kind,
        "language": asked.language,
        "sector": asked.sector,
        "exact": "1" if asked.exact else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _ways(facet: str, labels: Mapping[str, Any], words: str, asked: Narrowing, results: Results) -> Sequence[Way]:
    """Return the values of a facet that something found has, and the one that was chosen: chosen again, it is taken out."""
    there, chosen = results.counts[facet], getattr(asked, facet)
    return [
        Way(
            label=label,
            url="?" + _query(words, replace(asked, page=1, **_toggled(facet, value, chosen))),
            count=there.get(value, 0),
            chosen=value == chosen,
            lang=value if facet == "language" else "",
        )
        for value, label in labels.items()
        if there.get(value) or value == chosen
    ]


def _toggled(facet: str, value: str, chosen: str) -> dict[str, Any]:
    return {facet: "" if value == chosen else value}


def _pages(words: str, asked: Narrowing, results: Results) -> Sequence[Way]:
    if results.page_count < 2:
        return []
    return [
        Way(
            label=str(number),
            url="?" + _query(words, replace(asked, page=number)),
            chosen=number == results.page,
        )
        for number in range(1, results.page_count + 1)
    ]
