"""Fixtures, read; what was said of them, in words."""

from courses.rules.exchange import Format, ReadFile, decoded, read
from tests.courses.exchange.fuzz import FIXTURES, FOLDER


def fixture(form: Format) -> ReadFile:
    text, guessed = decoded((FOLDER / FIXTURES[form]).read_bytes())
    assert guessed == ""
    return read(form, text)


def said(notes) -> list[tuple[int, int, str, str]]:
    """Return notes as (number of the question, line, field, words)."""
    return [(note.number, note.line, note.field, note.words % note.values) for note in notes]


def losses(found: ReadFile, number: int) -> list[tuple[str, str]]:
    """Return what of a question stays behind, as (field, words)."""
    question = next(question for question in found.questions if question.number == number)
    return [(note.field, note.words % note.values) for note in question.losses]
