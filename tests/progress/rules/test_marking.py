import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.rules.marking import Verdict, mark_attempt, passes, points_earned, points_needed, verdict

OPTIONS = ["one", "two", "three", "four"]
option_sets = st.frozensets(st.sampled_from(OPTIONS))


@st.composite
def questions(draw):
    correct = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True))
    return {"kind": "multiple_choice", "correct": correct, "points": draw(st.integers(1, 5))}


@given(question=questions(), chosen=option_sets)
def test_a_response_earns_all_points_of_its_question_or_none(question, chosen):
    expected = question["points"] if chosen == frozenset(question["correct"]) else 0
    assert points_earned(question, chosen) == expected


@given(question=questions(), chosen=option_sets)
def test_right_is_said_exactly_of_what_earns_points(question, chosen):
    assert (verdict(question, chosen) is Verdict.RIGHT) == (points_earned(question, chosen) > 0)


@given(keys=st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), questions(), min_size=1), data=st.data())
def test_a_score_is_between_nothing_and_the_total_of_the_attempts_own_questions(keys, data):
    asked = data.draw(st.lists(st.sampled_from(sorted(keys)), min_size=1, unique=True))
    chosen = data.draw(st.dictionaries(st.sampled_from([*sorted(keys), "foreign"]), option_sets))
    marking = mark_attempt(
        key={"questions": keys}, form={"questions": [{"id": entry} for entry in asked]}, chosen=chosen, pass_mark=60
    )
    assert marking.max_score == sum(keys[entry]["points"] for entry in asked)
    assert 0 <= marking.score <= marking.max_score
    assert marking.score == sum(marking.points.values())
    assert set(marking.points) == set(asked)


@given(score=st.integers(0, 200), max_score=st.integers(1, 200), pass_mark=st.integers(1, 100))
def test_what_is_needed_is_what_passes(score, max_score, pass_mark):
    needed = points_needed(max_score=max_score, pass_mark=pass_mark)
    assert passes(score=score, max_score=max_score, pass_mark=pass_mark) == (score >= needed)


def test_12_of_15_pass_at_75_per_cent_and_11_do_not():
    assert points_needed(max_score=15, pass_mark=75) == 12
    assert passes(score=12, max_score=15, pass_mark=75)
    assert not passes(score=11, max_score=15, pass_mark=75)


def test_2_of_3_do_not_pass_at_67_per_cent_though_both_display_as_67():
    assert not passes(score=2, max_score=3, pass_mark=67)


def test_a_quiz_where_nothing_can_be_earned_is_never_passed():
    assert not passes(score=0, max_score=0, pass_mark=1)


def test_choosing_every_option_is_not_partly_right():
    question = {"correct": ["one"], "points": 1}
    assert verdict(question, frozenset(OPTIONS)) is Verdict.NOT_QUITE


def test_two_of_three_signs_are_partly_right_and_earn_nothing():
    question = {"correct": ["one", "two", "three"], "points": 1}
    assert verdict(question, frozenset({"one", "two"})) is Verdict.PARTLY
    assert points_earned(question, frozenset({"one", "two"})) == 0


def test_a_question_that_was_not_answered_earns_nothing():
    key = {"questions": {"q1": {"correct": ["one"], "points": 2}}}
    marking = mark_attempt(key=key, form={"questions": [{"id": "q1"}]}, chosen={}, pass_mark=50)
    assert (marking.score, marking.max_score, marking.passed) == (0, 2, False)


def test_a_question_without_a_correct_option_cannot_be_marked():
    with pytest.raises(ValueError, match="correct option"):
        points_earned({"correct": [], "points": 1}, frozenset())
