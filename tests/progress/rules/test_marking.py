import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of
from progress.rules.marking import Given, Verdict, mark_attempt, passes, points_needed, verdict, with_hand_marks

OPTIONS = ["one", "two", "three", "four"]
option_sets = st.frozensets(st.sampled_from(OPTIONS))


answers = st.builds(Answer, option_sets)


def points_earned(question, answer):
    return kind_of(question).points(question, answer)


@st.composite
def questions(draw):
    correct = draw(st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True))
    return {"kind": "multiple_choice", "correct": correct, "points": draw(st.integers(1, 5))}


@given(question=questions(), answer=answers)
def test_a_response_earns_all_points_of_its_question_or_none(question, answer):
    expected = question["points"] if answer.options == frozenset(question["correct"]) else 0
    assert points_earned(question, answer) == expected


@given(question=questions(), answer=answers)
def test_right_is_said_exactly_of_what_earns_points(question, answer):
    assert (verdict(question, answer) is Verdict.RIGHT) == (points_earned(question, answer) > 0)


@given(keys=st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), questions(), min_size=1), data=st.data())
def test_a_score_is_between_nothing_and_the_total_of_the_attempts_own_questions(keys, data):
    asked = data.draw(st.lists(st.sampled_from(sorted(keys)), min_size=1, unique=True))
    given = data.draw(st.dictionaries(st.sampled_from([*sorted(keys), "foreign"]), answers))
    by_hand = data.draw(
        st.dictionaries(
            st.sampled_from([*sorted(keys), "foreign"]), st.builds(Given, st.integers(0, 1), st.integers(1, 4))
        )
    )
    marking = mark_attempt(
        key={"questions": keys},
        form={"questions": [{"id": entry} for entry in asked]},
        answers=given,
        pass_mark=60,
        by_hand=by_hand,
    )
    assert marking.max_score == sum(
        by_hand[entry].worth if entry in by_hand else keys[entry]["points"] for entry in asked
    )
    assert 0 <= marking.score <= marking.max_score
    assert marking.score == sum(marking.points.values())
    assert set(marking.points) == set(asked)
    assert {entry: marking.points[entry] for entry in asked if entry in by_hand} == {
        entry: mark.points for entry, mark in by_hand.items() if entry in asked
    }


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
    question = {"kind": "multiple_choice", "correct": ["one"], "points": 1}
    assert verdict(question, Answer(frozenset(OPTIONS))) is Verdict.NOT_QUITE


def test_two_of_three_signs_are_partly_right_and_earn_nothing():
    question = {"kind": "multiple_choice", "correct": ["one", "two", "three"], "points": 1}
    answer = Answer(frozenset({"one", "two"}))
    assert verdict(question, answer) is Verdict.PARTLY
    assert points_earned(question, answer) == 0


def test_a_question_that_was_not_answered_earns_nothing():
    key = {"questions": {"q1": {"kind": "single_choice", "correct": ["one"], "points": 2}}}
    marking = mark_attempt(key=key, form={"questions": [{"id": "q1"}]}, answers={}, pass_mark=50)
    assert (marking.score, marking.max_score, marking.passed) == (0, 2, False)


def test_a_question_without_a_correct_option_cannot_be_marked():
    with pytest.raises(ValueError, match="correct option"):
        points_earned({"kind": "single_choice", "correct": [], "points": 1}, Answer())


OPEN = {"kind": "open_answer", "correct": [], "points": 3}
WRITTEN = Answer(text="I would ask them first.")


def test_an_answer_in_own_words_waits_for_a_person_and_earns_nothing_until_then():
    marking = mark_attempt(
        key={"questions": {"q1": OPEN}}, form={"questions": [{"id": "q1"}]}, answers={"q1": WRITTEN}, pass_mark=50
    )
    assert (marking.score, marking.max_score, marking.passed) == (0, 3, False)
    assert verdict(OPEN, WRITTEN) is Verdict.WAITING
    assert verdict(OPEN, Answer()) is Verdict.NOT_ANSWERED


@pytest.mark.parametrize(("points", "said"), [(3, Verdict.RIGHT), (1, Verdict.PARTLY), (0, Verdict.NOT_QUITE)])
def test_what_a_person_gave_says_how_near_an_answer_is(points, said):
    assert verdict(OPEN, WRITTEN, by_hand=Given(points, 3)) is said


def test_points_by_hand_stand_in_for_those_of_the_rules_and_may_pass():
    key = {"questions": {"q1": OPEN, "q2": {"kind": "true_false", "correct": ["true"], "points": 1}}}
    marks = mark_attempt(
        key=key, form={"questions": [{"id": "q1"}, {"id": "q2"}]}, answers={"q1": WRITTEN}, pass_mark=50
    )
    after = with_hand_marks(marks, key=key, by_hand={"q1": Given(2, 3), "foreign": Given(9, 9)})
    assert (after.points, after.score, after.max_score, after.passed) == ({"q1": 2, "q2": 0}, 2, 4, True)
    assert with_hand_marks(marks, key=key, by_hand={}) == marks
