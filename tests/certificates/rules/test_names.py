import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.names import MAX_LENGTH, NameProblem, name_problem, tidy_name


@pytest.mark.parametrize(
    "name",
    [
        "Giulia Ferri",
        "O’Brien",
        "Jean-Luc d'Ormesson",
        "Ștefania Câmpeanu",
        "Ελευθερία Παπαδοπούλου",
        "محمد عبد الرحمن",
        "نیلوفر می\u200cخواهد",
        "Нина Иванова",
        "李小龙",
        "श्रीमती देवी",
        "Nguyễn Thị Ánh",
        "Martin Luther King, Jr.",
        "José María Núñez i Gal·lart",
        "Q",
        "Elizabeth 2",
        "a" * MAX_LENGTH,
    ],
)
def test_names_of_people_are_taken(name):
    assert name_problem(tidy_name(name)) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \u00a0 ", NameProblem.EMPTY),
        ("a" * (MAX_LENGTH + 1), NameProblem.TOO_LONG),
        ("Giulia\nFerri", NameProblem.HIDDEN),
        ("Giulia\x00Ferri", NameProblem.HIDDEN),
        ("Giulia\u202eirreF", NameProblem.HIDDEN),
        ("Giulia\u2028Ferri", NameProblem.HIDDEN),
        ("Giulia\ue000", NameProblem.HIDDEN),
        ("Giulia 🎉", NameProblem.SIGNS),
        ("Giulia 1\ufe0f\u20e3", NameProblem.SIGNS),
        ("<b>Giulia</b>", NameProblem.SIGNS),
        ("Giulia = Ferri", NameProblem.SIGNS),
        ("12345", NameProblem.NO_LETTER),
        ("...", NameProblem.NO_LETTER),
        ("G" + "\u0301" * 9 + "iulia", NameProblem.MARKS),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(text, problem):
    assert name_problem(tidy_name(text)) is problem


def test_tidy_name_makes_one_space_of_many_and_an_apostrophe_of_an_accent():
    assert tidy_name("  Anne\u00a0 O´Brien ") == "Anne O’Brien"


def test_tidy_name_joins_letter_and_accent():
    assert tidy_name("Jose\u0301") == "José"


@given(st.text())
def test_tidy_name_is_done_after_once(text):
    once = tidy_name(text)

    assert tidy_name(once) == once


@given(st.text())
def test_what_is_taken_has_a_letter_and_fits(text):
    name = tidy_name(text)

    if name_problem(name) is None:
        assert 0 < len(name) <= MAX_LENGTH
        assert any(character.isalpha() for character in name)
