"""Questions whose answer is a number, right within a tolerance, with or without a unit."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

from courses.rules.drafted import Draft, Raw, gettext_noop, text_of
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, Mix, Posted, Question

MOST_DIGITS = 15
"""Digits before the decimal mark."""
MOST_DECIMALS = 10
MOST_CHARACTERS = 80
"""Of what was typed, unit and spaces included. More is not read at all."""

_EXACT = Context(prec=60)
"""More digits than any two numbers here have together: nothing is ever rounded."""
_CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,9}[1-9])?", re.ASCII)
_WRITTEN = re.compile(r"([+-]?)([0-9]{1,40})(?:\.([0-9]{0,40}))?", re.ASCII)
_MINUS_SIGNS = str.maketrans(
    dict.fromkeys(
        "\N{MINUS SIGN}\N{EN DASH}\N{FIGURE DASH}\N{SMALL HYPHEN-MINUS}\N{FULLWIDTH HYPHEN-MINUS}\N{HYPHEN}", "-"
    )
)
EDITOR_LANGUAGE = "en"
"""How numbers of a draft are written, whatever language an editor works in: with a point, as they are stored."""
_POINT_LANGUAGES = frozenset({"en"})
"""Languages of this portal that write a decimal point; the others write a comma."""


def decimal_mark(language: str) -> str:
    """Return the mark between the whole and the decimals in a language.

    >>> [decimal_mark(language) for language in ("en", "it")]
    ['.', ',']
    """
    return "." if language.split("-")[0] in _POINT_LANGUAGES else ","


def canonical_number(text: str) -> str | None:
    """Return a number with a decimal point as it is stored: no plus, no zeros that say nothing. None if it is none.

    >>> [canonical_number(text) for text in ("003.50", "-0", "1e5")]
    ['3.5', '0', None]
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    sign, whole, decimals = written[1], written[2].lstrip("0") or "0", (written[3] or "").rstrip("0")
    if len(whole) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        return None
    number = f"{whole}.{decimals}" if decimals else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def read_number(text: str, *, language: str, unit: str = "") -> str:
    """Return a number that a person typed as it is stored, "" for nothing typed.

    A decimal comma or point is read in every language where it can mean nothing else. Marks between thousands are read
    where they are certain: `1.234,5`, `1 234`, `1,000,000`. A single mark before three digits is a decimal mark if the
    language writes it so, and else might be either: then the person is asked.

    >>> read_number("3,5 kg", language="it", unit="kg")
    '3.5'

    :raises NotAnAnswer: if it is no number, or might be two.
    """
    if len(text) > MOST_CHARACTERS:
        raise _too_long()
    typed = " ".join(text.split())
    bare = _without_unit(_in_ascii(typed), unit)
    if not bare:
        if typed:
            raise _no_number(language)
        return ""
    number = canonical_number(_with_point(bare, typed, language))
    if number is None:
        raise _no_number(language) if _WRITTEN.fullmatch(_with_point(bare, typed, language)) is None else _too_long()
    return number


