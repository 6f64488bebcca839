"""Marking a quiz: what a response earns and whether an attempt passes. The key body is as `courses.QuizKey` holds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from courses.rules.kinds import Answer, kind_of

Marked = TypeVar("Marked")

NOT_ANSWERED = Answer()


class Given(NamedTuple):
    """What a person gave for an answer, and what its question was worth then, both in points. It stands as it stood."""

    points: int
    worth: int


NONE_BY_HAND: Mapping[str, Given] = MappingProxyType({})


class Verdict(StrEnum):
    """What the result page says of one answer, the best first; of some only that a person reads it still."""

    RIGHT = "right"
    PARTLY = "partly"
    NOT_QUITE = "not-quite"
    NOT_ANSWERED = "not-answered"
    WAITING = "waiting"


class Marks(Protocol):
    """A marking, stored or not: a `Marking`, a mark event."""

    @property
    def score(self) -> int: ...
    @property
    def max_score(self) -> int: ...
    @property
    def pass_mark(self) -> int: ...
    @property
    def passed(self) -> bool: ...
    @property
    def points(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True)
class Marking:
    """The marks of an attempt, in points. `points` has every question of the attempt."""

    score: int
    max_score: int
    pass_mark: int
    passed: bool
    points: Mapping[str, int]


def verdict(question: Mapping[str, Any], answer: Answer, *, by_hand: Given | None = None) -> Verdict:
    """Return how near a response is. `by_hand` is what a person gave, None where nobody did.

    "Partly" is said where a question pays all or nothing, too: it helps to read on. It needs a part that is right, and
    not more wrong ones than right ones: choosing every option of a question is not partly right, it is no choice.

    :raises ValueError: if the key has nothing to compare with.
    """
    if not answer and (by_hand is None or not by_hand.points):
        return Verdict.NOT_ANSWERED
    if by_hand is not None:
        return verdict_of_points(by_hand.points, by_hand.worth)
    kind = kind_of(question)
    if kind.needs_person:
        return Verdict.WAITING
    parts = kind.parts(question, answer)
    if parts.is_whole:
        return Verdict.RIGHT
    return Verdict.PARTLY if parts.right and parts.right >= parts.wrong else Verdict.NOT_QUITE


def verdict_of_points(points: int, worth: int) -> Verdict:
    """Return how near an answer is that earned `points` of `worth`."""
    if points >= worth:
        return Verdict.RIGHT
    return Verdict.PARTLY if points else Verdict.NOT_QUITE


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
    *,
    key: Mapping[str, Any],
    form: Mapping[str, Any],
    answers: Mapping[str, Answer],
    pass_mark: int,
    by_hand: Mapping[str, Given] = NONE_BY_HAND,
) -> Marking:
    """Return the marks of an attempt: only questions of its own form count, each once.

    `answers` maps question id to the answer; a missing one is an unanswered question. "I am not sure" is no answer and
    earns 0. `by_hand` maps question id to what a person gave: it stands. What a person has to read earns
    nothing until then.

    :raises KeyError: if the key lacks a question of the form.
    :raises ValueError: if it has nothing to compare the answer to one with.
    """
    points: dict[str, int] = {}
    max_score = 0
    for entry in form["questions"]:
        question_id = entry["id"]
        question = key["questions"][question_id]
        points[question_id], worth = count_by_key(
            question, answers.get(question_id, NOT_ANSWERED), by_hand=by_hand.get(question_id)
        )
        max_score += worth
    score = sum(points.values())
    passed = passes(score=score, max_score=max_score, pass_mark=pass_mark)
    return Marking(score=score, max_score=max_score, pass_mark=pass_mark, passed=passed, points=points)


def count_by_key(question: Mapping[str, Any], answer: Answer, *, by_hand: Given | None = None) -> tuple[int, int]:
    """Return what an answer earns by the key of its question, and what the question is worth, both in points.

    What a person gave stands in both, whatever the key says.

    :raises ValueError: if the key has nothing to compare with.
    """
    if by_hand is not None:
        return by_hand.points, by_hand.worth
    return kind_of(question).points(question, answer), int(question["points"])


def with_hand_marks(marks: Marks, *, key: Mapping[str, Any], by_hand: Mapping[str, Given]) -> Marking:
    """Return a marking by `key` with what a person gave in place of its own. One that was dropped stays so.

    Whether it passes is decided anew, but where no question has points by hand.
    """
    points, score, max_score = dict(marks.points), marks.score, marks.max_score
    given = by_hand.keys() & points.keys()
    if not given:
        return Marking(score=score, max_score=max_score, pass_mark=marks.pass_mark, passed=marks.passed, points=points)
    for question_id in given:
        now = by_hand[question_id]
        score += now.points - points[question_id]
        max_score += now.worth - int(key["questions"][question_id]["points"])
        points[question_id] = now.points
    passed = passes(score=score, max_score=max_score, pass_mark=marks.pass_mark)
    return Marking(score=score, max_score=max_score, pass_mark=marks.pass_mark, passed=passed, points=points)
