"""What the site search finds of courses and lessons: published words only, never a question, never a draft.

Also what every app with pages in the index needs to ask it: a query from terms, and rows that are spelled alike.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import FloatField, Model, QuerySet, Value
from django.db.models.functions import Greatest
from wagtail.search.backends import get_search_backend
from wagtail.search.query import And, Or, Phrase, PlainText, SearchQuery

from courses.models import SearchEntry

MOST_HITS = 300
"""Texts of a kind that a search looks at, the best of the index."""
MOST_ALIKE = 60
MOST_COMPARED = 2_000
"""Rows that are compared one by one where the database knows no trigrams."""
ALIKE = 0.35
"""How alike a word and a text are at least, from 0 to 1 (`word_similarity` of pg_trgm)."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A course or lesson that was found, in one of its languages. `path` is its address below a language's courses."""

    row: int
    thing: str
    is_lesson: bool
    language: str
    title: str
    summary: str
    key_words: str
    path: str
    course_title: str


def index_query(terms: Sequence[Sequence[str]]) -> SearchQuery:
    """Return the query for texts that hold every term in one of its ways. A way is words between spaces, no signs."""
    return And([Or([Phrase(way) if " " in way else PlainText(way) for way in term]) for term in terms])


def found_rows(rows: QuerySet[Row], terms: Sequence[Sequence[str]]) -> list[Row]:
    """Return the rows that the index finds, the best first. Cost: 1 query, none without terms."""
    if not terms:
        return []
    return list(get_search_backend().search(index_query(terms), rows)[:MOST_HITS])


def alike_rows(rows: QuerySet[Row], columns: Sequence[str], words: Sequence[str]) -> list[Row]:
    """Return rows with a word in one of these columns that is spelled like one of `words`. Cost: 1 query.

    PostgreSQL compares trigrams and gives the most alike. Another database gives rows as they come, at most 2,000:
    the caller compares (`home.rules.spelling`), with what PostgreSQL gave as well.
    """
    if not words:
        return []
    if connection.vendor != "postgresql":
        return list(rows.order_by("pk")[:MOST_COMPARED])
    likeness: list[Any] = [TrigramWordSimilarity(word, column) for word in words for column in columns]
    best = Greatest(Value(0.0), *likeness, output_field=FloatField())
    return list(rows.annotate(likeness=best).filter(likeness__gte=ALIKE).order_by("-likeness", "pk")[:MOST_ALIKE])


def find_hits(terms: Sequence[Sequence[str]]) -> list[SearchHit]:
    """Return courses and lessons that hold all terms, in every language they were found in. Cost: 1 query."""
    return [_hit(entry) for entry in found_rows(_listed(), terms)]


def alike_hits(words: Sequence[str]) -> list[SearchHit]:
    """Return courses and lessons with a title, summary or key word spelled like one of these. Cost: 1 query."""
    return [_hit(entry) for entry in alike_rows(_listed(), ("title", "summary", "key_words"), words)]


def texts_of(rows: Iterable[int]) -> dict[int, str]:
    """Return the words of courses and lessons that were found, by row. Cost: 1 query."""
    return dict(SearchEntry.objects.filter(pk__in=list(rows)).values_list("pk", "text"))


def _listed() -> QuerySet[SearchEntry]:
    return SearchEntry.objects.defer("text")


def _hit(entry: SearchEntry) -> SearchHit:
    return SearchHit(
        row=entry.pk,
        thing=f"{entry.course_id}/{entry.item_key or ''}",
        is_lesson=entry.item_key is not None,
        language=entry.language,
        title=entry.title,
        summary=entry.summary,
        key_words=entry.key_words,
        path=entry.path,
        course_title=entry.course_title,
    )