class Numeric(Kind):
    """A number. The key's `number` has `value` and `tolerance` as decimal text with a point."""

    name = "numeric"

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        right, tolerance = _drafted(value, "number"), _drafted(value, "tolerance")
        if not right:
            draft.add(
                gettext_noop("Question %(number)s needs its right number, with at most 15 digits and 10 decimals."),
                number=number,
            )
        if tolerance is None or tolerance.startswith("-"):
            draft.add(
                gettext_noop("How far off an answer of question %(number)s may be is no number of 0 or more."),
                number=number,
            )
        key: Question = {
            "correct": [],
            "feedback": {},
            "number": {"value": right or "", "tolerance": tolerance or "0"},
        }
        unit = text_of(value, "unit")
        return {"options": [], **({"unit": unit} if unit else {})}, key

    def translated(self, question: Question, texts: Raw) -> Question | None:
        if "unit" not in question:
            return question
        unit = text_of(texts, "unit")
        return {**question, "unit": unit} if unit else None

    def entry(self, question: Mapping[str, Any], mix: Mix) -> dict[str, Any]:
        unit = question.get("unit")
        return {**super().entry(question, mix), **({"unit": unit} if unit else {})}

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        return Answer(text=read_number("".join(posted("text")[:1]), language=language, unit=entry.get("unit", "")))

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        return not answer.options and (not answer.text or _is_canonical(answer.text))

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        value, tolerance = key["number"]["value"], key["number"]["tolerance"]
        if not _is_canonical(value) or not _is_canonical(tolerance):
            raise ValueError("A question without its right number cannot be marked.")
        if answer.options or not _is_canonical(answer.text):
            return Parts(0, 1 if answer else 0, 1)
        off = abs(_EXACT.subtract(Decimal(answer.text), Decimal(value)))
        return Parts(1, 0, 1) if off <= Decimal(tolerance) else Parts(0, 1, 1)

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        """Return the number with a point and without its unit: who shows it writes it in the reader's language."""
        return (answer.text,) if answer.text else ()

    def right(self, question: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the right number. How far off an answer may be is `key["number"]["tolerance"]`."""
        return (str(key["number"]["value"]),)


def _drafted(value: Raw, name: str) -> str | None:
    """Return a number of a draft as it is stored, "" if there is none, None if it is no number."""
    try:
        return read_number(text_of(value, name), language=EDITOR_LANGUAGE)
    except NotAnAnswer:
        return None


def _is_canonical(text: str) -> bool:
    return _CANONICAL.fullmatch(text) is not None and text != "-0"


def _in_ascii(text: str) -> str:
    """Return digits of any script and any minus as those of ASCII. A superscript two is no digit."""
    digits = (str(unicodedata.decimal(sign)) if unicodedata.decimal(sign, None) is not None else sign for sign in text)
    return "".join(digits).translate(_MINUS_SIGNS)


def _without_unit(text: str, unit: str) -> str:
    folded, own = text.casefold(), " ".join(_in_ascii(unit).casefold().split())
    if own and len(folded) == len(text):
        if folded.endswith(own):
            return text[: -len(own)].rstrip()
        if folded.startswith(own):
            return text[len(own) :].lstrip()
    return text


def _with_point(text: str, typed: str, language: str) -> str:
    """Return a number with its decimal mark as a point and no other mark; as it is, if its marks make no sense."""
    sign, number = (text[0], text[1:].lstrip()) if text[:1] in {"+", "-"} else ("", text)
    spaced = number.replace("\N{RIGHT SINGLE QUOTATION MARK}", " ").replace("'", " ")
    whole_part = re.split(r"[.,]", spaced)[0] if " " in spaced else ""
    if " " in spaced:
        if not re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+", whole_part, re.ASCII) or " " in spaced[len(whole_part) :]:
            return text
        spaced = whole_part.replace(" ", "") + spaced[len(whole_part) :]
    marks = [mark for mark in spaced if mark in ",."]
    if not marks:
        return sign + spaced
    if len(set(marks)) == 2:
        return sign + _grouped(spaced, marks[0], marks[-1], text)
    if len(marks) > 1:
        return sign + _grouped(spaced, marks[0], "", text) if not whole_part else text
    mark = marks[0]
    whole, decimals = spaced.split(mark)
    is_doubtful = re.fullmatch(r"[1-9][0-9]{0,2}", whole, re.ASCII) and len(decimals) == 3 and not whole_part
    if mark != decimal_mark(language) and is_doubtful and decimals.isdigit():
        raise NotAnAnswer(
            gettext_noop("“%(typed)s” can be read as two numbers. Write it as %(whole)s or as %(decimal)s."),
            typed=typed,
            whole=f"{sign}{whole}{decimals}",
            decimal=f"{sign}{whole}{decimal_mark(language)}{decimals.rstrip('0') or '0'}",
        )
    return f"{sign}{whole or '0'}.{decimals or '0'}" if whole or decimals else text


def _grouped(number: str, group: str, mark: str, otherwise: str) -> str:
    pattern = rf"[0-9]{{1,3}}(?:{re.escape(group)}[0-9]{{3}})+" + (rf"{re.escape(mark)}[0-9]+" if mark else "")
    if group == mark or not re.fullmatch(pattern, number, re.ASCII):
        return otherwise
    plain = number.replace(group, "")
    return plain.replace(mark, ".") if mark else plain


def _no_number(language: str) -> NotAnAnswer:
    return NotAnAnswer(
        gettext_noop("Write one number in digits, such as 12 or %(example)s. The unit may stand behind it."),
        example=f"3{decimal_mark(language)}5",
    )


def _too_long() -> NotAnAnswer:
    return NotAnAnswer(gettext_noop("Write a number with at most 15 digits and 10 decimals."))
