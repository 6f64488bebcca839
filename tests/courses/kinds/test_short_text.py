"""A word or two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of, marking_of
from courses.rules.kinds.short_text import folded
from tests.courses.kinds.asking import entry_of, frozen, problems, read, refusal, texts
from tests.courses.questions import listed

QUESTION, KEY = frozen("short_text")
RULES = kind_of("short_text")


def points(typed, **rules):
    key = {**KEY, "points": 1, **rules}
    return RULES.points(key, read(QUESTION, {"text": typed}))


@pytest.mark.parametrize(
    "typed",
    [
        "Sign out", "sign out", "SIGN OUT", "  Sign\t out\n", "Sign\N{NO-BREAK SPACE}out", "Log out",
        "Sign\N{ZERO WIDTH SPACE} out", "Si\N{SOFT HYPHEN}gn out", "S\N{LATIN SMALL LETTER I WITH ACUTE}gn out",
    ],
)  # fmt: skip
def test_spaces_capitals_and_accents_do_not_matter_where_nobody_says_so(typed):
    assert points(typed) == 1


@pytest.mark.parametrize("typed", ["Signout", "Sign of", "", " ", "Sign out!", "Sign out Log out"])
def test_other_words_earn_nothing(typed):
    assert points(typed) == 0


def test_capitals_and_accents_matter_where_the_editor_says_so():
    accepted = {"accepted": ["Perch\N{LATIN SMALL LETTER E WITH ACUTE}"]}
    composed, decomposed = accepted["accepted"][0], unicodedata.normalize("NFD", accepted["accepted"][0])
    assert composed != decomposed
    for text in (composed, decomposed):
        assert points(text, **accepted, case=True, accents=True) == 1
    assert points("perch\N{LATIN SMALL LETTER E WITH ACUTE}", **accepted, case=True) == 0
    assert points("perch\N{LATIN SMALL LETTER E WITH ACUTE}", **accepted, accents=True) == 1
    assert points("Perche", **accepted, case=True) == 1
    assert points("Perche", **accepted, accents=True) == 0


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("l'acqua", "L\N{RIGHT SINGLE QUOTATION MARK}acqua"),
        ("Stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"),
        ("e-mail", "E\N{NON-BREAKING HYPHEN}mail"),
        ("\N{ANGSTROM SIGN}ngstr\N{LATIN SMALL LETTER O WITH DIAERESIS}m", "angstrom"),
    ],
)
def test_signs_that_the_keyboard_chooses_do_not_matter(accepted, typed):
    assert points(typed, accepted=[accepted]) == 1


@given(text=texts, case=st.booleans(), accents=st.booleans())
def test_folding_once_is_enough_and_what_is_read_folds_alike(text, case, accents):
    once = folded(text, case=case, accents=accents)
    assert folded(once, case=case, accents=accents) == once
    assert folded(read(QUESTION, {"text": text}).text, case=case, accents=accents) == once


@given(text=texts.filter(lambda text: folded(text, case=True, accents=True)), case=st.booleans(), accents=st.booleans())
def test_an_accepted_answer_is_right_as_it_is_written(text, case, accents):
    assert points(text, accepted=[text], case=case, accents=accents) == 1


def test_a_very_long_text_is_refused_and_never_scores():
    words = "Write at most 200 characters: a word or two are enough."
    assert refusal(QUESTION, {"text": "a" * 201}) == words
    assert refusal(QUESTION, {"text": "a" * 5_000_000}) == words
    forged = Answer(text="a" * 201)
    assert not RULES.fits(entry_of(QUESTION), forged)
    assert RULES.points({**KEY, "accepted": ["a" * 201]}, forged) == 0


def test_a_translation_adds_answers_and_takes_none_away():
    _question, italian = frozen("short_text", language="it")
    assert italian["accepted"] == ["Sign out", "Log out"]
    assert italian["also"] == ["Esci", "Disconnetti"]
    assert [RULES.points(italian, Answer(text=text)) for text in ("Esci", "sign out", "Ciao")] == [3, 3, 0]
    assert marking_of(italian) == marking_of(KEY)
    assert RULES.right({}, italian) == ("Esci", "Disconnetti", "Sign out", "Log out")


def test_the_order_of_accepted_answers_decides_nothing():
    _question, turned = frozen("short_text", accepted=listed(b="Log out", a="Sign out"))
    assert turned["accepted"] == ["Log out", "Sign out"]
    assert marking_of(turned) == marking_of(KEY)


def test_only_rules_that_are_set_are_frozen():
    assert "case" not in KEY
    assert "accents" not in KEY
    assert frozen("short_text", case=True)[1]["case"] is True


def test_what_is_wrong_with_a_draft_is_said():
    assert problems("short_text", accepted=listed(a=" ")) == ["Question 1 needs at least one accepted answer."]
    assert problems("short_text", accepted=listed(a="a" * 201)) == ["An accepted answer of question 1 is too long."]


def test_a_key_without_an_accepted_answer_marks_nothing():
    with pytest.raises(ValueError, match="without an accepted answer"):
        RULES.points({**KEY, "accepted": ["\N{ZERO WIDTH SPACE}"]}, Answer(text="a"))
