"""The CSV template: one question a row. `docs/question-exchange.md` describes the columns for editors."""

import re
from collections.abc import Mapping

SEPARATORS = (";", ",", "\t")
MOST_COLUMNS = 200
ANSWERS_SHOWN = 4
"""Answer columns of the empty template; a file may have as many as it needs."""
MOST_ANSWERS = 99

COLUMNS = ("kind", "name", "tags", "question", "more")
CLOSING = (
    "right",
    "partial",
    "number",
    "tolerance",
    "unit",
    "case",
    "accents",
    "guidance",
    "hint",
    "feedback",
    "points",
    "competence",
)
NUMBERED = re.compile(r"(answer|match|feedback) ?([1-9][0-9]?)")
"""Columns that there are several of, such as `answer 1`, `feedback 1`, `match 1`."""

_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a formula begins; the last four are the wide signs of East Asian keyboards."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")

EXAMPLES: tuple[Mapping[str, str], ...] = (
    {
        "kind": "single_choice",
        "name": "Strong passphrase",
        "tags": "passwords, module 1",
        "question": "Which passphrase is hardest to guess?",
        "answer 1": "Four words that have nothing to do with each other",
        "feedback 1": "Yes. It is long, and you can remember it.",
        "answer 2": "The name of your dog",
        "feedback 2": "Not quite. Who knows you can guess it.",
        "right": "1",
        "feedback": "Length helps most.",
        "points": "1",
    },
    {
        "kind": "multiple_choice",
        "name": "Lost phone",
        "tags": "phones",
        "question": "What do you do when a phone of work is lost?",
        "answer 1": "Tell the office",
        "answer 2": "Lock it from afar",
        "answer 3": "Wait a week",
        "right": "1, 2",
        "partial": "yes",
        "points": "2",
    },
    {
        "kind": "true_false",
        "name": "Updates",
        "tags": "phones",
        "question": "Updates close holes that others know of.",
        "feedback 1": "Yes.",
        "feedback 2": "Not quite: that is what most of them are for.",
        "right": "true",
    },
    {
        "kind": "ordering",
        "name": "Sending safely",
        "question": "In which order do you send a list of names?",
        "answer 1": "Lock the file",
        "answer 2": "Send it",
        "answer 3": "Tell the password by phone",
        "partial": "yes",
        "points": "3",
    },
    {
        "kind": "matching",
        "name": "Words",
        "question": "What is it?",
        "answer 1": "Phishing",
        "match 1": "A message that asks for a password",
        "answer 2": "Backup",
        "match 2": "A second copy in another place",
        "match 3": "A kind of screen",
        "partial": "yes",
        "points": "2",
    },
    {
        "kind": "numeric",
        "name": "Paper saved",
        "question": "A box holds 2.5 kg of paper. How much do four boxes hold?",
        "number": "10",
        "tolerance": "0.1",
        "unit": "kg",
    },
    {
        "kind": "short_text",
        "name": "Second factor",
        "question": "What is the code called that you type after the password?",
        "answer 1": "second factor",
        "answer 2": "one-time code",
    },
    {
        "kind": "open_answer",
        "name": "Own example",
        "question": "Tell of one thing that you will do in another way at work.",
        "guidance": "One concrete act, and by when.",
        "points": "3",
    },
)
"""A row of each kind for the template."""


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it. A number stays as it is.

    >>> guarded("=1+1")
    "'=1+1"
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that `guarded` puts before it."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
