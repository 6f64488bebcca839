"""Marking again after the answer key of a quiz changed: five policies, and a way back (decision 0011).

A marking is compared with the one before by its *share*, score of maximum, in whole numbers: 5 of 8 is more than 3 of
5. Three policies never lower a share and never take a pass; two may, and say so.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from courses.rules.kinds import Answer, marking_of
from progress.rules.marking import (
    NONE_BY_HAND,
    NOT_ANSWERED,
    Given,
    Marking,
    Marks,
    count_by_key,
    passes,
    with_hand_marks,
)


class Policy(StrEnum):
    """What becomes of marks that were given by an older key."""

    KEEP = "keep"
    ACCEPT_BOTH = "accept-both"
    NEVER_LOWER = "never-lower"
    DROP = "drop"
    EVEN_IF_LOWER = "even-if-lower"
    AS_FIRST_MARKED = "as-first-marked"


MAY_LOWER = frozenset({Policy.EVEN_IF_LOWER, Policy.AS_FIRST_MARKED})
"""The policies that may take points or a pass away."""

Question = Mapping[str, Any]


def may_lower(policy: Policy) -> bool:
    """Return whether a policy may take points or a pass away."""
    return policy in MAY_LOWER


def needs_answers(policy: Policy) -> bool:
    """Return whether a policy marks answers: where they were erased it can do nothing. The way back needs none."""
    return policy not in {Policy.KEEP, Policy.AS_FIRST_MARKED}


def needs_second_person(policy: Policy, *, carries_certificate: bool) -> bool:
    """Return whether somebody else must agree: where a certificate rests on the quiz, and where marks may fall."""
    return policy is not Policy.KEEP and (carries_certificate or may_lower(policy))


def needs_reason(policy: Policy, *, carries_certificate: bool) -> bool:
    """Return whether a reason must be given. It goes with the second person: they agree to something said."""
    return needs_second_person(policy, carries_certificate=carries_certificate)


def changed_questions(
    own_key: Mapping[str, Any], new_key: Mapping[str, Any], form: Mapping[str, Any]
) -> frozenset[str]:
    """Return the questions of an attempt that the new key marks otherwise or has no more. Words do not count.

    >>> form = {"questions": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    >>> own = {"questions": {name: {"kind": "true_false", "correct": ["x"], "points": 1} for name in "abc"}}
    >>> new = {"questions": {"a": own["questions"]["a"], "b": {**own["questions"]["b"], "correct": ["y"]}}}
    >>> sorted(changed_questions(own, new, form))
    ['b', 'c']
    """
    asked = [entry["id"] for entry in form["questions"]]
    return frozenset(key for key in asked if not marks_alike(own_key["questions"][key], new_key["questions"].get(key)))


def share_rises(before: Marks, after: Marks) -> bool:
    """Return whether the share of the points is higher than before: 4 of 7 is more than 4 of 8."""
    return _compare_shares(before, after) > 0


def share_falls(before: Marks, after: Marks) -> bool:
    """Return whether the share of the points is lower than before."""
    return _compare_shares(before, after) < 0


def changes_result(before: Marks, after: Marks) -> bool:
    """Return whether a learner sees another result: other points or another maximum, passed or not. They are told."""
    return (before.score, before.max_score, before.passed) != (after.score, after.max_score, after.passed)


def mark_again(
    *,
    policy: Policy,
    before: Marks,
    first: Marks,
    form: Mapping[str, Any],
    answers: Mapping[str, Answer],
    own_key: Mapping[str, Any],
    new_key: Mapping[str, Any],
    new_pass_mark: int,
    by_hand: Mapping[str, Given] = NONE_BY_HAND,
) -> Marking | None:
    """Return what an attempt is marked now, or None where nothing happens.

    `before` is the marking it stands by, `first` the one by the rules when it was sent. `own_key` is the key of the
    version it began with, `new_key` that of the quiz now; `answers` maps question id to the answer, `by_hand` to what a
    person gave, which stands, also in what the question was worth then. `new_pass_mark` in per cent.

    - keep: nothing.
    - accept both: each question earns the better of the two keys; what it is worth is as it was.
    - never lower: by the new key; a question that is gone by the old one.
    - drop: questions that are marked otherwise now, or are gone, do not count.
    - even if lower: by the new key and the new pass mark; a question that is gone does not count.
    - as first marked: the marking of when it was sent.

    A question that is of another kind now is marked by the attempt's own key by each policy but drop: an answer of one
    kind is none of another, and nobody would be asked to read what was no answer in own words when it was given.

    Accept both, never lower and drop take the lower of the pass marks before and now, and nothing happens where the share would fall.
    Nor does it where nothing is left to count, or the marking is the same as before.

    One question of two, "b" was thought right, "c" is: who chose it had 1 of 2 and failed.

    >>> r = {"kind": "single_choice", "correct": ["x"], "points": 1}
    >>> own = {"questions": {"q": {**r, "correct": ["b"]}, "r": r}}
    >>> new = {"questions": {"q": {**r, "correct": ["c"]}, "r": r}}
    >>> form = {"questions": [{"id": "q"}, {"id": "r"}]}
    >>> before = Marking(score=1, max_score=2, pass_mark=60, passed=False, points={"q": 0, "r": 1})
    >>> def marked(policy, **chosen):
    ...     answers = {question: Answer(frozenset(option)) for question, option in chosen.items()}
    ...     return mark_again(policy=policy, before=before, first=before, form=form, answers=answers, own_key=own,
    ...                       new_key=new, new_pass_mark=60)
    >>> after = marked(Policy.NEVER_LOWER, q="c", r="x")
    >>> (after.score, after.max_score, after.passed)
    (2, 2, True)

    Dropped for them, the question leaves 1 of 1. For who had "b" right and the other wrong it would leave 0 of 1, so
    nothing happens.

    >>> after = marked(Policy.DROP, q="c", r="x")
    >>> (after.score, after.max_score)
    (1, 1)
    >>> marked(Policy.DROP, q="b", r="y") is None
    True

    :raises KeyError: if `own_key` lacks a question of the form.
    :raises ValueError: if a key has nothing to compare an answer with.
    """
    points: dict[str, int] = {}
    max_score = 0
    if needs_answers(policy):
        for entry in form["questions"]:
            key = entry["id"]
            counted = count_question(
                policy,
                own_key["questions"][key],
                new_key["questions"].get(key),
                answers.get(key, NOT_ANSWERED),
                by_hand=by_hand.get(key),
            )
            if counted is not None:
                points[key], worth = counted
                max_score += worth
    return decide_marking(
        policy=policy,
        before=before,
        first=with_hand_marks(first, key=own_key, by_hand=by_hand),
        score=sum(points.values()),
        max_score=max_score,
        points=points,
        new_pass_mark=new_pass_mark,
    )


def count_question(
    policy: Policy, own: Question, new: Question | None, answer: Answer, *, by_hand: Given | None = None
) -> "Counted":
    """Return what a question earns and is worth by a policy that marks answers; `new` is None where it is gone.

    `by_hand` is what a person gave: it stands, of what the question was worth to that person. A question that is of
    another kind now is marked by `own`; drop leaves it out.

    :raises KeyError: for a policy that marks no answers.
    """
    if new is not None and policy is not Policy.DROP:
        new = _with_own_words(own, new) if is_same_kind(own, new) else own
    counted = _MARK_QUESTION[policy](own, new, answer)
    return counted if counted is None or by_hand is None else by_hand


def decide_marking(
    *,
    policy: Policy,
    before: Marks,
    first: Marks,
    score: int,
    max_score: int,
    points: Mapping[str, int],
    new_pass_mark: int,
) -> Marking | None:
    """Return what an attempt is marked now, from what its questions come to by a policy; None where nothing happens.

    The second half of `mark_again`, for who has the sums already. Points by hand are in the sums and in `first`.
    """
    if policy is Policy.KEEP:
        return None
    if policy is Policy.AS_FIRST_MARKED:
        after = _copy(first)
    else:
        pass_mark = new_pass_mark if may_lower(policy) else min(before.pass_mark, new_pass_mark)
        passed = passes(score=score, max_score=max_score, pass_mark=pass_mark)
        after = Marking(score=score, max_score=max_score, pass_mark=pass_mark, passed=passed, points=points)
        if not max_score or (not may_lower(policy) and _takes_away(before, after)):
            return None
    return None if _copy(before) == after else after


Counted = tuple[int, int] | None
"""What a question earns and what it is worth, in points; None: it does not count."""


def _by_both(own: Question, new: Question | None, answer: Answer) -> Counted:
    points, worth = count_by_key(own, answer)
    if new is not None:
        later, later_worth = count_by_key(new, answer)
        # A part of the points by the new key is the same part of what the question was worth.
        points = max(points, worth * later // later_worth if later_worth else 0)
    return points, worth


def _by_new_else_own(own: Question, new: Question | None, answer: Answer) -> Counted:
    return count_by_key(own if new is None else new, answer)


def _unless_changed(own: Question, new: Question | None, answer: Answer) -> Counted:
    return count_by_key(own, answer) if marks_alike(own, new) else None


def _by_new(own: Question, new: Question | None, answer: Answer) -> Counted:
    return None if new is None else count_by_key(new, answer)


_MARK_QUESTION = {
    Policy.ACCEPT_BOTH: _by_both,
    Policy.NEVER_LOWER: _by_new_else_own,
    Policy.DROP: _unless_changed,
    Policy.EVEN_IF_LOWER: _by_new,
}


def is_same_kind(own: Question, new: Question) -> bool:
    """Return whether two keys are of the same kind of question: only then an answer to one is one to the other."""
    return bool(own["kind"] == new["kind"])


def marks_alike(own: Question, new: Question | None) -> bool:
    """Return whether two keys of a question mark every answer alike; None is a question that is gone."""
    return new is not None and _without_order(own) == _without_order(new)


def _with_own_words(own: Question, new: Question) -> Question:
    # The new key is that of the source language. What a translation accepts beside it is in the attempt's own alone.
    also = own.get("also")
    return {**new, "also": sorted({*also, *new.get("also", ())})} if also else new


def _without_order(key: Question) -> dict[str, Any]:
    return {**marking_of(key), "correct": frozenset(key["correct"])}


def _copy(marks: Marks) -> Marking:
    return Marking(
        score=marks.score,
        max_score=marks.max_score,
        pass_mark=marks.pass_mark,
        passed=marks.passed,
        points=dict(marks.points),
    )


def _takes_away(before: Marks, after: Marks) -> bool:
    # A pass is compared too: one given by hand may stand beside fewer points than the pass mark asks for.
    return share_falls(before, after) or (before.passed and not after.passed)


def _compare_shares(before: Marks, after: Marks) -> int:
    """Return more than 0 where the share is higher after, less than 0 where it is lower. Nothing of nothing is 0."""
    return after.score * max(before.max_score, 1) - before.score * max(after.max_score, 1)
