"""What an editor is told of a changed question, for the kinds that are not chosen from options alone."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.queries.changes import words_of
from courses.rules.changed import ChangeKind, ItemForm
from courses.rules.changes import changes_of_item, marking_change
from courses.rules.freezing import freeze_quiz, marking_digest
from tests.courses import drafts
from tests.courses.drafts import FOUND
from tests.courses.questions import EVERY_KIND, ITALIAN, listed

KEY = "4a0c3f0e-0000-4000-8000-000000000001"


def form(kind, change=None, **values):
    raw = deepcopy(EVERY_KIND[kind])
    if change:
        change(raw["value"])
    raw["value"].update(values)
    columns = drafts.quiz(questions=[raw])
    frozen = freeze_quiz(source=columns, text=columns, language="en", source_language="en", found=FOUND)
    return ItemForm(KEY, True, False, frozen.body, frozen.key)


def told(kind, change=None, **values):
    old, new = form(kind), form(kind, change, **values)
    is_marking_same = marking_digest(old.body, old.answers) == marking_digest(new.body, new.answers)
    assert bool(marking_change(old, new)) != is_marking_same
    return [words_of(entry) for entry in changes_of_item(old, new)]


def swap(value):
    value["options"][0], value["options"][1] = value["options"][1], value["options"][0]


def another_match(value):
    value["options"][0]["value"].update(match="Your device", match_id="m-3")


def another_word(value):
    for entry in value["options"][1:]:
        entry["value"]["match"] = "Your tablet"


def fewer(value):
    del value["options"][1]


def first_word(value):
    value["options"][0]["value"]["text"] = "Save it."


@pytest.mark.parametrize(
    ("kind", "change", "values", "words"),
    [
        ("ordering", swap, {}, ["Question 1: its right answer changes."]),
        ("ordering", fewer, {}, ["Question 1: option B is taken out."]),
        ("ordering", first_word, {}, ["Question 1: the words of option A change."]),
        ("ordering", None, {"partial": False}, ["Question 1: only the whole answer now earns points."]),
        ("matching", swap, {}, ["Question 1: the options are in another order."]),
        (
            "matching",
            another_match,
            {},
            ["Question 1: what can be matched changes.", "Question 1: its right answer changes."],
        ),
        ("matching", another_word, {}, ["Question 1: what can be matched changes."]),
        ("matching", None, {"others": []}, ["Question 1: what can be matched changes."]),
        ("numeric", None, {"number": "3.6"}, ["Question 1: its right answer changes."]),
        ("numeric", None, {"tolerance": "0.2"}, ["Question 1: its right answer changes."]),
        ("numeric", None, {"number": "3.50"}, []),
        ("numeric", None, {"unit": "h"}, ["Question 1: its unit changes."]),
        ("short_text", None, {"accepted": listed(b="Log out")}, ["Question 1: its right answer changes."]),
        ("short_text", None, {"accepted": listed(b="Log out", a="Sign out")}, []),
        ("short_text", None, {"case": True}, ["Question 1: capital letters or accents now count in another way."]),
        ("open_answer", None, {"guidance": "x"}, ["Question 1: what the person reads who marks it changes."]),
        ("open_answer", None, {"hint": ""}, ["Question 1: its hint changes."]),
        ("open_answer", None, {"alt": "Another."}, ["Question 1: its picture, or what is said of it, changes."]),
        ("open_answer", None, {"tags": "other"}, ["Question 1: its tags, or what it assesses, change."]),
        ("open_answer", None, {"points": 4}, ["Question 1: 3 points → 4 points"]),
        ("multiple_choice", None, {"partial": True}, ["Question 1: part of the answer now earns part of the points."]),
    ],
)
def test_a_change_is_told_once_in_words(kind, change, values, words):
    assert told(kind, change, **values) == words


@given(st.sampled_from(list(EVERY_KIND)))
def test_what_is_the_same_changes_nothing(kind):
    assert told(kind) == []


def test_what_a_translation_changes_is_told_with_its_language():
    source = drafts.quiz(questions=[EVERY_KIND["short_text"]])

    def italian(**values):
        raw = deepcopy(ITALIAN["short_text"])
        raw["value"].update(values)
        text = drafts.quiz(questions=[raw])
        frozen = freeze_quiz(source=source, text=text, language="it", source_language="en", found=FOUND)
        return ItemForm(KEY, True, False, frozen.body, frozen.key)

    (change,) = changes_of_item(italian(), italian(accepted=listed(a="Esci")), is_source=False)
    assert (change.kind, change.language, change.old, change.new) == (
        ChangeKind.ALSO_ACCEPTED, "it", "Esci\nDisconnetti", "Esci",
    )  # fmt: skip
    assert not marking_change(italian(), italian(accepted=listed(a="Esci")))


def test_a_question_of_another_kind_is_set_beside_the_old_one():
    old, new = form("ordering"), form("matching")
    for body in (old.body, new.body):
        body["questions"][0]["id"] = "same"
    for answers in (old.answers, new.answers):
        answers["questions"] = {"same": next(iter(answers["questions"].values()))}
    change = next(entry for entry in changes_of_item(old, new) if entry.kind is ChangeKind.QUESTION_KIND)
    assert change.old.splitlines()[1:] == ["1. Save what you wrote. ✓", "2. Sign out. ✓", "3. Lock the screen. ✓"]
    assert change.new.splitlines()[1] == "A passphrase \N{EN DASH} Your account ✓"
