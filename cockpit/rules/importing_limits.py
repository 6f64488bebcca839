"""How large a list of people may be, and the reasons for which a file is not read."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
"""People in one file."""
MOST_COLUMNS = 100
MOST_CELL = 1_000
"""Characters of one cell; a longer one is cut there, and is too long for its column anyway."""
MOST_EMPTY = 5_000
"""Rows without a word between others: more of them are a sheet that was formatted to its end."""
MOST_OTHERS = 20
"""Names of columns that are not read which are told."""


class Refusal(StrEnum):
    """Why a file is not read."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    OTHER_KIND = "other-kind"
    OLD_EXCEL = "old-excel"
    DAMAGED = "damaged"
    NOT_TEXT = "not-text"
    LETTERS = "letters"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_MANY_COLUMNS = "too-many-columns"
    NO_HEADINGS = "no-headings"
    TWICE = "heading-twice"
    NO_PEOPLE = "no-people"
    QUOTE = "quote"
    HIDDEN = "hidden"
    """A spreadsheet whose parts are far larger than the file, or that defines things of its own."""


class FileRefused(Exception):
    """A file that is not read: `reason`, and what its words need."""

    def __init__(self, reason: Refusal, **values: object) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


Rows = Iterator[tuple[int, Sequence[str]]]
"""Number and cells of each row."""
