"""The site search: one form, links that narrow, pages of results. Whatever is typed is words, and has an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

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
        "kinds": _kinds(words, asked, results),
        "languages": _languages(words, asked, results),
        "chosen": bool(asked.kind or asked.language),
        "everything_url": f"?{_query(words, Narrowing(exact=asked.exact))}",
        "exact_url": f"?{_query(words, Narrowing(exact=True))}",
        "other_url": f"?{_query(results.other_words, Narrowing())}",
        "pages": _pages(words, asked, results),
        "most": site_search.MOST_FOUND,
        "popular": site_search.popular(language=language) if words and not results.total and not asked.kind else [],
    }
    return render(request, "home/search.html", context)


def _narrowing(request: HttpRequest) -> Narrowing:
    kind, language, page = (request.GET.get(name, "") for name in ("kind", "language", "page"))
    return Narrowing(
        kind=kind if kind in KINDS else "",
        language=language if language in dict(settings.LANGUAGES) else "",
        page=min(int(page), MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
        exact=request.GET.get("exact") == "1",
    )


def _query(words: str, asked: Narrowing) -> str:
    """Return the query string of a search, in one order, without what is not asked for."""
    parts = {
        "q": words,
        "kind": asked.kind,
        "language": asked.language,
        "exact": "1" if asked.exact else "",
        "page": str(asked.page) if asked.page > 1 else "",
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _kinds(words: str, asked: Narrowing, results: Results) -> Sequence[Way]:
    there = results.counts["kind"]
    return [
        Way(
            label=PLURALS[kind],
            url="?"
            + _query(
                words,
                Narrowing(kind="" if kind == asked.kind else kind, language=asked.language, exact=asked.exact),
            ),
            count=there.get(kind, 0),
            chosen=kind == asked.kind,
        )
        for kind in KINDS
        if there.get(kind) or kind == asked.kind
    ]


def _languages(words: str, asked: Narrowing, results: Results) -> Sequence[Way]:
    there = results.counts["language"]
    return [
        Way(
            label=name,
            url="?"
            + _query(
                words, Narrowing(kind=asked.kind, language="" if code == asked.language else code, exact=asked.exact)
            ),
            count=there.get(code, 0),
            chosen=code == asked.language,
            lang=code,
        )
        for code, name in settings.LANGUAGES
        if there.get(code) or code == asked.language
    ]


def _pages(words: str, asked: Narrowing, results: Results) -> Sequence[Way]:
    if results.page_count < 2:
        return []
    return [
        Way(
            label=str(number),
            url="?"
            + _query(words, Narrowing(kind=asked.kind, language=asked.language, exact=asked.exact, page=number)),
            chosen=number == results.page,
        )
        for number in range(1, results.page_count + 1)
    ]
