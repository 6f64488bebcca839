"""A spreadsheet (Office Open XML, ECMA-376) of one sheet, written row by row, so that it can be sent while it is made.

Texts are inline strings, which no program runs; what could be taken for a formula is marked as text all the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from xml.sax.saxutils import escape

from foundation.rules.spreadsheets import as_text

Cell = str | int | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_AT_ONCE = 500
_DAY_ONE = date(1899, 12, 30)
"""Day 0 of dates in spreadsheets, for all dates since March 1900."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FRAME = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
        f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>"
    ),
    # Style 0 is plain, 1 a date, 2 a heading.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
        '<xf numFmtId="14" xfId="0" applyNumberFormat="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}


def sheet_members(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a workbook by their names, the sheet last and in pieces. `title` is of the sheet, 31 letters."""
    for name, text in _FRAME.items():
        words = text % escape(title[:31], {'"': "&quot;"}) if name == "xl/workbook.xml" else text
        yield name, [(_HEAD + words).encode()]
    yield "xl/worksheets/sheet1.xml", _sheet(headings, rows)


def _sheet(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{_row(headings, style=2)}'.encode()
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield "".join(_row(row) for row in some).encode()
    yield b"</sheetData></worksheet>"


def _row(cells: Iterable[Cell], *, style: int = 0) -> str:
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(cell: Cell, style: int) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    if isinstance(cell, date):
        return f'<c s="1"><v>{(cell - _DAY_ONE).days}</v></c>'
    text = "".join(letter for letter in str(as_text(cell)) if letter >= " " or letter in "\t\n")
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
