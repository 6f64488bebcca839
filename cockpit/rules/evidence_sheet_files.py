"""A filled-in sheet as rows of text: CSV or XLSX, within the limits of lists of people."""

import csv
import io
from collections.abc import Iterator, Sequence

from cockpit.rules.importing_files import clean_cell, decoded
from cockpit.rules.importing_limits import MOST_BYTES, MOST_COLUMNS, FileRefused, Refusal
from cockpit.rules.importing_xlsx import sheet_rows

MOST_ROWS = 20_000
_ZIP = b"PK\x03\x04"


def rows_of_sheet(data: bytes) -> Iterator[Sequence[str]]:
    """Yield the rows of a sheet, nothing of it run or calculated.

    :raises FileRefused: if it cannot be read.
    """
    if not data:
        raise FileRefused(Refusal.EMPTY)
    if len(data) > MOST_BYTES:
        raise FileRefused(Refusal.TOO_LARGE)
    rows = (cells for _number, cells in sheet_rows(data)) if data.startswith(_ZIP) else _csv_rows(data)
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise FileRefused(Refusal.TOO_MANY_ROWS, most=f"{MOST_ROWS:,}")
        if len(row) > MOST_COLUMNS:
            raise FileRefused(Refusal.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
        yield [clean_cell(cell) for cell in row]


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    text, _guessed = decoded(data)
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error as error:
        raise FileRefused(Refusal.QUOTE, line=reader.line_num) from error
