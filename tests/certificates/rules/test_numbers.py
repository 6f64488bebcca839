import secrets

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from certificates.rules.numbers import (
    ALPHABET,
    check_character,
    number_from,
    numbers_in,
    public_ids_in,
    read_number,
    read_public_id,
)

random_parts = st.text(ALPHABET, min_size=15, max_size=15)
NUMBER = "CT-4M8R-2HVX-7PQE-9KTY"


def test_number_from_puts_a_check_character_behind_fifteen_random_ones():
    assert number_from("4M8R2HVX7PQE9KT") == NUMBER


@pytest.mark.parametrize("characters", ["", "4M8R2HVX7PQE9K", "4M8R2HVX7PQE9KTY", "4M8R2HVX7PQE9KU", "4m8r2hvx7pqe9kt"])
def test_number_from_takes_only_fifteen_characters_of_the_alphabet(characters):
    with pytest.raises(ValueError, match="15 random characters"):
        number_from(characters)


@given(random_parts)
def test_a_number_reads_back_as_it_is_written(characters):
    number = number_from(characters)

    assert read_number(number) == number


@given(random_parts, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(characters, place, other):
    whole = characters + check_character(characters)
    assume(whole[place] != other)

    assert read_number(whole[:place] + other + whole[place + 1 :]) is None


@given(random_parts, st.integers(0, 15), st.integers(0, 15))
def test_two_characters_that_changed_places_are_noticed(characters, first, second):
    whole = list(characters + check_character(characters))
    assume(whole[first] != whole[second])

    whole[first], whole[second] = whole[second], whole[first]

    assert read_number("".join(whole)) is None


@pytest.mark.parametrize(
    "typed",
    [
        "CT-4M8R-2HVX-7PQE-9KTY",
        "ct-4m8r-2hvx-7pqe-9kty",
        "  CT 4M8R 2HVX 7PQE 9KTY \n",
        "CT–4M8R—2HVX−7PQE‑9KTY",
        "4M8R2HVX7PQE9KTY",
        "CT4M8R2HVX7PQE9KTY",
        "CT-4M8R-2HVX-7PQE-9KTY.",
        "ＣＴ－４Ｍ８Ｒ－２ＨＶＸ－７ＰＱＥ－９ＫＴＹ",
        "CT\u00a04M8R\u200b2HVX\t7PQE_9KTY",
    ],
)
def test_read_number_understands_how_people_type_and_paste(typed):
    assert read_number(typed) == NUMBER


def test_read_number_understands_letters_that_look_like_digits():
    number = number_from("01" * 7 + "0")

    assert read_number(number.replace("0", "O").replace("1", "I")) == number
    assert read_number(number.replace("0", "o").replace("1", "l")) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "CT-",
        "CT-4M8R-2HVX-7PQE-9KTX",
        "CT-4M8R-2HVX-7PQE",
        "XX-4M8R-2HVX-7PQE-9KTY",
        "CT-4M8R-2HVX-7PQE-9KTYY",
    ],
)
def test_read_number_returns_nothing_for_what_is_no_number(typed):
    assert read_number(typed) is None


@given(st.text())
def test_read_number_takes_any_text(text):
    number = read_number(text)

    assert number is None or read_number(number) == number


@pytest.mark.full
def test_a_million_numbers_are_all_different_and_a_million_guesses_hit_none():
    def draw() -> str:
        return number_from("".join(secrets.choice(ALPHABET) for _place in range(15)))

    issued = {draw() for _number in range(1_000_000)}

    assert len(issued) == 1_000_000
    assert not any(draw() in issued for _guess in range(1_000_000))


def test_read_public_id_finds_it_in_the_address_of_a_page_or_a_file():
    public_id = "0123456789abcdef" * 2

    assert read_public_id(f"https://learn.example/it/certificates/{public_id}/?share=x") == public_id
    assert read_public_id(f"learn.example/en/certificates/{public_id}.pdf") == public_id
    assert read_public_id(f"https://learn.example/en/certificates/{public_id}0/") is None
    assert read_public_id(public_id) is None


@given(st.lists(random_parts, max_size=4), st.sampled_from([" ", ", ", "\n", " Giulia Ferri, ", ") ("]))
def test_numbers_in_finds_every_number_of_a_longer_text_in_its_order(parts, between):
    numbers = [number_from(part) for part in parts]

    assert numbers_in(between.join(numbers)) == numbers
    assert numbers_in(between.join(numbers).lower()) == numbers


@given(st.text())
def test_numbers_in_and_public_ids_in_take_any_text(text):
    assert all(read_number(number) == number for number in numbers_in(text))
    assert all(len(public_id) == 32 for public_id in public_ids_in(text))


def test_a_number_that_is_wrong_by_a_character_or_part_of_a_longer_word_is_none():
    assert numbers_in(f"Certificate {NUMBER[:-1]}X of") == []
    assert numbers_in(f"{NUMBER}9") == []
    assert numbers_in("CT-4M8R\n2HVX 7PQE\u20139KTY") == [NUMBER]


def test_public_ids_in_finds_them_in_the_addresses_of_certificates():
    first, second = "0123456789abcdef" * 2, "f" * 32

    assert public_ids_in(f"https://a.example/en/certificates/{first}/ or /IT/CERTIFICATES/{second.upper()}.pdf") == [
        first,
        second,
    ]
    assert public_ids_in(f"{first} /certificates/{first}0/") == []
