"""One right answer."""

import pytest

from courses.rules.kinds import Answer, kind_of
from tests.courses.kinds.asking import frozen, problems, read, refusal
from tests.courses.questions import listed

QUESTION, KEY = frozen("single_choice")


def test_the_right_answer_earns_all_points_another_none():
    assert kind_of(KEY).points(KEY, read(QUESTION, {"option": "sign-out"})) == 2
    assert kind_of(KEY).points(KEY, read(QUESTION, {"option": "close"})) == 0


@pytest.mark.parametrize("sent", [["sign-out", "close"], ["true"], [""]])
def test_two_answers_or_a_foreign_one_are_refused(sent):
    assert refusal(QUESTION, {"option": sent}) == ("Choose one of the answers of this question. Nothing was changed.")


def test_both_answers_never_score():
    assert kind_of(KEY).points(KEY, Answer(frozenset({"sign-out", "close"}))) == 0


def test_exactly_one_answer_is_right():
    two = listed(a={"text": "A", "correct": True}, b={"text": "B", "correct": True})
    assert problems("single_choice", options=two) == ["More than one answer of question 1 is marked as right."]
