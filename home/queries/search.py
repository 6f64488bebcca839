"""Site search over courses, learning paths, lessons, case studies and standard pages, and what to read where nothing was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.db.models import QuerySet

from case_studies import queries as case_studies
from case_studies.models import CaseStudyPage
from courses.queries import catalogue
from courses.queries import search as course_search
from courses.queries.paths import ShownPath, published_paths
from courses.rules.paths import path_address
from foundation.rules.cleaning import plain_text
from home.models import SearchSynonyms, StandardPage
from home.rules.finding import Found, counts, holds_all, in_order, narrowed, typed_words
from home.rules.passages import Passage, passage
from home.rules.spelling import closest, mended, vocabulary_of
from home.rules.synonyms import Term, expand

PER_PAGE = 20
FEW = 2
"""Up to so many things found, another spelling is looked for."""
MOST_NEAREST = 5
MOST_FOUND = course_search.MOST_HITS
"""Texts of a kind that are looked at and counted."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a reader asked for beside words: one kind, one language of the text, one sector; a page; these letters only."""

    kind: str = ""
    language: str = ""
    sector: str = ""
    page: int = 1
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that is shown. `passage` is the place where the words stand."""

    found: Found
    url: str
    passage: Passage = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    `total` counts what the page is one of, after narrowing; `is_bounded` says that a kind had more than is looked at.
    `mended_words`: what the results are for, where nothing was found for the words as typed. `other_words`: another
    spelling, where what was found is in other languages than the reader's. `nearest`: what is spelled alike, only where
    nothing was found.
    """

    hits: list[Hit]
    total: int
    page: int
    page_count: int
    counts: Mapping[str, Mapping[str, int]]
    is_bounded: bool = False
    mended_words: str = ""
    other_words: str = ""
    nearest: list[Hit] = field(default_factory=list)


def search_site(text: str, *, language: str, narrowing: Narrowing | None = None) -> Results:
    """Return what holds all the words of a text, or the ways to say them, the best first.

    Words that stand in a text of the reader's language are right as they are: for them no other spelling is looked for.

    Cost: at most 14 queries where more than two things are found, at most 34 where words are compared. Neither
    grows with what is found.
    """
    narrowing = narrowing or Narrowing()
    words = typed_words(text)
    if not words:
        return Results([], 0, 1, 1, counts([]))
    sets = list(SearchSynonyms.objects.filter(language=language).values_list("words", flat=True))
    paths = published_paths(language)
    terms = expand(words, sets)
    found = _find(terms, paths, language)
    mended_words, other_words = "", ""
    nearest: list[Found] = []
    is_known = any(entry.language == language for entry in found)
    if not narrowing.exact and not is_known and len({entry.thing for entry in found}) <= FEW:
        near = _alike(words, paths, language)
        better = mended(words, _vocabulary(near, sets))
        if better is not None and found:
            other_words = " ".join(better)
        elif better is not None:
            better_terms = expand(better, sets)
            found = _find(better_terms, paths, language)
            if found:
                mended_words, terms = " ".join(better), better_terms
        if not found:
            alike = closest(words, [(entry, f"{entry.title} {entry.key_words} {entry.place}") for entry in near])
            once = narrowed(alike, reader=language, fallback=settings.LANGUAGE_CODE)
            nearest = once[:MOST_NEAREST]
    return _results(
        found, terms, language, narrowing, mended_words=mended_words, other_words=other_words, nearest=nearest
    )


