"""What is wrong with a row of a list of people, and who of them is here already."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.forms.importing import HERE, PROBLEMS, problem_words
from cockpit.rules.importing import Checked, Code, Here, Known, check, tidy
from cockpit.rules.importing_files import Line


def row(number: int = 2, name: str = "Ana Pop", email: str = "", username: str = "", language: str = "") -> Line:
    return tidy(Line(number, name, email, username, language))


def problems(*lines: Line, known: Known | None = None) -> list[dict[str, str]]:
    return [dict(checked.problems) for checked in check(lines, known or Known())]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (row(email="ana@hub.example"), {}),
        (row(), {}),
        (row(email="ana.hub.example"), {"email": "no-at"}),
        (row(email="ana@hub"), {"email": "unfit"}),
        (row(email="ana @hub.example"), {"email": "unfit"}),
        (row(email="ana@hub..example"), {"email": "unfit"}),
        (row(email="ana@@hub.example"), {"email": "unfit"}),
        (row(email="ána@hub.example"), {"email": "unfit"}),
        (row(email="ana@müller.example"), {}),
        (row(email="a" * 60 + "@" + "b" * 60 + "." + "c" * 200), {"email": "too-long"}),
        (row(name=""), {"name": "missing"}),
        (row(name="12345"), {"name": "unfit"}),
        (row(name="ana@hub.example"), {"name": "unfit"}),
        (row(name="Win at https://x.example"), {"name": "unfit"}),
        (row(name="a" * 121), {"name": "too-long"}),
        (row(language="Klingon"), {"language": "unknown"}),
        (row(language="Deutsch"), {}),
        (row(username="ana pop"), {"username": "unfit"}),
        (row(username="ana@hub"), {"username": "unfit"}),
        (row(username="a" * 151), {"username": "too-long"}),
        (row(username="ana pop", email="ana@hub.example"), {}),  # a username is for people with a card
        (row(name="", email="x", language="?"), {"name": "missing", "email": "no-at", "language": "unknown"}),
    ],
)
def test_each_fault_of_a_row_has_its_code(line, found):
    assert problems(line) == [found]


def test_of_two_rows_that_are_one_person_the_later_needs_a_look_and_names_the_earlier():
    lines = [
        row(2, email="Ana@Hub.example"),
        row(3, name="Ana", email="ana@hub.example"),
        row(4, username="Ana"),
        row(5, name="Another Ana", username="ana"),
        row(6, name="Bo Ek"),
        row(7, name=" BO  EK "),
        row(8, name="Bo Ek", username="bo2"),
    ]

    assert problems(*lines) == [{}, {"email": "twice:2"}, {}, {"username": "twice:4"}, {}, {"name": "twice:6"}, {}]


def test_members_invited_people_and_people_with_cards_are_here_already():
    known = Known(
        by_email={"ana@hub.example": Here.MEMBER, "bo@hub.example": Here.INVITED},
        by_username={"cleo": Here.CARD},
        cards=[("cleo", "Cleo Ek"), ("dora.p", "Dora Pop")],
        taken=frozenset({"cleo", "eva"}),
    )
    lines = [
        row(2, email="ana@hub.example"),
        row(3, name="Bo", email="bo@hub.example"),
        row(4, name="Cleo Ek", username="Cleo"),
        row(5, name="dora pop"),
        row(6, name="Eva", username="eva"),
        row(7, name="Cleo Ek"),  # another one: the card of cleo is that of row 4
    ]

    found: list[Checked] = check(lines, known)

    assert [checked.here for checked in found] == [Here.MEMBER, Here.INVITED, Here.CARD, Here.CARD, None, None]
    assert [dict(checked.problems) for checked in found] == [{}, {}, {}, {}, {"username": "taken"}, {}]


def test_an_address_is_taken_out_of_what_mail_programs_put_around_it():
    assert [row(email=text).email for text in ("Ana Pop <Ana@Hub.example>", "mailto:ana@hub.example")] == [
        "ana@hub.example"
    ] * 2


texts = st.text(max_size=20)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(st.lists(st.tuples(texts, texts, texts, texts), max_size=6))
def test_every_code_has_words_and_rows_keep_their_order(rows):
    lines = [row(number, *values) for number, values in enumerate(rows, start=2)]

    found = check(lines, Known())

    assert [checked.line for checked in found] == lines
    for checked in found:
        for column, code in checked.problems.items():
            assert (column, Code(code.partition(":")[0])) in PROBLEMS
            assert "%" not in problem_words(checked.line.number, column, code)


def test_every_reason_to_be_here_has_words():
    assert set(HERE) == set(Here)
