"""Marking a quiz: what a response earns and whether an attempt passes. The key body is as `courses.QuizKey` holds it."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Marked = TypeVar("Marked")


class Verdict(StrEnum):
    """What the result page says of one answer, the best first."""

    RIGHT = "right"
    PARTLY = "partly"
    NOT_QUITE = "not-quite"
    NOT_ANSWERED = "not-answered"


@dataclass(frozen=True, slots=True)
class Marking:
    """The marks of an attempt, in points. `points` has every question of the attempt."""

    score: int
    max_score: int
    pass_mark: int
    passed: bool
    points: Mapping[str, int]


def points_earned(question: Mapping[str, Any], chosen: Set[str]) -> int:
    """Return the points a response earns: 0 or the question's points.

    All or nothing: partial credit invites guessing. "I am not sure" chooses nothing and earns 0.

    :raises ValueError: if the key has no correct option to compare with.
    """
    correct = frozenset(question["correct"])
    if not correct:
        raise ValueError("A question without a correct option cannot be marked.")
    return int(question["points"]) if chosen == correct else 0


def verdict(question: Mapping[str, Any], chosen: Set[str]) -> Verdict:
    """Return how near a response is. "Partly" is said, never paid: it helps to read on, and earns no point.

    Choosing every option of a question is not partly right, it is no choice; so "partly" needs a right option that was
    chosen, and not more wrong ones than right ones.
    """
    correct = frozenset(question["correct"])
    if not chosen:
        return Verdict.NOT_ANSWERED
    if chosen == correct:
        return Verdict.RIGHT
    right = len(chosen & correct)
    if right and right >= len(chosen - correct):
        return Verdict.PARTLY
    return Verdict.NOT_QUITE


def passes(*, score: int, max_score: int, pass_mark: int) -> bool:
    """Return whether `score` of `max_score` points reaches `pass_mark` per cent. Compared in whole numbers, unrounded.

    Nothing to earn is never a pass.
    """
    return max_score > 0 and score * 100 >= pass_mark * max_score


def fold_marks(events: Iterable[Marked]) -> Marked | None:
    """Return the mark event that an attempt stands by, from its events in the order they happened; None without any.

    The last one: each event holds the whole marking, and a policy that never lowers writes no event that would.
    """
    standing = None
    for event in events:
        standing = event
    return standing


def points_needed(*, max_score: int, pass_mark: int) -> int:
    """Return the smallest number of points that passes: 12 of 15 at 75 per cent."""
    return -(-pass_mark * max_score // 100)


def mark_attempt(
    *, key: Mapping[str, Any], form: Mapping[str, Any], chosen: Mapping[str, Set[str]], pass_mark: int
) -> Marking:
    """Return the marks of an attempt: only questions of its own form count, each once.

    `chosen` maps question id to the option ids of the response; a missing one is an unanswered question.

    :raises KeyError: if the key lacks a question of the form.
    """
    points: dict[str, int] = {}
    max_score = 0
    for entry in form["questions"]:
        question = key["questions"][entry["id"]]
        points[entry["id"]] = points_earned(question, frozenset(chosen.get(entry["id"], frozenset())))
        max_score += int(question["points"])
    score = sum(points.values())
    passed = passes(score=score, max_score=max_score, pass_mark=pass_mark)
    return Marking(score=score, max_score=max_score, pass_mark=pass_mark, passed=passed, points=points)
