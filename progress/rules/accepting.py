"""What counted as right in a marking, and for how many points: what a page says of a mark event, never what makes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from progress.rules.regrading import Policy, is_same_kind, marks_alike

_BY_OWN_KEY = frozenset({"", Policy.KEEP, Policy.AS_FIRST_MARKED})


@dataclass(frozen=True, slots=True)
class Way:
    """One key by which a question earned its points. `is_own`: that of the attempt's own version."""

    key: Mapping[str, Any]
    is_own: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """What earned the points of a question: an answer that is right by one of `ways`. No way: it did not count."""

    ways: tuple[Way, ...]
    points: int

    @property
    def counts(self) -> bool:
        return bool(self.ways)

    @property
    def by_own_key(self) -> bool:
        """Whether it counted by the attempt's own key and by no other."""
        return bool(self.ways) and all(way.is_own for way in self.ways)


def accepted_in(
    policy: str, question_id: str, *, own: Mapping[str, Any], new: Mapping[str, Any] | None, points: Mapping[str, int]
) -> Accepted:
    """Return what a marking accepted as the answer to a question, and the points it was worth.

    `policy` is that of the mark event, "" for the first marking. `own` and `new` are the bodies of the answer keys of
    the attempt and of the regrade; `points` are those of the event, which hold every question that counted. A question
    that the new key does not have, or has as another kind, was marked by the attempt's own.
    """
    if question_id not in points:
        return Accepted((), 0)
    first = own["questions"][question_id]
    first_way, worth = Way(first, is_own=True), int(first["points"])
    later = new["questions"].get(question_id) if new is not None else None
    if later is None or not is_same_kind(first, later) or policy in _BY_OWN_KEY or policy == Policy.DROP:
        return Accepted((first_way,), worth)
    is_same = marks_alike({**first, "points": 0}, {**later, "points": 0})
    later_way = Way(first, is_own=True) if is_same else Way(later, is_own=False)
    if policy == Policy.ACCEPT_BOTH:
        return Accepted((first_way,) if is_same else (first_way, later_way), worth)
    return Accepted((later_way,), int(later["points"]))
