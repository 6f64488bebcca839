"""Who objects when pages of a course are to be deleted.

Records live in apps above this one. Each registers, when it is ready, a check that says in words whether it holds any
of the given item or course keys:

    register_guard(words_if_learners_did_any_of)

It is courtesy, not integrity: records point at frozen rows, so nothing would be lost.
"""

from collections.abc import Callable, Iterable, Set
from uuid import UUID

Guard = Callable[[Set[UUID]], str | None]
"""Takes keys; returns why pages with these keys stay, in words, or None."""

_guards: list[Guard] = []


class RecordsHoldPages(Exception):
    """Pages were not deleted because records point at what they say. The text says which."""


class QuizzesUseQuestion(Exception):
    """A question of the bank was not deleted because quizzes take it. The text says which."""


def register_guard(guard: Guard) -> None:
    """Have `guard` asked before pages of a course are deleted. Called from an app's `ready()`."""
    if guard not in _guards:
        _guards.append(guard)


def objection(keys: Iterable[UUID]) -> str | None:
    """Return the first guard's words against deleting pages with these keys, or None. Cost: what the guards ask."""
    wanted = set(keys)
    if not wanted:
        return None
    return next((words for guard in _guards if (words := guard(wanted))), None)
