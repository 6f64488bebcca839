"""Narrowing a list of case studies: what matches, how many an option would leave, what comes nearest.

Values of one facet widen ("Romania or Italy"), facets narrow ("and under 500 EUR"), as in the catalogue of courses. A
story may itself have several values of a facet: whom it is for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

Values = frozenset[str]


class Faceted(Protocol):
    """Anything that knows its values by facet."""

    @property
    def facets(self) -> Mapping[str, Values]: ...


Story = TypeVar("Story", bound=Faceted)


def _fits(story: Faceted, facet: str, wanted: Values) -> bool:
    return not wanted or bool(wanted & story.facets.get(facet, frozenset()))


def matching(stories: Sequence[Story], chosen: Mapping[str, Values]) -> list[Story]:
    """Return the stories that fit every facet, in their order."""
    return [story for story in stories if all(_fits(story, facet, wanted) for facet, wanted in chosen.items())]


def option_counts(stories: Sequence[Story], chosen: Mapping[str, Values], facet: str) -> Counter[str]:
    """Return for each value of `facet` how many stories would be left if it alone were chosen beside the other facets."""
    others = {name: wanted for name, wanted in chosen.items() if name != facet}
    return Counter(value for story in matching(stories, others) for value in story.facets.get(facet, frozenset()))


def nearest(stories: Sequence[Story], chosen: Mapping[str, Values], limit: int) -> list[Story]:
    """Return up to `limit` stories that fit most of the narrowed facets, at least one; ties keep their order."""
    narrowed = {facet: wanted for facet, wanted in chosen.items() if wanted}
    scored = [(sum(_fits(story, facet, wanted) for facet, wanted in narrowed.items()), story) for story in stories]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [story for _score, story in best[:limit]]


def like_mine(stories: Sequence[Story], own: Mapping[str, str]) -> dict[str, Values]:
    """Return the choice that shows stories of organisations like the reader's own: as much of `own` as leaves any.

    `own` holds one value a facet, the most telling first; what leaves nothing is dropped from the end. Empty where no
    story shares even the first.

    >>> from types import SimpleNamespace
    >>> story = SimpleNamespace(facets={"sector": {"food"}, "size": {"small"}, "country": {"ES"}})
    >>> like_mine([story], {"sector": "food", "size": "small", "country": "IT"})
    {'sector': frozenset({'food'}), 'size': frozenset({'small'})}
    """
    wanted = {facet: frozenset({value}) for facet, value in own.items() if value}
    while wanted and not matching(stories, wanted):
        wanted.popitem()
    return wanted
