"""The name on a certificate: what is taken, tidied or refused.

Names of all scripts are taken, with their marks, apostrophes, hyphens and full stops. What is refused could not be
printed, could hide what stands there, or is no part of a name.
"""

import re
import unicodedata
from enum import StrEnum

MAX_LENGTH = 120
"""Characters, counted after tidying."""

_MAX_MARKS = 4
_JOINERS = {"\u200c", "\u200d"}  # part of how Persian and Indian names are written
_APOSTROPHES = str.maketrans("`\u00b4", "\u2019\u2019")  # accents that stand where an apostrophe is meant


class NameProblem(StrEnum):
    """Why a text cannot stand on a certificate."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    HIDDEN = "hidden"
    SIGNS = "signs"
    NO_LETTER = "no letter"
    MARKS = "marks"


def tidy_name(text: str) -> str:
    """Return the text in normal form C, with single spaces, and with an apostrophe where an accent stood for one."""
    text = unicodedata.normalize("NFC", text.translate(_APOSTROPHES))
    return re.sub(r"[ \u00a0\u202f\u3000]+", " ", text).strip()


def name_problem(name: str) -> NameProblem | None:
    """Return what is wrong with a tidied name, or None."""
    if not name:
        return NameProblem.EMPTY
    if len(name) > MAX_LENGTH:
        return NameProblem.TOO_LONG
    categories = [unicodedata.category(character) for character in name]
    # Controls, direction overrides, unassigned and private characters, line breaks: unseen, or nobody knows how they look.
    if any(
        (category.startswith("C") or category in {"Zl", "Zp"}) and character not in _JOINERS
        for character, category in zip(name, categories, strict=True)
    ):
        return NameProblem.HIDDEN
    if any(category.startswith("S") or category == "Me" for category in categories) or "\ufe0f" in name:
        return NameProblem.SIGNS
    if not any(category.startswith("L") for category in categories):
        return NameProblem.NO_LETTER
    if _longest_run_of_marks(categories) > _MAX_MARKS:
        return NameProblem.MARKS
    return None


def initials_of(name: str) -> str:
    """Return the first letter of each part of a name, each with a full stop: "I. M."."""
    firsts = (next((letter for letter in part if letter.isalpha()), "") for part in name.split())
    return " ".join(f"{letter.upper()}." for letter in firsts if letter)


def _longest_run_of_marks(categories: list[str]) -> int:
    longest = run = 0
    for category in categories:
        run = run + 1 if category in {"Mn", "Mc"} else 0
        longest = max(longest, run)
    return longest
