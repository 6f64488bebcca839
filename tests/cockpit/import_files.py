"""Lists of people for tests: CSV and spreadsheets, honest and hostile."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

HEADINGS = ("Name", "E-mail", "Username", "Language")
Row = Sequence[Any]


def csv_file(*rows: Row, headings: Row = HEADINGS, separator: str = ";", encoding: str = "utf-8") -> bytes:
    lines = [separator.join(str(cell) for cell in row) for row in (headings, *rows)]
    return "\r\n".join([*lines, ""]).encode(encoding)


def xlsx_file(*rows: Row, headings: Row = HEADINGS) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (headings, *rows):
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def people(count: int, *, start: int = 1) -> list[Row]:
    """Return rows of so many people, each with an address."""
    return [(f"Person {number}", f"person-{number}@hub.example") for number in range(start, start + count)]


_CONTENT = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)


def sheet_of(rows: str, before: str = "", dimension: str = "") -> str:
    return f'{before}<worksheet xmlns="{_MAIN}">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def packed(parts: Iterable[tuple[str, Any]]) -> bytes:
    """Return a zip of these parts, with those that every workbook has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", _CONTENT),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", RELS),
            *parts,
        ):
            archive.writestr(name, content)
    return out.getvalue()


def workbook(sheet: str, *more: tuple[str, Any]) -> bytes:
    return packed([("xl/worksheets/sheet1.xml", sheet), *more])
