"""What counted as right in a marking, and for how many points: what a page says of a mark event, never what makes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from progress.rules.regrading import Policy

_BY_OWN_KEY = frozenset({"", Policy.KEEP, Policy.AS_FIRST_MARKED})


@dataclass(frozen=True, slots=True)
class Accepted:
    """What earned the points of a question: one of `ways`, each a set of option ids. No way: it did not count."""

    ways: tuple[frozenset[str], ...]
    points: int

    @property
    def counts(self) -> bool:
        return bool(self.ways)


def accepted_in(
    policy: str, question_id: str, *, own: Mapping[str, Any], new: Mapping[str, Any] | None, points: Mapping[str, int]
) -> Accepted:
    """Return what a marking accepted as the answer to a question, and the points it was worth.

    `policy` is that of the mark event, "" for the first marking. `own` and `new` are the bodies of the answer keys of
    the attempt and of the regrade; `points` are those of the event, which hold every question that counted. A question
    that the new key does not have was marked by the attempt's own.
    """
    if question_id not in points:
        return Accepted((), 0)
    first = own["questions"][question_id]
    first_way, worth = frozenset(first["correct"]), int(first["points"])
    later = new["questions"].get(question_id) if new is not None else None
    if later is None or policy in _BY_OWN_KEY or policy == Policy.DROP:
        return Accepted((first_way,), worth)
    later_way = frozenset(later["correct"])
    if policy == Policy.ACCEPT_BOTH:
        return Accepted((first_way,) if later_way == first_way else (first_way, later_way), worth)
    return Accepted((later_way,), int(later["points"]))
