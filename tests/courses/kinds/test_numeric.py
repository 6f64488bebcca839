"""A number, written as people write numbers."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of
from courses.rules.kinds.numeric import canonical_number, decimal_mark, read_number
from tests.courses.kinds.asking import entry_of, frozen, problems, read, refusal

QUESTION, KEY = frozen("numeric")
RULES = kind_of("numeric")
SPACE, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
NO_NUMBER = {
    "en": "Write one number in digits, such as 12 or 3.5. The unit may stand behind it.",
    "it": "Write one number in digits, such as 12 or 3,5. The unit may stand behind it.",
}
TOO_LONG = "Write a number with at most 15 digits and 10 decimals."
SMALLEST = Decimal("0.0000000001")
numbers = st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=10, allow_nan=False)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3.5", "3.5"), ("3,5", "3.5"), (" 3,50 ", "3.5"), (".5", "0.5"), (",5", "0.5"), ("4.", "4"), ("007", "7"),
        ("0,500", "0.5"), ("0.500", "0.5"), ("-3", "-3"), ("\N{MINUS SIGN}3", "-3"), ("\N{EN DASH} 3", "-3"),
        ("+3", "3"), ("-0", "0"), ("1 234", "1234"), (f"1{SPACE}234,5", "1234.5"), (f"1{THIN}234{THIN}567", "1234567"),
        ("1'234.5", "1234.5"), ("1\N{RIGHT SINGLE QUOTATION MARK}234", "1234"), ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"), ("1.000.000", "1000000"), ("1,000,000", "1000000"), ("1 234.567", "1234.567"),
        ("3,5 kg", "3.5"), ("3,5kg", "3.5"), ("kg 3,5", "3.5"), ("3,5 KG", "3.5"), (f"3,5{SPACE}kg", "3.5"), ("", ""),
        ("  ", ""), ("\N{ARABIC-INDIC DIGIT THREE}", "3"), ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", "12"),
        ("\N{DEVANAGARI DIGIT SEVEN},\N{DEVANAGARI DIGIT FIVE}", "7.5"), ("9" * 15, "9" * 15),
        ("0.0000000001", "0.0000000001"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "it"])
def test_what_can_mean_one_number_only_is_read_in_every_language(typed, number, language):
    assert read_number(typed, language=language, unit="kg") == number


@pytest.mark.parametrize(
    "typed",
    [
        "three", "3 5", "12 34", "1,2,3", "1.234.5", "1..2", "1,2.3,4", "1.234.56", "12,34,567", "--3", "3-", "1e5",
        "1E999999", "1e-999999", "NaN", "Infinity", "-inf", "0x10", "1/2", "3\N{SUPERSCRIPT TWO}", "\N{VULGAR FRACTION ONE HALF}",
        "5 lb", "kg", "-", ".", ",", "%", "3 kg kg", "1_000", "\0", "3\0", "\ud800", "\N{ROMAN NUMERAL FOUR}", "1 234 56",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "it"])
def test_what_is_no_number_is_asked_for_again(typed, language):
    assert refusal({**QUESTION, "unit": "kg"}, {"text": typed}, language=language) == NO_NUMBER[language]


@pytest.mark.parametrize(
    "typed", ["9" * 16, "0." + "1" * 11, "1" * 40, "1" * 100_000, "1" + " " * 100_000, "x" * 10**6]
)
def test_what_is_too_long_is_refused_unread(typed):
    assert refusal(QUESTION, {"text": typed}) == TOO_LONG


@pytest.mark.parametrize(
    ("typed", "language", "words"),
    [
        ("3.500", "it", "“3.500” can be read as two numbers. Write it as 3500 or as 3,5."),
        ("-1.250", "de", "“-1.250” can be read as two numbers. Write it as -1250 or as -1,25."),
        ("3,500", "en", "“3,500” can be read as two numbers. Write it as 3500 or as 3.5."),
        ("12,000 kg", "en", "“12,000 kg” can be read as two numbers. Write it as 12000 or as 12.0."),
    ],
)
def test_what_may_mean_two_numbers_is_asked_about(typed, language, words):
    assert refusal({**QUESTION, "unit": "kg"}, {"text": typed}, language=language) == words


@pytest.mark.parametrize(("typed", "language"), [("3.500", "en"), ("3,500", "it"), ("3,500", "sv")])
def test_the_mark_of_the_language_is_a_decimal_mark(typed, language):
    assert read_number(typed, language=language) == "3.5"


@given(number=numbers, language=st.sampled_from(["en", "it", "ro", "sv", "de", "es", "en-gb"]))
def test_a_number_written_with_the_mark_of_the_language_is_read_as_it_is(number, language):
    stored = canonical_number(f"{number:f}")
    assert Decimal(stored) == number
    assert read_number(stored.replace(".", decimal_mark(language)), language=language) == stored
    assert RULES.fits(entry_of(QUESTION), Answer(text=stored))


@given(number=numbers, language=st.sampled_from(["en", "it"]))
def test_thousands_marks_before_a_decimal_mark_change_nothing(number, language):
    grouped = f"{number:,.10f}"  # with a point, and commas between thousands
    other = grouped.translate(str.maketrans(",.", ".,"))
    if abs(number) >= 1000:
        assert read_number(grouped, language=language) == read_number(other, language=language)
        assert Decimal(read_number(grouped, language=language)) == number


@given(
    value=numbers,
    tolerance=st.decimals(min_value=SMALLEST, max_value=1000, places=10),
    step=st.sampled_from([-1, 0, 1]),
    side=st.sampled_from([-1, 1]),
)
def test_the_edges_of_the_tolerance_are_exact(value, tolerance, step, side):
    key = {**KEY, "number": {"value": canonical_number(f"{value:f}"), "tolerance": canonical_number(f"{tolerance:f}")}}
    text = canonical_number(f"{value + side * (tolerance + step * SMALLEST):f}")
    assume(text is not None)  # more than 15 digits
    assert RULES.points(key, Answer(text=text)) == (0 if step > 0 else 3)


@pytest.mark.parametrize(
    ("text", "earned"),
    [("3.4", 3), ("3.6", 3), ("3.5", 3), ("3.3999999999", 0), ("3.6000000001", 0), ("-3.5", 0), ("0", 0)],
)
def test_a_tenth_more_or_less_is_right_and_not_a_hair_more(text, earned):
    assert RULES.points(KEY, Answer(text=text)) == earned


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-Infinity", "1E999999999", "1e-999999999", "3.50", "03.5", "+3.5", "3,5", " 3.5", "3.5\n", "-0", "9" * 10**6],
)  # fmt: skip
def test_text_that_is_not_stored_as_a_number_neither_fits_nor_scores(text):
    assert not RULES.fits(entry_of(QUESTION), Answer(text=text))
    assert RULES.points({**KEY, "number": {"value": "3.5", "tolerance": "1000000"}}, Answer(text=text)) == 0


def test_an_option_beside_the_number_never_scores():
    forged = Answer(frozenset({"3.5"}), "3.5")
    assert not RULES.fits(entry_of(QUESTION), forged)
    assert RULES.points(KEY, forged) == 0


def test_the_unit_of_the_language_may_be_typed_along():
    italian, _key = frozen("numeric", language="it")
    assert italian["unit"] == "ore"
    assert read(italian, {"text": "3,5 ore"}, language="it") == Answer(text="3.5")
    assert read(QUESTION, {"text": "3.5 hours"}) == Answer(text="3.5")
    assert refusal(QUESTION, {"text": "3.5 ore"}) == NO_NUMBER["en"]


def test_numbers_of_a_draft_are_brought_into_their_form():
    _question, key = frozen("numeric", number=" 3,50", tolerance="")
    assert key["number"] == {"value": "3.5", "tolerance": "0"}
    assert key["correct"] == []


@pytest.mark.parametrize("number", ["", "abc", "3,500", "1e5", "NaN", "9" * 16])
def test_a_question_without_its_number_is_not_published(number):
    words = "Question 1 needs its right number, with at most 15 digits and 10 decimals."
    assert problems("numeric", number=number) == [words]


@pytest.mark.parametrize("tolerance", ["-1", "some"])
def test_a_tolerance_is_a_number_of_0_or_more(tolerance):
    words = "How far off an answer of question 1 may be is no number of 0 or more."
    assert problems("numeric", tolerance=tolerance) == [words]


def test_a_key_without_its_number_marks_nothing():
    with pytest.raises(ValueError, match="without its right number"):
        RULES.points({**KEY, "number": {"value": "", "tolerance": "0"}}, Answer(text="3"))
