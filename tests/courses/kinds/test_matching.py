"""Entries and what belongs to them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.blocks import QuestionBlocks
from courses.rules.kinds import Answer, kind_of
from tests.courses.kinds.asking import entry_of, frozen, problems, read, refusal
from tests.courses.questions import EVERY_KIND, listed

QUESTION, KEY = frozen("matching")
_SAME, WHOLE = frozen("matching", partial=False)
RULES = kind_of("matching")
RIGHT = {"phrase": "m-2", "update": "m-1", "lock": "m-1"}
TARGETS = ["m-1", "m-2", "m-4"]


def matched(pairs):
    return Answer(frozenset(f"{option}:{target}" for option, target in pairs.items()))


def test_entries_with_the_same_words_share_a_match_and_the_rest_is_offered_too():
    assert QUESTION["targets"] == [
        {"id": "m-1", "text": "Your device"},
        {"id": "m-2", "text": "Your account"},
        {"id": "m-4", "text": "Your chair"},
    ]
    assert KEY["correct"] == ["lock:m-1", "phrase:m-2", "update:m-1"]


@given(st.dictionaries(st.sampled_from(list(RIGHT)), st.sampled_from(TARGETS)))
def test_each_right_pair_gives_its_part_and_a_wrong_one_takes_nothing(pairs):
    right = sum(1 for option, target in pairs.items() if RIGHT[option] == target)
    assert RULES.fits(entry_of(QUESTION), matched(pairs))
    assert RULES.points(KEY, matched(pairs)) == right
    assert RULES.points(WHOLE, matched(pairs)) == (3 if right == 3 else 0)


def test_every_match_for_every_entry_never_scores():
    forged = Answer(frozenset(f"{option}:{target}" for option in RIGHT for target in TARGETS))
    assert not RULES.fits(entry_of(QUESTION), forged)
    assert RULES.points(KEY, forged) == 0


@given(st.integers(0, 100))
def test_a_form_sends_places_and_what_is_stored_is_the_match(seed):
    def mix(ids):
        return random.Random(seed).sample(list(ids), len(ids))

    entry = entry_of(QUESTION, mix)
    sent = {f"pair-{option}": [str(entry["targets"].index(target) + 1)] for option, target in RIGHT.items()}
    answer = RULES.read(entry, lambda name: sent.get(name, []), language="en")
    assert answer == matched(RIGHT)


@pytest.mark.parametrize("place", ["0", "4", "m-1", "-1", "9" * 5000])
def test_what_is_no_place_in_the_list_is_refused(place):
    assert refusal(QUESTION, {"pair-phrase": place}) == "Choose from the list beside each entry. Nothing was changed."


def test_an_entry_left_open_is_left_out():
    assert read(QUESTION, {"pair-phrase": "2", "pair-lock": ""}) == matched({"phrase": "m-2"})


def test_an_answer_is_said_entry_by_entry():
    assert RULES.says(QUESTION, matched({"lock": "m-4", "phrase": "m-2"})) == (
        "A passphrase \N{EN DASH} Your account",
        "A screen lock \N{EN DASH} Your chair",
    )


def test_a_translation_says_the_matches_in_its_words():
    question, key = frozen("matching", language="it")
    assert question["targets"] == [
        {"id": "m-1", "text": "Your device (it)"},
        {"id": "m-2", "text": "Your account (it)"},
        {"id": "m-4", "text": "La sedia"},
    ]
    assert key["correct"] == KEY["correct"]


def pair(text, match, match_id):
    return {"text": text, "match": match, "match_id": match_id}


def test_what_is_wrong_with_a_draft_is_said():
    doubled = "Two entries of question 1 have the same inner name, or one has none."
    same = listed(a=pair("A", "x", "1"), b=pair("B", "x", "2"))
    assert problems("matching", options=same, others=[]) == ["Question 1 needs at least two different matches."]
    assert problems("matching", options=listed(a=pair("A", "x", "1"), b=pair("B", "y", "1"))) == [doubled]
    assert problems("matching", options=listed(a=pair("A", "x", ""), b=pair("B", "y", "2"))) == [doubled]
    assert problems("matching", options=listed(a=pair("A", "x", "b"), b=pair("B", "y", "2"))) == [doubled]
    assert problems("matching", options=listed(a=pair("A", " ", "1"), b=pair("B", "y", "2"))) == [
        "What an entry of question 1 belongs to has no words."
    ]


def names(raw):
    return [entry["value"]["match_id"] for entry in raw[0]["value"]["options"]]


@pytest.mark.parametrize("looked_at", [True, False])
def test_a_match_without_an_inner_name_or_with_that_of_another_gets_one_when_saved_and_keeps_it(looked_at):
    raw = {**EVERY_KIND["matching"], "value": {**EVERY_KIND["matching"]["value"], "picture": None, "lesson": None}}
    raw["value"]["options"] = [
        {**entry, "value": {**entry["value"], "match_id": given}}
        for entry, given in zip(raw["value"]["options"], ("m-2", "", "m-2"), strict=True)
    ]
    block = QuestionBlocks()
    value = block.to_python([raw])
    if looked_at:
        assert [child.value["text"] for child in value] == [raw["value"]["text"]]
    first, second, third = names(block.get_prep_value(value))
    assert first == "m-2"
    assert len({first, second, third}) == 3
    assert len(second) == len(third) == 36
    assert names(block.get_prep_value(value)) == [first, second, third]
    stored = block.get_prep_value(block.to_python(block.get_prep_value(value)))
    assert names(stored) == [first, second, third]