def _results(
    found: Sequence[Found],
    terms: Sequence[Term],
    language: str,
    narrowing: Narrowing,
    *,
    mended_words: str,
    other_words: str,
    nearest: Sequence[Found],
) -> Results:
    wanted = {"kind": narrowing.kind, "language": narrowing.language, "sector": narrowing.sector}
    once = narrowed(found, reader=language, fallback=settings.LANGUAGE_CODE, **wanted)
    ordered = in_order(once, terms)
    page_count = max(1, -(-len(ordered) // PER_PAGE))
    page = min(max(1, narrowing.page), page_count)
    shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Results(
        hits=_hits(shown, terms),
        total=len(ordered),
        page=page,
        page_count=page_count,
        counts=counts(found, **wanted),
        is_bounded=max((entry.position for entry in found), default=0) >= MOST_FOUND - 1,
        mended_words=mended_words,
        other_words=other_words,
        nearest=_hits(nearest, terms),
    )


def popular(*, language: str) -> list[Found]:
    """Return a few courses and stories to start from, in the order editors gave them. Cost: at most 6 queries."""
    cards = catalogue.cards(language=language)[:3]
    courses = [
        Found(
            kind="course",
            thing=f"course {card.pk}",
            language=card.text_language,
            title=card.title,
            summary=card.summary,
            url=f"/{language}/courses/{card.slug}/",
            row=card.pk,
        )
        for card in cards
    ]
    stories = [card.page for card in case_studies.cards(language=language)[:2]]
    return [*courses, *_stories(stories, language)]


def _find(terms: Sequence[Term], paths: Sequence[ShownPath], language: str) -> list[Found]:
    """Cost: 5 queries."""
    pages = course_search.found_rows(_public_pages(), terms)
    return [
        *_courses(course_search.find_hits(terms), language),
        *_stories(case_studies.find_stories(terms), language),
        *_pages(pages),
        *(
            entry
            for entry in _paths(paths, language)
            if holds_all(f"{entry.title} {entry.summary} {entry.key_words}", terms)
        ),
    ]


def _alike(words: Sequence[str], paths: Sequence[ShownPath], language: str) -> list[Found]:
    """Cost: 5 queries."""
    pages = course_search.alike_rows(_public_pages(), ("title", "summary"), words)
    return [
        *_courses(course_search.alike_hits(words), language),
        *_stories(case_studies.alike_stories(words), language),
        *_pages(pages),
        *_paths(paths, language),
    ]


def _vocabulary(near: Iterable[Found], sets: Iterable[str]) -> Mapping[str, int]:
    texts = (f"{entry.title} {entry.place} {entry.summary} {entry.key_words}" for entry in near)
    return vocabulary_of([*texts, *sets])


def _courses(hits: Iterable[course_search.SearchHit], language: str) -> list[Found]:
    return [
        Found(
            kind="lesson" if hit.is_lesson else "course",
            thing=f"course {hit.thing}",
            language=hit.language,
            title=hit.title,
            summary=hit.summary,
            url=f"/{language}/courses/{hit.path}",
            row=hit.row,
            key_words=hit.key_words,
            place=hit.course_title if hit.is_lesson else "",
            position=position,
        )
        for position, hit in enumerate(hits)
    ]


def _stories(pages: Iterable[CaseStudyPage], language: str) -> list[Found]:
    return [
        Found(
            kind="story",
            thing=f"story {page.translation_key}",
            language=page.locale.language_code,
            title=page.title,
            summary=page.result,
            url=case_studies.case_address(page.slug, language),
            row=page.pk,
            key_words=page.tool,
            place=page.organisation,
            illustrative=page.illustrative,
            sector=page.sector,
            position=position,
        )
        for position, page in enumerate(pages)
    ]


def _pages(pages: Iterable[StandardPage]) -> list[Found]:
    """Return standard pages, without their addresses: those are looked up for the few that are shown."""
    return [
        Found(
            kind="page",
            thing=f"page {page.translation_key}",
            language=page.locale.language_code,
            title=page.title,
            summary=page.summary,
            url="",
            row=page.pk,
            position=position,
        )
        for position, page in enumerate(pages)
    ]


def _paths(paths: Iterable[ShownPath], language: str) -> list[Found]:
    return [
        Found(
            kind="path",
            thing=f"path {shown.path.pk}",
            language=shown.text.language,
            title=shown.text.title,
            summary=shown.text.summary,
            url=path_address(shown.slug, language),
            row=shown.path.pk,
            key_words=plain_text(shown.text.description_html),
            position=position,
        )
        for position, shown in enumerate(paths)
    ]


def _public_pages() -> QuerySet[StandardPage]:
    pages = StandardPage.objects.live().public().select_related("locale").defer("sections")
    return cast(QuerySet[StandardPage], pages)


def _hits(found: Sequence[Found], terms: Sequence[Term]) -> list[Hit]:
    """Cost: 1 query for each kind that is among them; none for learning paths."""
    rows: dict[str, list[int]] = {}
    for entry in found:
        rows.setdefault("course" if entry.kind == "lesson" else entry.kind, []).append(entry.row)
    courses = course_search.texts_of(rows["course"]) if "course" in rows else {}
    stories = case_studies.story_texts(rows["story"]) if "story" in rows else {}
    pages = StandardPage.objects.in_bulk(rows["page"]) if "page" in rows else {}
    hits = []
    for entry in found:
        if entry.kind == "page":
            if page := pages.get(entry.row):  # it may have been taken down since it was found
                hits.append(Hit(entry, page.get_url() or "", _passage(entry, page.text, terms)))
        else:
            texts = stories if entry.kind == "story" else courses
            text = entry.key_words if entry.kind == "path" else texts.get(entry.row, "")
            hits.append(Hit(entry, entry.url, _passage(entry, text, terms)))
    return hits


def _passage(entry: Found, text: str, terms: Sequence[Term]) -> Passage:
    """Return the summary where it holds a word that was looked for or the text holds none, otherwise the place in the text."""
    of_summary = passage(entry.summary, terms)
    if any(is_marked for _words, is_marked in of_summary):
        return of_summary
    of_text = passage(text, terms)
    if any(is_marked for _words, is_marked in of_text):
        return of_text
    return of_summary or of_text
