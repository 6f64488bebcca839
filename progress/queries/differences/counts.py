"""How many steps each of many people has done, by yardsticks of which few are held at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from progress.models import ItemCompletion
from progress.queries.differences.editions import outline_of_edition
from progress.rules.completion import Figures, Yardstick, fold_counts, yardstick_of

_OUTLINES = 32  # held at a time
_YARDSTICKS = 128  # held at a time
NOTHING = Yardstick(frozenset(), frozenset())
"""What an edition that cannot be read asks for."""


@dataclass(slots=True)
class DoneCounts:
    """How many steps somebody has done: any, of the required ones, of those that count."""

    any: int = 0
    required: int = 0
    countable: int = 0

    def fold(self, yardstick: Yardstick, *, completed: bool) -> Figures:
        return fold_counts(yardstick, done_required=self.required, done_countable=self.countable, completed=completed)


def held_yardsticks() -> Callable[[int, int], Yardstick]:
    """Return what gives the yardstick of an edition, by row number, for people who started at edition `start`."""
    outline_of = lru_cache(_OUTLINES)(outline_of_edition)

    @lru_cache(_YARDSTICKS)
    def yardstick_at(edition: int, start: int) -> Yardstick:
        outline = outline_of(edition)
        return yardstick_of(outline, start=start) if outline else NOTHING

    return yardstick_at


def counts_of_done(yardsticks: Mapping[int, Yardstick]) -> dict[int, DoneCounts]:
    """Return how many steps each enrolment has done, each by its own yardstick."""
    counts = {pk: DoneCounts() for pk in yardsticks}
    rows = ItemCompletion.objects.filter(enrolment__in=counts).order_by().values_list("enrolment_id", "item_key")
    for pk, item_key in rows.iterator():
        key, found, yardstick = str(item_key), counts[pk], yardsticks[pk]
        found.any += 1
        found.required += key in yardstick.required
        found.countable += key in yardstick.countable
    return counts
