"""The file to fill in: headings in the reader's language, nothing else, as CSV and as a spreadsheet."""

import io

from openpyxl import Workbook
from openpyxl.styles import Font

from cockpit.rules.importing_words import COLUMNS, HEADINGS

_WIDTHS = (32, 38, 22, 14)  # characters
_COMMAS = frozenset({"en"})
"""Languages whose spreadsheets expect commas between columns; others write decimals with a comma and expect semicolons."""


def headings(language: str) -> list[str]:
    """Return the headings of the template in a language; in English where there are none in it."""
    words = HEADINGS.get(language, HEADINGS["en"])
    return [words[column] for column in COLUMNS]


def csv_template(language: str) -> bytes:
    """Return the template as CSV: UTF-8 with its mark, as spreadsheets otherwise guess."""
    separator = "," if language in _COMMAS else ";"
    return f"\ufeff{separator.join(headings(language))}\r\n".encode()


def xlsx_template(language: str) -> bytes:
    """Return the template as a spreadsheet; its cells are text, so that no program makes something else of them."""
    book = Workbook()
    sheet = book.active
    sheet.append(headings(language))
    for number, width in enumerate(_WIDTHS):
        letter = "ABCD"[number]
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
