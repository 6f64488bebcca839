"""What an issuer must say, and whether its identifier can be one."""

from dataclasses import dataclass, fields, replace
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.countries import CODES
from accounts.rules.identifiers import can_be, written_plainly
from accounts.rules.issuers import Missing, is_demonstration, missing_of


@dataclass(frozen=True)
class Written:
    """An issuer that has said everything."""

    legal_name: str = "Laine și Fir SRL"
    country: str = "RO"
    identifier_kind: str = "vat"
    identifier: str = "RO18547290"
    street: str = "Strada Torcătoarei 3"
    postcode: str = "400001"
    locality: str = "Cluj-Napoca"
    website: str = ""
    email: str = "certificates@example.org"
    logo: str = "issuers/site.png"
    quality_statement: str = "Two people read every course before it is published."
    is_demonstration: bool = False


def test_an_issuer_that_has_said_nothing_lacks_everything():
    nothing = Written(**{field.name: "" for field in fields(Written)})
    assert missing_of(nothing) == tuple(Missing)


@pytest.mark.parametrize(
    ("empty", "lacks"),
    [
        ("legal_name", [Missing.LEGAL_NAME]),
        ("country", [Missing.COUNTRY]),
        ("identifier_kind", [Missing.IDENTIFIER]),
        ("identifier", [Missing.IDENTIFIER]),
        ("street", [Missing.ADDRESS]),
        ("locality", [Missing.ADDRESS]),
        ("postcode", []),
        ("website", []),
        ("email", [Missing.CONTACT]),
        ("logo", [Missing.LOGO]),
        ("quality_statement", [Missing.QUALITY]),
    ],
)
def test_what_is_missing_is_named(empty, lacks):
    assert list(missing_of(replace(Written(), **{empty: ""}))) == lacks


@pytest.mark.parametrize(
    ("issuer", "has_key", "is_demo_site", "answer"),
    [
        (Written(), True, False, False),
        (Written(), False, False, True),
        (Written(), True, True, True),
        (Written(is_demonstration=True), True, False, True),
        (Written(logo=""), True, False, True),
    ],
)
def test_it_is_a_demonstration_until_it_has_said_everything_and_has_a_key(issuer, has_key, is_demo_site, answer):
    assert is_demonstration(issuer, has_key=has_key, is_demo_site=is_demo_site) is answer


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("vat", "BE 0428.759.497"),
        ("vat", "de 136695976"),
        ("vat", "IT00743110157"),
        ("vat", "RO 18547290"),
        ("vat", "SE123456789701"),
        ("vat", "FR40303265045"),
        ("vat", "EL094259216"),
        ("eori", "GR123456789"),
        ("eori", "pl 123456789012345"),
        ("lei", "213800KUD8LAJWSQ9D15"),
        ("registration", "J12/345/2019"),
        ("other", "B-77"),
    ],
)
def test_an_identifier_of_its_kind_is_taken(kind, written):
    assert can_be(kind, written_plainly(kind, written))


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("vat", "BE0428759498"),
        ("vat", "IT00743110158"),
        ("vat", "RO18547291"),
        ("vat", "DE136695978"),
        ("vat", "SE123456789702"),
        ("vat", "GR094259216"),
        ("vat", "0428759497"),
        ("vat", "BE٠٤٢٨٧٥٩٤٩٧"),
        ("eori", "123456789"),
        ("eori", "PL1234567890123456"),
        ("lei", "213800KUD8LAJWSQ9D16"),
        ("lei", "213800KUD8LAJWSQ9D"),
        ("registration", "--"),
        ("other", " "),
    ],
)
def test_what_cannot_be_one_is_told_apart(kind, written):
    assert not can_be(kind, written_plainly(kind, written))


@given(place=st.integers(0, 19), data=st.data())
def test_one_wrong_character_of_a_legal_entity_identifier_is_found(place, data):
    # A figure for a figure, a letter for a letter: ISO 7064 promises no more, as a letter is two figures to it.
    right = "213800KUD8LAJWSQ9D15"
    other = data.draw(st.sampled_from(digits if right[place] in digits else ascii_uppercase))
    written = right[:place] + other + right[place + 1 :]
    assert can_be("lei", written) == (written == right)


def test_some_letters_written_for_a_figure_are_beyond_the_check_of_a_legal_entity_identifier():
    assert can_be("lei", "2138S0KUD8LAJWSQ9D15")


@given(kind=st.sampled_from(["vat", "eori", "lei", "registration", "other"]), text=st.text(max_size=60))
def test_whatever_is_written_gets_an_answer(kind, text):
    assert can_be(kind, written_plainly(kind, text)) in {True, False}


def test_there_are_249_countries_of_two_capital_letters():
    assert len(CODES) == 249
    assert all(len(code) == 2 and code.isupper() for code in CODES)
