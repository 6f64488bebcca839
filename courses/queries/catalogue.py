"""The catalogue: cards of the courses that are offered, filtered, with counts a facet value.

One query reads the cards of one language; filters and counts are worked out on them. A catalogue is tens of courses,
some hundreds at most: counting each facet in the database would cost a query each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from courses.models import CourseCard

Values = frozenset[str]


@dataclass(frozen=True, slots=True)
class CatalogueFilters:
    """What a reader narrowed the catalogue down to. Empty: everything. Values of one facet widen, facets narrow."""

    words: str = ""
    categories: Values = frozenset()
    levels: Values = frozenset()
    audiences: Values = frozenset()
    topics: Values = frozenset()
    languages: Values = frozenset()
    plain_language: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The cards that fit, in the order of the page tree, and facet name -> value -> how many there would be."""

    cards: tuple[CourseCard, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


FACETS: Mapping[str, Callable[[CourseCard], Iterable[str]]] = {
    "categories": lambda card: [card.category],
    "levels": lambda card: [card.level],
    "audiences": lambda card: card.audiences.split(),
    "topics": lambda card: [topic for topic in card.topics.split(", ") if topic],
    "languages": lambda card: card.languages.split(),
    "plain_language": lambda card: ["yes"] if card.plain_language else [],
}
"""The values a card has in each facet."""


def cards(language: str, filters: CatalogueFilters | None = None) -> list[CourseCard]:
    """Return the cards that fit, in the order of the page tree. Cost: 1 query."""
    return list(find_cards(language, filters).cards)


def find_cards(language: str, filters: CatalogueFilters | None = None) -> Catalogue:
    """Return the cards that fit and what each facet value would give. Cost: 1 query.

    A value is counted with the filters of all *other* facets on: the number says what one more tick would show.
    """
    chosen = filters or CatalogueFilters()
    everything = list(CourseCard.objects.filter(language=language).order_by("position", "title", "pk"))
    counts = {
        facet: dict(
            Counter(value for card in everything if _fits(card, chosen, leave_out=facet) for value in values(card))
        )
        for facet, values in FACETS.items()
    }
    fitting = tuple(card for card in everything if _fits(card, chosen))
    return Catalogue(cards=fitting, total=len(everything), counts=counts)


def _fits(card: CourseCard, filters: CatalogueFilters, *, leave_out: str = "") -> bool:
    for facet, values in FACETS.items():
        wanted = getattr(filters, facet)
        if facet == leave_out or not wanted:
            continue
        if facet == "plain_language":
            if not card.plain_language:
                return False
        elif not wanted & set(values(card)):
            return False
    haystack = " ".join([card.title, card.summary, card.topics]).casefold()
    return all(word in haystack for word in filters.words.casefold().split())
