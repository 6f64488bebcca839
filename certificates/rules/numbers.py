"""The human number of a certificate: `CT-` and 4 x 4 characters of Crockford's base 32, the last one a check character.

Fifteen characters are random, 75 bits. The sixteenth makes one wrong character, or two characters that changed places,
noticed before anybody looks the number up.
"""

import re
import unicodedata

PREFIX = "CT"
RANDOM_LENGTH = 15
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O and U."""

_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NUMBER_IN_TEXT = re.compile(r"CT(?:[\s\W]{0,3}[0-9A-Z]{4}){4}(?![0-9A-Z])")
_PUBLIC_ID_IN_LINK = re.compile(r"/certificates/([0-9a-f]{32})(?![0-9a-f])")


def number_from(characters: str) -> str:
    """Return the certificate number with these 15 random characters, check character and dashes added.

    :raises ValueError: if they are not 15 characters of the alphabet.
    """
    if len(characters) != RANDOM_LENGTH or not set(characters) <= set(ALPHABET):
        raise ValueError(f"a number has {RANDOM_LENGTH} random characters of Crockford's base 32")
    return _written(characters + check_character(characters))


def check_character(characters: str) -> str:
    """Return the check character of 15 characters.

    A sum over the field of 32 elements (polynomial x^5 + x^2 + 1), each place weighted by another power of x. As no
    two of the 16 places have the same weight, any one wrong character and any two exchanged ones change the sum.
    """
    total = 0
    for character in characters:
        total = _times_x(total ^ _VALUE[character])
    return ALPHABET[total]


def read_number(text: str) -> str | None:
    """Return the number that somebody typed or pasted, as it is printed; None if it cannot be one.

    Spaces, dashes of any kind, lower case, a missing CT and the look-alikes O, I and L are understood.
    """
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    characters = "".join(character for character in plain if character.isalnum())
    if len(characters) == len(PREFIX) + RANDOM_LENGTH + 1:
        if not characters.startswith(PREFIX):
            return None
        characters = characters[len(PREFIX) :]
    characters = characters.translate(_LOOK_ALIKES)
    if len(characters) != RANDOM_LENGTH + 1 or not set(characters) <= set(ALPHABET):
        return None
    if check_character(characters[:-1]) != characters[-1]:
        return None
    return _written(characters)


def read_public_id(text: str) -> str | None:
    """Return the public id in the pasted address of a certificate's page or file, or None."""
    found = _PUBLIC_ID_IN_LINK.search(text[:2000].lower())
    return found.group(1) if found else None


def numbers_in(text: str) -> list[str]:
    """Return the numbers that stand in a longer text, as they are printed, in their order."""
    found = (read_number(written) for written in _NUMBER_IN_TEXT.findall(text.upper()))
    return [number for number in found if number]


def public_ids_in(text: str) -> list[str]:
    """Return the public ids in the addresses of certificates that stand in a longer text, in their order."""
    return _PUBLIC_ID_IN_LINK.findall(text.lower())


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _written(characters: str) -> str:
    return "-".join((PREFIX, *(characters[start : start + 4] for start in range(0, len(characters), 4))))
