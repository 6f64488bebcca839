"""Points that a person gives only ever raise, and stay within what a question is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.rules.marking import Marking, passes
from progress.rules.marking_by_hand import DoesNotCount, NothingMarked, PointsOutOfRange, add_hand_marks

WORTH = {"a": 1, "b": 2, "c": 5}
BEFORE = Marking(score=2, max_score=8, pass_mark=60, passed=False, points={"a": 1, "b": 1, "c": 0})


def test_points_of_a_person_take_the_place_of_what_was_there():
    after = add_hand_marks(before=BEFORE, worth=WORTH, given={"c": 3})

    assert after == Marking(score=5, max_score=8, pass_mark=60, passed=True, points={"a": 1, "b": 1, "c": 3})


def test_an_answer_in_own_words_may_be_given_nothing():
    assert add_hand_marks(before=BEFORE, worth=WORTH, given={"c": 0}) == BEFORE


@pytest.mark.parametrize(("points", "least", "most"), [(0, 1, 2), (3, 1, 2)])
def test_fewer_points_than_before_and_more_than_a_question_is_worth_are_refused(points, least, most):
    with pytest.raises(PointsOutOfRange) as refused:
        add_hand_marks(before=BEFORE, worth=WORTH, given={"b": points})

    assert (refused.value.question_id, refused.value.least, refused.value.most) == ("b", least, most)


def test_a_question_that_does_not_count_is_not_marked():
    with pytest.raises(DoesNotCount):
        add_hand_marks(before=BEFORE, worth=WORTH, given={"d": 1})


def test_marking_nothing_is_no_marking():
    with pytest.raises(NothingMarked):
        add_hand_marks(before=BEFORE, worth=WORTH, given={})


def test_a_pass_that_stands_beside_too_few_points_stays():
    before = Marking(score=2, max_score=8, pass_mark=60, passed=True, points={"a": 1, "b": 1, "c": 0})

    assert add_hand_marks(before=before, worth=WORTH, given={"c": 1}).passed


@given(data=st.data())
def test_a_marking_by_hand_never_lowers_and_stays_within_the_maximum(data):
    worth = data.draw(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 9), min_size=1, max_size=6))
    points = {key: data.draw(st.integers(0, most)) for key, most in worth.items()}
    score, max_score, pass_mark = sum(points.values()), sum(worth.values()), data.draw(st.integers(1, 100))
    before = Marking(
        score=score,
        max_score=max_score,
        pass_mark=pass_mark,
        passed=passes(score=score, max_score=max_score, pass_mark=pass_mark),
        points=points,
    )
    marked = data.draw(st.sets(st.sampled_from(sorted(worth)), min_size=1))
    given_points = {key: data.draw(st.integers(points[key], worth[key])) for key in marked}

    after = add_hand_marks(before=before, worth=worth, given=given_points)

    assert before.score <= after.score <= after.max_score == before.max_score
    assert after.passed >= before.passed
    assert after.score == sum(after.points.values())
    assert all(after.points[key] >= points[key] for key in worth)
