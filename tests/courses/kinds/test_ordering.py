"""Entries to put in order."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of
from tests.courses.kinds.asking import entry_of, frozen, problems, read, refusal
from tests.courses.questions import listed

QUESTION, KEY = frozen("ordering")
_SAME, WHOLE = frozen("ordering", partial=False)
RULES = kind_of("ordering")
RIGHT = ("save", "leave", "lock")


def placed(*options):
    return Answer(frozenset(f"{option}:{place}" for place, option in enumerate(options, start=1)))


def test_the_right_order_earns_all_points_another_one_none():
    assert RULES.points(WHOLE, placed(*RIGHT)) == 3
    assert [RULES.points(WHOLE, placed(*order)) for order in itertools.permutations(RIGHT)].count(0) == 5


@given(st.permutations(RIGHT))
def test_with_partial_points_each_entry_in_its_place_gives_its_part(order):
    in_place = sum(1 for option, right in zip(order, RIGHT, strict=True) if option == right)
    assert RULES.points(KEY, placed(*order)) == in_place


def test_an_order_that_is_begun_keeps_what_is_right_of_it():
    answer = read(QUESTION, {"pair-save": "1", "pair-leave": "", "pair-lock": "2"})
    assert answer == Answer(frozenset({"save:1", "lock:2"}))
    assert (RULES.points(KEY, answer), RULES.points(WHOLE, answer)) == (1, 0)


def test_a_place_given_twice_is_asked_about_and_never_scores():
    sent = {"pair-save": "1", "pair-leave": "1", "pair-lock": "3"}
    assert refusal(QUESTION, sent) == "Place 1 is chosen more than once. Give each entry a place of its own."
    forged = Answer(frozenset({"save:1", "leave:1", "lock:1"}))
    assert not RULES.fits(entry_of(QUESTION), forged)
    assert RULES.points(KEY, forged) == 0


def test_every_place_for_every_entry_never_scores():
    forged = Answer(frozenset(f"{option}:{place}" for option in RIGHT for place in (1, 2, 3)))
    assert not RULES.fits(entry_of(QUESTION), forged)
    assert RULES.points(KEY, forged) == 0


@pytest.mark.parametrize("place", ["0", "4", "-1", "1.0", "²", "٢", "one", "9" * 5000, "save"])
def test_what_is_no_place_is_refused(place):
    assert refusal(QUESTION, {"pair-save": place}) == "Choose from the list beside each entry. Nothing was changed."


def test_two_places_for_an_entry_are_refused():
    assert refusal(QUESTION, {"pair-save": ["1", "2"]}) == (
        "Choose from the list beside each entry. Nothing was changed."
    )


def test_the_places_of_a_form_are_in_their_order_whatever_is_mixed():
    entry = entry_of(QUESTION, lambda ids: list(ids)[::-1])
    assert entry["targets"] == ["1", "2", "3"]
    assert entry["options"] == [option["id"] for option in QUESTION["options"]][::-1]


def test_an_answer_is_said_in_its_order():
    assert RULES.says(QUESTION, placed("lock", "save")) == ("1. Lock the screen.", "2. Save what you wrote.")
    assert RULES.right(QUESTION, KEY) == ("1. Save what you wrote.", "2. Sign out.", "3. Lock the screen.")


def test_what_is_wrong_with_a_draft_is_said():
    assert problems("ordering", options=listed(a={"text": "A"})) == ["Question 1 needs at least two entries."]
    assert problems("ordering", options=listed(a={"text": "A"}, b={"text": " "})) == [
        "An entry of question 1 has no words."
    ]
    assert problems("ordering", options=listed(**{"a:1": {"text": "A"}, "b": {"text": "B"}})) == [
        "Two entries of question 1 have the same inner name, or one has none."
    ]
    assert problems("ordering", options=[{"text": "A"}, {"text": "B"}]) == [
        "Two entries of question 1 have the same inner name, or one has none."
    ]


def test_a_key_without_a_right_order_marks_nothing():
    with pytest.raises(ValueError, match="without a right pair"):
        RULES.points({**KEY, "correct": []}, placed(*RIGHT))
