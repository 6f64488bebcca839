"""The catalogue with what the reader has begun, its facets as links, and what is nearest where nothing fits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import get_language_info, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from courses.models import CourseCard
from courses.models.vocabularies import Audience, Category, Level
from courses.queries.catalogue import Catalogue, CatalogueFilters, find_cards
from progress.queries.enrolments import CourseProgress, enrolments_of, progress_of_all

# Name in the address -> name of the facet. The names in addresses are kept: people save and send them.
PARAMETERS: Mapping[str, str] = {
    "for": "audiences",
    "about": "categories",
    "level": "levels",
    "topic": "topics",
    "language": "languages",
    "plain": "plain_language",
}
TOPICS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet as a link: it sets the value, or takes it away where it is set."""

    label: str
    count: int
    query: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Facet:
    title: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A course in the list; `own` where the reader is enrolled."""

    card: CourseCard
    own: CourseProgress | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """What would fit with one choice less."""

    left_out: str
    query: str
    cards: tuple[CourseCard, ...]


@dataclass(frozen=True, slots=True)
class CataloguePage:
    rows: tuple[Row, ...]
    total: int
    facets: tuple[Facet, ...]
    chosen: tuple[FacetValue, ...]
    nearest: tuple[Nearest, ...]


Chosen = Mapping[str, tuple[str, ...]]
"""Name in the address -> values chosen; `q` has the words."""


def catalogue_page(chosen: Chosen, *, language: str, learner: User | None) -> CataloguePage:
    """Return the catalogue for a reader. Cost: 1 query for a visitor, 3 for a learner, 1 a choice where nothing fits."""
    found = find_cards(language, _filters(chosen))
    own = _own_by_course(learner, language)
    facets = tuple(facet for name in PARAMETERS if (facet := _facet(name, chosen, found)))
    return CataloguePage(
        rows=tuple(Row(card, own.get(card.course_id)) for card in found.cards),
        total=found.total,
        facets=facets,
        chosen=_set_values(chosen),
        nearest=() if found.cards else _nearest(chosen, language),
    )


def _own_by_course(learner: User | None, language: str) -> dict[int, CourseProgress]:
    if learner is None:
        return {}
    return {own.enrolment.course_id: own for own in progress_of_all(enrolments_of(learner), language=language)}


def _filters(chosen: Chosen) -> CatalogueFilters:
    filters = CatalogueFilters(words=" ".join(chosen.get("q", ())))
    for name, facet in PARAMETERS.items():
        values = chosen.get(name, ())
        if values:
            value: Any = True if facet == "plain_language" else frozenset(values)
            filters = replace(filters, **{facet: value})
    return filters


def _facet(name: str, chosen: Chosen, found: Catalogue) -> Facet | None:
    counts = found.counts[PARAMETERS[name]]
    values = {value: counts.get(value, 0) for value in (*_order_of(name, counts), *chosen.get(name, ()))}
    links = tuple(
        _value(name, value, count, chosen) for value, count in values.items() if count or value in chosen.get(name, ())
    )
    return Facet(_title_of(name), links) if links else None


def _order_of(name: str, counts: Mapping[str, int]) -> list[str]:
    known = {"for": Audience.values, "about": Category.values, "level": Level.values}.get(name)
    if known is not None:
        return list(known)
    often_first = sorted(counts, key=lambda value: (-counts[value], value))
    return often_first[:TOPICS_SHOWN] if name == "topic" else sorted(counts)


def _value(name: str, value: str, count: int, chosen: Chosen) -> FacetValue:
    is_set = value in chosen.get(name, ())
    others = tuple(other for other in chosen.get(name, ()) if other != value)
    changed = {**chosen, name: others if is_set else (*others, value)}
    return FacetValue(_label_of(name, value), count, _query(changed), is_set)


def _set_values(chosen: Chosen) -> tuple[FacetValue, ...]:
    values = [_value(name, value, 0, chosen) for name in PARAMETERS for value in chosen.get(name, ())]
    if words := chosen.get("q"):
        values.insert(0, FacetValue(" ".join(words), 0, _query({**chosen, "q": ()}), True))
    return tuple(values)


def _nearest(chosen: Chosen, language: str) -> tuple[Nearest, ...]:
    near = []
    for value in _set_values(chosen):
        without = _parse(value.query)
        cards = find_cards(language, _filters(without)).cards
        if cards:
            near.append(Nearest(value.label, value.query, cards[:3]))
    return tuple(near[:3])


def _parse(query: str) -> Chosen:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(query.removeprefix("?")):
        found[name] = (*found.get(name, ()), value)
    return found


def _query(chosen: Chosen) -> str:
    pairs = [(name, value) for name, values in chosen.items() for value in values]
    return f"?{urlencode(pairs)}" if pairs else "?"


def _title_of(name: str) -> str:
    return {
        "for": _("For"),
        "about": pgettext("what a course is about", "About"),
        "level": _("Level"),
        "topic": _("Topic"),
        "language": _("Language"),
        "plain": _("Wording"),
    }[name]


def _label_of(name: str, value: str) -> str:
    if name == "language":
        try:
            return str(get_language_info(value)["name_local"]).capitalize()
        except KeyError:
            return value
    if name == "plain":
        return _("Plain language")
    choices = {"for": Audience, "about": Category, "level": Level}.get(name)
    return str(choices(value).label) if choices is not None and value in choices.values else value
