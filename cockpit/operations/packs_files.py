"""The files of an evidence pack, with the same bytes each time: no clock, no order of chance, no name of a machine."""

import csv
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from cockpit.queries.evidence_tables import Cell, Column, Table
from foundation.rules.canonical import canonical_json
from foundation.rules.spreadsheets import as_text

CHUNK = 1 << 16
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8 with a mark that spreadsheets know it by; no cell is a formula."""
    out = io.StringIO(newline="")
    write_csv(out, columns, rows)
    return out.getvalue().encode()


def write_csv(out: Any, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as CSV into a text file."""
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([as_text(column.label) for column in columns])
    for row in rows:
        writer.writerow([as_text(cell) for cell in row])


def json_bytes(facts: Mapping[str, Any], tables: Sequence[Table]) -> bytes:
    """Return a report as canonical JSON. Hours are texts with two decimals; keys are the same in every language."""
    body = {
        **facts,
        "tables": {
            table.key: {
                "title": table.title,
                "note": table.note,
                "rows": [
                    {
                        **dict(zip((column.key for column in table.columns), row, strict=True)),
                        **({"key": table.keys[number]} if table.keys else {}),
                    }
                    for number, row in enumerate(table.rows)
                ],
            }
            for table in tables
        },
    }
    return canonical_json(body).encode() + b"\n"


def write_xlsx(
    out: IO[bytes],
    *,
    title: str,
    texts: Sequence[str],
    tables: Sequence[Table],
    lines: tuple[Sequence[Column], Iterable[Sequence[Cell]]] | None,
    day: date,
) -> None:
    """Write a workbook: what it is about (where it has a title), a sheet for each table, then the list.

    Memory does not grow with the list but for its different texts.
    """
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.title = _cell(title)
    book.properties.created = book.properties.modified = _moment(day)
    names: set[str] = set()
    if title:
        about = book.create_sheet(_sheet_name(_("About"), names))
        for text in (title, *texts):
            about.append([_cell(text)])
    for table in tables:
        _fill(book.create_sheet(_sheet_name(table.title, names)), table.columns, table.rows)
    if lines is not None:
        _fill(book.create_sheet(_sheet_name(_("List"), names)), *lines)
    with tempfile.TemporaryFile() as made:
        book.save(made)
        made.seek(0)
        with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                with source.open(entry) as part:
                    data: IO[bytes] = part
                    if entry.filename == "docProps/core.xml":
                        moment = _moment(day).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                        data = io.BytesIO(_MODIFIED.sub(rb"\g<1>" + moment + rb"\g<2>", part.read()))
                    add_to_zip(target, entry.filename, data, day=day)


def add_to_zip(target: zipfile.ZipFile, name: str, data: IO[bytes], *, day: date) -> str:
    """Add a file to a zip under a fixed time, and return its SHA-256."""
    info = zipfile.ZipInfo(name, date_time=(day.year, day.month, day.day, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, wherever it is made
    info.external_attr = 0o644 << 16
    told = hashlib.sha256()
    with target.open(info, "w", force_zip64=False) as entry:
        while part := data.read(CHUNK):
            told.update(part)
            entry.write(part)
    return told.hexdigest()


def sha256_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, read from its beginning, and go back there."""
    file.seek(0)
    told = hashlib.sha256()
    while part := file.read(CHUNK):
        told.update(part)
    file.seek(0)
    return told.hexdigest()


def _fill(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.append([_cell(column.label) for column in columns])
    for row in rows:
        sheet.append(
            [_number(cell) if column.is_number else _cell(cell) for column, cell in zip(columns, row, strict=True)]
        )


def _number(cell: Cell) -> object:
    return float(cell) if isinstance(cell, str) and re.fullmatch(r"\d+\.\d+", cell) else _cell(cell)


def _cell(cell: Cell) -> Any:
    return as_text(ILLEGAL_CHARACTERS_RE.sub(" ", cell)) if isinstance(cell, str) else cell


def _sheet_name(title: str, names: set[str]) -> str:
    """Return a name that Excel takes and no sheet of this book has, and note it."""
    plain = ILLEGAL_CHARACTERS_RE.sub(" ", _NOT_IN_SHEET_NAMES.sub(" ", title)).strip()[:_LONGEST_SHEET_NAME] or "-"
    name, number = plain, 1
    while name.casefold() in names:
        number += 1
        name = f"{plain[: _LONGEST_SHEET_NAME - 4]} {number}"
    names.add(name.casefold())
    return name


def _moment(day: date) -> datetime:
    return datetime.combine(day, time())
