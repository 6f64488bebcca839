"""The first sheet of a spreadsheet (XLSX, ECMA-376) as rows of text, read from front to end in bounded memory and time.

Only four parts of the zip are opened: the workbook, its relations, the shared texts and one sheet. Each is read through
a parser that keeps no tree; what a part says of its own size is not believed. A formula is its last result as text, or
where there is none the formula itself: nothing is calculated.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from cockpit.rules.importing_limits import MOST_CELL, MOST_COLUMNS, FileRefused, Refusal, Rows

MOST_PARTS = 1_000
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all parts, as the zip says."""
MOST_RATIO = 300
"""How many times larger than packed a part of more than a megabyte may be. Sheets of one repeated row come to some 100."""
MOST_READ = 32 * 1024 * 1024
"""Bytes of one part that are read, whatever the zip says."""
MOST_ELEMENTS = 1_000_000
MOST_STRINGS = 200_000
_SMALL = 1024 * 1024
_CHUNK = 64 * 1024
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
    expat.ExpatError,
)
_WORKBOOK = "xl/workbook.xml"


def sheet_rows(data: bytes) -> Rows:
    """Yield the rows of the first sheet that is shown: the number of each, and its cells as text.

    :raises FileRefused: if it is no spreadsheet, damaged, or larger inside than any list of people.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            names = set(archive.namelist())
            sheet = _first_sheet(archive, names)
            strings = _strings(archive) if "xl/sharedStrings.xml" in names else []
            yield from _rows(archive, sheet, strings)
    except _UNREADABLE as error:
        raise FileRefused(Refusal.DAMAGED) from error


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if _WORKBOOK not in names:
        is_open_document = "mimetype" in names and "content.xml" in names
        raise FileRefused(Refusal.OTHER_KIND, kind="ODS" if is_open_document else "ZIP")
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused(Refusal.HIDDEN)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused(Refusal.HIDDEN)
    if any(part.file_size > _SMALL and part.file_size > MOST_RATIO * part.compress_size for part in parts):
        raise FileRefused(Refusal.HIDDEN)


def _first_sheet(archive: zipfile.ZipFile, names: set[str]) -> str:
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def see_sheet(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            sheets.extend(value for name, value in attributes.items() if name == "id")

    def see_relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    for _chunk in _parsed(archive, _WORKBOOK, start=see_sheet, most=_SMALL):
        pass
    for _chunk in _parsed(archive, "xl/_rels/workbook.xml.rels", start=see_relation, most=_SMALL):
        pass
    for sheet in sheets:
        target = targets.get(sheet, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in names and "worksheets/" in path:
            return path
    raise FileRefused(Refusal.NO_PEOPLE)


class _Strings:
    """Collects the shared texts: the runs of each joined, without the reading aids of East Asian scripts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_text = False
        self._aside = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "rPh":
            self._aside += 1
        elif tag == "si":
            self._parts = []
        self._is_text = tag == "t" and not self._aside

    def text(self, text: str) -> None:
        if self._is_text:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        self._is_text = False
        if tag == "rPh":
            self._aside -= 1
        elif tag == "si":
            self.found.append("".join(self._parts)[: MOST_CELL + 1])
            if len(self.found) > MOST_STRINGS:
                raise FileRefused(Refusal.HIDDEN)


def _strings(archive: zipfile.ZipFile) -> list[str]:
    reader = _Strings()
    for _chunk in _parsed(archive, "xl/sharedStrings.xml", start=reader.start, end=reader.end, text=reader.text):
        pass
    return reader.found


class _Sheet:
    """Collects rows. A cell says where it stands, or stands after the one before."""

    def __init__(self, strings: list[str]) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._strings = strings
        self._number = 0
        self._cells: dict[int, str] = {}
        self._column = -1
        self._kind = ""
        self._collected: dict[str, list[str]] = {}
        self._into = ""
        self._aside = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            said = attributes.get("r", "")
            self._number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else self._number + 1
            self._cells, self._column = {}, -1
        elif tag == "c":
            place = _column_number(attributes.get("r", ""))
            self._column = self._column + 1 if place is None else place
            self._kind, self._collected = attributes.get("t", "n"), {}
        elif tag == "rPh":
            self._aside += 1
        self._into = tag if tag in {"v", "f", "t"} and not self._aside else ""

    def text(self, text: str) -> None:
        if self._into:
            self._collected.setdefault(self._into, []).append(text)

    def end(self, tag: str) -> None:
        self._into = ""
        if tag == "rPh":
            self._aside -= 1
        elif tag == "c":
            text = self._text()
            if text and self._column >= MOST_COLUMNS:
                raise FileRefused(Refusal.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
            if text:
                self._cells[self._column] = text
        elif tag == "row":
            width = max(self._cells, default=-1) + 1
            self.rows.append((self._number, [self._cells.get(place, "") for place in range(width)]))

    def _text(self) -> str:
        collected = {name: "".join(parts)[: MOST_CELL + 1] for name, parts in self._collected.items()}
        value = collected.get("v", "")
        if self._kind == "s" and value.isascii() and value.isdigit() and len(value) < 9:
            place = int(value)
            return self._strings[place] if place < len(self._strings) else ""
        shown = collected.get("t") if self._kind == "inlineStr" else value
        return shown or (f"={collected['f']}" if collected.get("f") else "")


def _rows(archive: zipfile.ZipFile, path: str, strings: list[str]) -> Rows:
    sheet = _Sheet(strings)
    for _chunk in _parsed(archive, path, start=sheet.start, end=sheet.end, text=sheet.text):
        yield from sheet.rows
        sheet.rows.clear()
    yield from sheet.rows


def _column_number(reference: str) -> int | None:
    """Return the place of a column that a reference such as AB12 names, from 0; none where it names none."""
    number = 0
    letters = reference.rstrip("0123456789")
    if not letters or len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        return None
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _parsed(
    archive: zipfile.ZipFile,
    name: str,
    *,
    start: Callable[[str, Mapping[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    most: int = MOST_READ,
) -> Iterator[None]:
    """Feed a part to handlers, by the names of elements and attributes without their namespaces; yield after each piece.

    :raises FileRefused: if more comes out than may, or the part declares anything.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    count = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise FileRefused(Refusal.HIDDEN)
        start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def declared(*_arguments: Any) -> int:
        raise FileRefused(Refusal.HIDDEN)

    parser.StartElementHandler = begin
    if end is not None:
        parser.EndElementHandler = lambda tag: end(_local(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    parser.ExternalEntityRefHandler = declared
    parser.buffer_text = True
    size = 0
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise FileRefused(Refusal.HIDDEN)
            parser.Parse(chunk)
            yield
    parser.Parse(b"", True)
    yield


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
