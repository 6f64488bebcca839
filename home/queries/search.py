"""Site search over courses, lessons, case studies and standard pages, and what to read where nothing was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from case_studies import queries as case_studies
from courses.queries import catalogue
from courses.queries import search as course_search
from home.models import StandardPage

KINDS: dict[str, Any] = {
    "course": _("Course"),
    "lesson": _("Lesson"),
    "case study": _("Case study"),
    "page": _("Page"),
}
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """Something a search found. `text_language` is that of title and summary; `place` says where a lesson is."""

    kind: Any
    title: str
    url: str
    text_language: str
    place: str = ""
    summary: str = ""
    illustrative: bool = False


def search_site(words: str, *, language: str) -> list[Hit]:
    """Return what holds all the words. Cost: at most 5 queries.

    The kinds take turns, the best of each first: their scores come from texts of different length and do not compare.
    """
    words = words.replace('"', " ")  # SQLite's index reads a quotation mark as syntax, and a single one as an error
    courses = [
        Hit(
            KINDS[hit.kind],
            hit.title,
            hit.url,
            hit.text_language,
            place=hit.course_title if hit.kind == "lesson" else "",
            summary=hit.summary,
        )
        for hit in course_search.find_hits(words, language)
    ]
    cases = [_case_hit(card) for card in case_studies.search(words, language=language)]
    pages = _standard_pages(words, language)
    in_turn = chain.from_iterable(zip_longest(courses, cases, pages))
    return [hit for hit in in_turn if hit is not None]


def popular(*, language: str) -> list[Hit]:
    """Return a few courses and stories to start from, in the order editors gave them. Cost: 3 queries."""
    cards: Iterable[Any] = catalogue.cards(language=language)[:3]
    courses = [
        Hit(KINDS["course"], card.title, f"/{language}/courses/{card.slug}/", card.text_language, summary=card.summary)
        for card in cards
    ]
    return [*courses, *(_case_hit(card) for card in case_studies.cards(language=language)[:2])]


def _case_hit(card: case_studies.CaseCard) -> Hit:
    return Hit(
        KINDS["case study"],
        card.page.title,
        card.url,
        card.text_language,
        place=card.page.organisation,
        summary=card.page.result,
        illustrative=card.page.illustrative,
    )


def _standard_pages(words: str, language: str) -> list[Hit]:
    """Return standard pages, each once: in the reader's language where that text was found too. Cost: 1 query."""
    if not words.strip():
        return []
    found = StandardPage.objects.live().select_related("locale").search(words, operator="and")[:MOST_PAGES]
    best: dict[UUID, StandardPage] = {}
    for page in found:
        code = page.locale.language_code
        if page.translation_key not in best or code == language:
            best[page.translation_key] = page
    return [
        Hit(KINDS["page"], page.title, page.get_url() or "", page.locale.language_code, summary=page.summary)
        for page in best.values()
    ]
