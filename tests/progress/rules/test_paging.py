"""How an attempt is laid out."""

import pytest

from progress.rules.paging import is_on_one_page, reviews_first, sends_with_last


@pytest.mark.parametrize(
    ("quiz", "granted", "on_one_page"),
    [
        ({}, False, False),
        ({"layout": "one-a-page"}, False, False),
        ({"layout": "one-page"}, False, True),
        ({"layout": "one-page"}, True, False),
        ({"layout": "one-page", "feedback_timing": "at-once"}, False, False),
        ({"layout": "one-page", "feedback_timing": "after-pass"}, False, True),
    ],
)
def test_all_questions_are_on_one_page_where_the_quiz_says_so_and_nothing_stands_against_it(quiz, granted, on_one_page):
    assert is_on_one_page(quiz, one_question_a_page=granted) is on_one_page


@pytest.mark.parametrize(
    ("quiz", "number", "open_elsewhere", "sends"),
    [
        ({}, 3, False, False),
        ({"reviews_first": False}, 3, False, True),
        ({"reviews_first": False}, 2, False, False),
        ({"reviews_first": False}, 3, True, False),
    ],
)
def test_the_last_answer_sends_all_where_nothing_is_shown_before_and_none_is_open(quiz, number, open_elsewhere, sends):
    assert sends_with_last(quiz, number=number, count=3, open_elsewhere=open_elsewhere) is sends


def test_a_quiz_that_sets_nothing_shows_all_answers_before_they_are_sent():
    assert reviews_first({})
