"""The list of stories: what each is found by, and the cards of those that are shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from case_studies.models import CaseStudyAudience, CaseStudyIndexPage, CaseStudyPage, CaseStudySkill
from case_studies.queries.stories import CaseCard, card_of, listed

# Of each story the list asks for this much only: a thousand of them are narrowed in one go.
_COLUMNS = (
    "pk",
    "translation_key",
    "locale__language_code",
    "title",
    "sector",
    "country",
    "size_band",
    "staff_count",
    "tool_category",
    "cost_band",
    "setup_time",
    "illustrative",
    "first_published_at",
)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A story as the list knows it before it is shown: its values by facet, and what it is put in order by."""

    pk: int
    title: str
    facets: Mapping[str, frozenset[str]]
    cost_band: str
    setup_time: str
    staff_count: int | None
    published_at: datetime | None
    illustrative: bool


def entries(*, language: str) -> list[CaseEntry]:
    """Return every live story once, in the order of the page tree. Cost: 3 queries for any number."""
    rows = list(CaseStudyPage.objects.live().order_by("path").values(*_COLUMNS))
    texts: defaultdict[UUID, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        texts[row["translation_key"]].setdefault(row["locale__language_code"], row)
    audiences = _by_page(CaseStudyAudience.objects.filter(page__live=True).values_list("page_id", "audience"))
    skills = CaseStudySkill.objects.filter(page__live=True).values_list("page_id", "framework", "code")
    competences = _by_page((page, f"{framework}-{code}") for page, framework, code in skills)
    return [_entry(versions, language, audiences, competences) for versions in texts.values()]


def _by_page(pairs: Iterable[tuple[int, str]]) -> Mapping[int, set[str]]:
    values: defaultdict[int, set[str]] = defaultdict(set)
    for page, value in pairs:
        values[page].add(value)
    return values


def _entry(
    versions: Mapping[str, Mapping[str, Any]],
    language: str,
    audiences: Mapping[int, set[str]],
    competences: Mapping[int, set[str]],
) -> CaseEntry:
    """Return the entry of one story: the text that suits the reader, and the languages that there are."""
    row = versions.get(language) or versions.get(settings.LANGUAGE_CODE) or next(iter(versions.values()))
    return CaseEntry(
        pk=row["pk"],
        title=row["title"],
        facets={
            "sector": frozenset({row["sector"]}),
            "country": frozenset({row["country"]}),
            "size": frozenset({row["size_band"]}),
            "tool": frozenset({row["tool_category"]}),
            "cost": frozenset({row["cost_band"]}),
            "setup": frozenset({row["setup_time"]}),
            "for": frozenset(audiences.get(row["pk"], ())),
            "competence": frozenset(competences.get(row["pk"], ())),
            "language": frozenset(versions),
        },
        cost_band=row["cost_band"],
        setup_time=row["setup_time"],
        staff_count=row["staff_count"],
        published_at=row["first_published_at"],
        illustrative=row["illustrative"],
    )


def cards_of(chosen: Sequence[CaseEntry], *, language: str) -> list[CaseCard]:
    """Return the cards of these entries, in their order. Cost: 1 query, none for none."""
    if not chosen:
        return []
    pages = listed(CaseStudyPage.objects.live()).in_bulk([entry.pk for entry in chosen])
    return [card_of(pages[entry.pk], language) for entry in chosen if entry.pk in pages]


def cards(*, language: str) -> list[CaseCard]:
    """Return the card of every live story once, in the order of the page tree. Cost: 4 queries."""
    return cards_of(entries(language=language), language=language)


def index_page(*, language: str) -> CaseStudyIndexPage | None:
    """Return the live index in the reader's language, else in English, else none. Cost: 1 query."""
    pages = CaseStudyIndexPage.objects.live().select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    return found.get(language) or found.get(settings.LANGUAGE_CODE)
