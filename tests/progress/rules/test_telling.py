"""What a result says, and when."""

from itertools import product

import pytest

from progress.rules.telling import (
    AFTER_PASS,
    AFTER_SUBMIT,
    AT_ONCE,
    Telling,
    feedback_timing,
    telling_of_answer,
    telling_of_result,
    tells_at_once,
)

ONLY_POINTS = Telling(says_why=False, names_right=False)
WHY = Telling(says_why=True, names_right=False)
ALL = Telling(says_why=True, names_right=True)


@pytest.mark.parametrize(
    ("timing", "is_passed", "has_more_tries", "told"),
    [
        (AT_ONCE, False, True, WHY),
        (AT_ONCE, False, False, ALL),
        (AT_ONCE, True, True, ALL),
        (AT_ONCE, True, False, ALL),
        (AFTER_SUBMIT, False, True, WHY),
        (AFTER_SUBMIT, False, False, ALL),
        (AFTER_SUBMIT, True, True, ALL),
        (AFTER_SUBMIT, True, False, ALL),
        (AFTER_PASS, False, True, ONLY_POINTS),
        (AFTER_PASS, False, False, ALL),
        (AFTER_PASS, True, True, ALL),
        (AFTER_PASS, True, False, ALL),
    ],
)
def test_what_a_result_says(timing, is_passed, has_more_tries, told):
    assert telling_of_result(timing=timing, is_passed=is_passed, has_more_tries=has_more_tries) == told


@pytest.mark.parametrize(("timing", "is_checked"), list(product((AT_ONCE, AFTER_SUBMIT, AFTER_PASS), (True, False))))
def test_while_the_attempt_is_open_only_a_final_answer_is_told_why_and_nothing_names_the_right_one(timing, is_checked):
    said = telling_of_answer(timing=timing, is_checked=is_checked)

    assert said == (WHY if timing == AT_ONCE and is_checked else ONLY_POINTS)


def test_a_quiz_that_sets_nothing_says_why_when_the_answers_are_sent():
    assert feedback_timing({}) == AFTER_SUBMIT
    assert not tells_at_once({})
    assert tells_at_once({"feedback_timing": "at-once"})
