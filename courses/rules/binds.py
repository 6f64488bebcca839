"""Whom an item binds: people by the edition they started at (EDITIONS.md section 7).

A person starts a course at an edition. An item that becomes required later does not bind who was there before, unless
an editor says so; an item that goes away and comes back binds again those it bound. Both are kept as ranges of start
editions, for removed items too, so that no older edition is ever read.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Protocol

from courses.rules.outline import Range


@dataclass(frozen=True, slots=True)
class Binding:
    """Whether an item is required, whom it binds, and whom it bound before it was let go for good."""

    required: bool = False
    binds: tuple[Range, ...] = ()
    past: tuple[Range, ...] = ()


NEW = Binding()
"""An item that no edition had."""


class Bound(Protocol):
    """An item of an outline or manifest, removed ones too."""

    @property
    def key(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def binds(self) -> tuple[Range, ...]: ...
    @property
    def past(self) -> tuple[Range, ...]: ...


def next_binds(old: Binding, *, required: bool, number: int, restore: bool = True, bind_all: bool = False) -> Binding:
    """Return the binding of an item in edition `number`, from its binding in the edition before.

    `required`: the item is in the course and required now. `restore`: an item that comes back binds again those it
    bound. `bind_all`: it binds everybody, also who started before.

    Removed in edition 3, back in 5: those who started at 1 or 2 have to do it again, those who started at 3 or 4 not.

    >>> first = next_binds(NEW, required=True, number=1)
    >>> gone = next_binds(first, required=False, number=3)
    >>> next_binds(gone, required=True, number=5).binds
    ((1, 2), (5, None))
    """
    if not required:
        if not old.required:
            return old
        closed = tuple((first, number - 1 if last is None else last) for first, last in old.binds)
        return Binding(False, closed, old.past)
    if bind_all:
        return Binding(True, ((0, None),), old.past)
    if old.required:
        return Binding(True, old.binds, old.past)
    if restore:
        return Binding(True, (*old.binds, (number, None)), old.past)
    return Binding(True, ((number, None),), (*old.past, *old.binds))


def holds(ranges: Iterable[Range], start: int) -> bool:
    """Return whether a start edition lies in one of the ranges."""
    return any(first <= start and (last is None or start <= last) for first, last in ranges)


def required_keys(items: Iterable[Bound], start: int) -> frozenset[str]:
    """Return the keys of the items required now of people who started at edition `start`."""
    return frozenset(item.key for item in items if item.required and holds(item.binds, start))


def counted_keys(items: Iterable[Bound], start: int, done: Set[str]) -> frozenset[str]:
    """Return the keys that the shown percentage counts: required ones, and done ones that ever bound this start.

    `items` must hold the removed items too: what is done stays done when its item goes away.
    """
    return frozenset(
        item.key
        for item in items
        if (item.required and holds(item.binds, start))
        or (item.key in done and (holds(item.binds, start) or holds(item.past, start)))
    )


def newly_required(old: Iterable[Bound], new: Iterable[Bound], start: int) -> frozenset[str]:
    """Return the keys that an edition imposes on people who started at `start`, who did not have to do them before."""
    return required_keys(new, start) - required_keys(old, start)
