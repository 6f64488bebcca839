"""Points that a person gives: for answers that only a person can mark, and where somebody asks to have a result checked.

They only ever raise (decision 0017).
"""

from collections.abc import Mapping

from progress.rules.marking import Marking, passes
from progress.rules.regrading import Marks


class NothingMarked(Exception):
    """No question was given points."""


class DoesNotCount(Exception):
    """The attempt does not ask this question, or it does not count in the marking that stands."""

    def __init__(self, question_id: str) -> None:
        super().__init__(question_id)
        self.question_id = question_id


class PointsOutOfRange(Exception):
    """A question is given fewer points than it has now, or more than it is worth. `least` and `most` in points."""

    def __init__(self, question_id: str, *, least: int, most: int) -> None:
        super().__init__(f"{question_id}: {least} to {most}")
        self.question_id, self.least, self.most = question_id, least, most


def add_hand_marks(*, before: Marks, worth: Mapping[str, int], given: Mapping[str, int]) -> Marking:
    """Return the marking of an attempt after a person gave points.

    `before` is the marking it stands by, `worth` what each question that counts is worth, `given` the new points by
    question. The maximum and the pass mark stay, and so does a pass.

    >>> before = Marking(score=1, max_score=3, pass_mark=60, passed=False, points={"a": 1, "b": 0})
    >>> after = add_hand_marks(before=before, worth={"a": 1, "b": 2}, given={"b": 1})
    >>> (after.score, after.passed)
    (2, True)

    :raises NothingMarked: if no points are given.
    :raises DoesNotCount: for a question that is not in the marking.
    :raises PointsOutOfRange: for fewer points than before, or more than the question is worth.
    """
    if not given:
        raise NothingMarked
    for question_id, points in given.items():
        if question_id not in before.points or question_id not in worth:
            raise DoesNotCount(question_id)
        least = before.points[question_id]
        most = worth[question_id]
        if not least <= points <= most:
            raise PointsOutOfRange(question_id, least=least, most=most)
    points_now = {**before.points, **given}
    score = sum(points_now.values())
    return Marking(
        score=score,
        max_score=before.max_score,
        pass_mark=before.pass_mark,
        passed=before.passed or passes(score=score, max_score=before.max_score, pass_mark=before.pass_mark),
        points=points_now,
    )
