"""Questions in and out: Moodle XML, GIFT and our CSV template, by way of one neutral form.

found = read(Format.GIFT, text)            # questions, what is left out and why, by line and field
file = write(Format.MOODLE_XML, questions)  # the text to download, and what of the questions is not in it

Pure: nothing here knows where questions are kept. `docs/question-exchange.md` says what each format carries.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from courses.rules.exchange.csv_reading import read_csv
from courses.rules.exchange.csv_writing import csv_template, write_csv
from courses.rules.exchange.form import (
    FIELD_NAMES,
    MOST_BYTES,
    MOST_QUESTIONS,
    FileUnreadable,
    Note,
    Question,
    ReadFile,
    WrittenFile,
    joined_tags,
    tag_list,
)
from courses.rules.exchange.gift_reading import read_gift
from courses.rules.exchange.gift_writing import write_gift
from courses.rules.exchange.moodle_reading import read_moodle
from courses.rules.exchange.moodle_writing import write_moodle
from courses.rules.exchange.neutral import neutral, raw_block
from courses.rules.exchange.texts import checked, decoded

__all__ = [
    "EXTENSIONS",
    "FIELD_NAMES",
    "MOST_BYTES",
    "MOST_QUESTIONS",
    "FileUnreadable",
    "Format",
    "Note",
    "Question",
    "ReadFile",
    "WrittenFile",
    "csv_template",
    "decoded",
    "format_of",
    "joined_tags",
    "neutral",
    "raw_block",
    "read",
    "tag_list",
    "write",
]


class Format(StrEnum):
    MOODLE_XML = "moodle-xml"
    GIFT = "gift"
    CSV = "csv"


EXTENSIONS: Mapping[Format, str] = {Format.MOODLE_XML: "xml", Format.GIFT: "gift.txt", Format.CSV: "csv"}

_READERS: Mapping[Format, Callable[[str], ReadFile]] = {
    Format.MOODLE_XML: read_moodle,
    Format.GIFT: read_gift,
    Format.CSV: read_csv,
}
_WRITERS: Mapping[Format, Callable[[Iterable[Question]], WrittenFile]] = {
    Format.MOODLE_XML: write_moodle,
    Format.GIFT: write_gift,
    Format.CSV: write_csv,
}


def format_of(file_name: str, text: str) -> Format | None:
    """Return the format of a file by how it begins, else by its name; None where neither tells.

    >>> format_of("questions.txt", "::Name::Why?{}")
    <Format.GIFT: 'gift'>
    """
    if text.lstrip().startswith("<"):
        return Format.MOODLE_XML
    head = text.partition("\n")[0].lower()
    name = file_name.lower()
    if name.endswith(".csv") or ("kind" in head and "question" in head and any(sign in head for sign in ";,\t")):
        return Format.CSV
    return Format.GIFT if name.endswith((".txt", ".gift")) else None


def read(form: Format, text: str) -> ReadFile:
    """Return what a file holds. What cannot be read of it is said, question by question.

    :raises FileUnreadable: if nothing can be taken from it.
    """
    return _READERS[form](checked(text))


def write(form: Format, questions: Iterable[Question]) -> WrittenFile:
    """Return the questions as a file. What the format cannot carry is said, question by question."""
    return _WRITERS[form](questions)
