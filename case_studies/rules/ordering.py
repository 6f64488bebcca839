"""In which order a list of case studies is shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

COST_BANDS = ("zero", "under-500", "500-2000", "2000-10000", "over-10000")
SETUP_TIMES = ("hours", "days", "weeks", "months")


class Sortable(Protocol):
    """What a story is put in order by."""

    @property
    def cost_band(self) -> str: ...
    @property
    def setup_time(self) -> str: ...
    @property
    def staff_count(self) -> int | None: ...
    @property
    def published_at(self) -> datetime | None: ...


Story = TypeVar("Story", bound=Sortable)


def _place(value: str, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)


_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "newest": lambda story: -story.published_at.timestamp() if story.published_at else 0.0,
    "cost": lambda story: _place(story.cost_band, COST_BANDS),
    "setup": lambda story: _place(story.setup_time, SETUP_TIMES),
    "team": lambda story: (story.staff_count is None, story.staff_count or 0),
}
SORTS = tuple(_KEYS)
"""Newest first, least cost first, quickest set-up first, smallest team first. Any other word: the editors' own order."""


def in_order(stories: Sequence[Story], sort: str) -> list[Story]:
    """Return the stories in an order of `SORTS`; ties, and any other word, keep the order they came in."""
    key = _KEYS.get(sort)
    return sorted(stories, key=key) if key else list(stories)
