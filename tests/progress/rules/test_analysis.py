"""Facility, small counts and reasons to look: what is said of a question says nothing of a person."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from progress.rules.analysis import (
    ENOUGH,
    SMALL,
    Bound,
    Facility,
    Look,
    facility_of,
    is_few,
    many_checks,
    question_digest,
    reasons_to_look,
    suppressed,
)

counts = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 12), min_size=2)


@given(counts, st.sets(st.sampled_from("abcde")))
def test_no_count_from_1_to_4_is_said(cells, right):
    hidden = suppressed(cells, right)
    assert {cell for cell, count in cells.items() if 0 < count < SMALL} <= hidden
    assert not any(cells[cell] == 0 for cell in hidden)


@given(counts, st.sets(st.sampled_from("abcde")))
def test_what_is_hidden_cannot_be_worked_out_from_the_sum_and_the_facility(cells, right):
    """Nobody who knows all that is said is left with one number that a hidden count can be."""
    total = sum(cells.values())
    hidden = sorted(suppressed(cells, right))
    assume(total >= SMALL and 0 < len(hidden) <= 3)

    def facility(values):
        earned = sum(count for cell, count in values.items() if cell in right)
        return facility_of(earned=earned, worth=total, answers=total)

    rest = total - sum(count for cell, count in cells.items() if cell not in hidden)
    possible = []
    for some in product(range(1, rest + 1), repeat=len(hidden) - 1):
        guess = dict(zip(hidden, (*some, rest - sum(some)), strict=True))
        if min(guess.values()) > 0 and facility({**cells, **guess}) == facility(cells):
            possible.append(guess)
    assert all(len({guess[cell] for guess in possible}) > 1 for cell in hidden)


def test_a_lone_small_count_takes_the_next_smallest_with_it():
    assert suppressed({"a": 20, "b": 3, "c": 9, "d": 0}, {"a"}) == {"b", "c"}


def test_without_another_wrong_answer_the_right_one_goes_too():
    assert suppressed({"a": 20, "b": 3, "c": 0}, {"a"}) == {"a", "b"}


def test_two_small_counts_that_are_few_together_take_a_third():
    assert suppressed({"a": 30, "b": 1, "c": 1, "d": 40}, {"a"}) == {"b", "c", "d"}


def test_large_counts_and_nobody_are_said():
    assert suppressed({"a": 20, "b": 5, "c": 0}, {"a"}) == frozenset()


@given(st.integers(10, 500), st.data())
def test_a_facility_is_within_its_bound(answers, data):
    right = data.draw(st.integers(0, answers))
    said = facility_of(earned=right, worth=answers, answers=answers)
    share = 100 * right / answers
    assert said is not None
    match said.bound:
        case Bound.EXACT:
            assert said.percent <= share < said.percent + 1
            assert right in {0, answers} or SMALL <= right <= answers - SMALL
        case Bound.UNDER:
            assert share < said.percent
        case Bound.OVER:
            assert share > said.percent


def test_facility_of_399_of_400_is_never_all():
    assert facility_of(earned=399, worth=400, answers=400) == Facility(98, Bound.OVER)
    assert facility_of(earned=4000, worth=4000, answers=400) == Facility(100)


def test_facility_counts_parts_of_the_points():
    assert facility_of(earned=30, worth=80, answers=20) == Facility(37)


@pytest.mark.parametrize(("answers", "worth"), [(9, 9), (0, 0), (40, 0)])
def test_no_facility_of_few_or_of_nothing(answers, worth):
    assert facility_of(earned=0, worth=worth, answers=answers) is None


@pytest.mark.parametrize(
    ("count", "few"), [(0, False), (1, True), (4, True), (5, False), (15, False), (16, True), (20, False)]
)
def test_a_yes_or_no_is_few_at_either_end(count, few):
    assert is_few(count, 20) is few


def looks(answers=40, *, right=20, unsure=0, parts=((20, True), (10, False))):
    facility = facility_of(earned=right, worth=answers, answers=answers)
    return reasons_to_look(answers=answers, facility=facility, unsure=unsure, parts=[parts])


def test_a_question_that_does_well_is_left_alone():
    assert looks() == ()


def test_each_reason_to_look_at_a_question():
    assert looks(right=8) == (Look.HARD,)
    assert looks(right=0, parts=((0, True), (40, False))) == (Look.WRONG_AHEAD, Look.HARD)
    assert looks(right=40) == (Look.EASY,)
    assert looks(400, right=399) == (Look.EASY,)
    assert looks(unsure=10) == (Look.UNSURE,)
    assert looks(parts=((9, True), (10, False))) == (Look.WRONG_AHEAD,)


def test_the_bounds_of_hard_and_easy_are_not_in_them():
    assert looks(right=10) == (), "25 per cent"
    assert looks(200, right=194) == (), "97 per cent"


def test_fewer_than_20_answers_are_no_reason():
    assert looks(ENOUGH - 1, right=0) == ()
    assert looks(ENOUGH, right=0) == (Look.HARD,)


def test_pairs_that_are_all_equally_given_are_no_reason():
    assert looks(parts=((10, True), (10, False))) == ()


@pytest.mark.parametrize(
    ("checks", "attempts", "many"), [(4, 10, False), (5, 100, True), (5, 101, False), (0, 0, False)]
)
def test_many_checks_are_5_and_5_per_cent(checks, attempts, many):
    assert many_checks(checks=checks, attempts=attempts) is many


QUESTION = {
    "id": "q",
    "kind": "single_choice",
    "text": "Which?",
    "html": "",
    "language": "en",
    "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
}
KEY = {"kind": "single_choice", "correct": ["a"], "points": 1, "feedback": {}, "explanation": "", "lesson": None}


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ({"options": QUESTION["options"][::-1]}, {}),
        ({"tags": ["passwords"], "outcome": "x", "competence": "y"}, {}),
        ({}, {"feedback": {"a": "Yes."}, "explanation": "Because.", "lesson": {"key": "k", "section": ""}}),
    ],
)
def test_order_tags_and_what_the_result_says_leave_a_question_as_it_is(question, key):
    assert question_digest(QUESTION | question, KEY | key) == question_digest(QUESTION, KEY)


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ({"text": "Which one?"}, {}),
        ({"html": "<p>More.</p>"}, {}),
        ({"options": [{"id": "a", "text": "A"}, {"id": "b", "text": "C"}]}, {}),
        ({"hint": "Look."}, {}),
        ({}, {"correct": ["b"]}),
        ({}, {"points": 2}),
        ({}, {"partial": True}),
    ],
)
def test_another_wording_or_another_key_is_another_version(question, key):
    assert question_digest(QUESTION | question, KEY | key) != question_digest(QUESTION, KEY)
