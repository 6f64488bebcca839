"""A list of people that somebody sent: CSV in whatever an office program writes, or a spreadsheet; bounded.

Nothing in a file is run, followed or calculated. What is not read is refused with a reason; nothing is guessed silently.
"""

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from cockpit.rules.importing_limits import (
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_EMPTY,
    MOST_OTHERS,
    MOST_ROWS,
    FileRefused,
    Refusal,
    Rows,
)
from cockpit.rules.importing_words import EMAIL, FAMILY, GIVEN, LANGUAGE, NAME, USERNAME, column_of
from cockpit.rules.importing_xlsx import sheet_rows

_BEFORE = 20
"""Rows above the headings that are looked at: a title, an address, an empty line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file with the text of each column that is read; `number` as a spreadsheet counts."""

    number: int
    name: str
    email: str
    username: str
    language: str


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file holds. `guessed`: its encoding where it did not say it. `others`: headings that are not read."""

    lines: Sequence[Line]
    guessed: str = ""
    others: Sequence[str] = ()


_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"{\\rtf", "RTF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"MZ", "EXE"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BROKEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ue000-\uf8ff\ud800-\udfff]"
)


def read_list(data: bytes) -> ReadList:
    """Return the people of a file, CSV or XLSX: its bytes say which, whatever its name.

    :raises FileRefused: with the reason.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(Refusal.TOO_LARGE)
    if data.startswith(_ZIP):
        return _listed(sheet_rows(data), "")
    if data.startswith(_OLD_OFFICE):
        raise FileRefused(Refusal.OLD_EXCEL)
    kind = next((name for magic, name in _OTHER_KINDS if data.startswith(magic)), "")
    if (kind and _CONTROL.search(data[:2000].decode("latin-1"))) or kind in {"PDF", "RTF"}:
        raise FileRefused(Refusal.OTHER_KIND, kind=kind)
    text, guessed = decoded(data)
    if text.lstrip()[:1] == "<":
        raise FileRefused(Refusal.OTHER_KIND, kind="HTML/XML")
    return _listed(_csv_rows(text), guessed)


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and its encoding where that was guessed.

    UTF-8 or UTF-16 with their mark; UTF-16 without by its zeros; UTF-8 where the bytes are it; else Windows-1250 where
    they hold what only that has for letters, and Windows-1252.

    :raises FileRefused: if it is empty, or no text.
    """
    guessed = ""
    if data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif wide := _wide(data):
        encoding = wide
    else:
        encoding = "utf-8"
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            encoding = guessed = "windows-1250" if _is_central(data) else "windows-1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(Refusal.LETTERS) from error
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise FileRefused(Refusal.EMPTY)
    if _CONTROL.search(text):
        raise FileRefused(Refusal.NOT_TEXT)
    return text, guessed


def _wide(data: bytes) -> str:
    """Return which UTF-16 a text without its mark is in: every other byte of ASCII is zero. "" for none."""
    head = data[:400]
    half = len(head) // 2
    if half < 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.6 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.6 and odd == 0 else ""


_LETTER_OR_HIGH = rb"[A-Za-z\x80-\xff]"
_CENTRAL = re.compile(
    rb"(?:%s[\xa5\xaa\xaf\xb3\xb9\xba\xbe\xbf\xfe\xe3](?=%s))|(?:[a-z][\xb3\xb9\xba\xbe\xbf\xfe\xe3](?![\x80-\xff]))"
    rb"|(?:(?<![A-Za-z\x80-\xff])[\xaa\xaf\xa3\xa5\xde](?=[a-z]))" % (_LETTER_OR_HIGH, _LETTER_OR_HIGH)
)
"""Bytes inside a word that are letters in Windows-1250 (of Romanian and Polish: s-cedilla, t-cedilla, a-breve, l-stroke,
a-ogonek) and signs, or letters of Icelandic and Portuguese, in Windows-1252."""


def _is_central(data: bytes) -> bool:
    return _CENTRAL.search(data) is not None


def _csv_rows(text: str) -> Rows:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    said = re.match(r'"?sep=(.)"?\n', text)  # what Excel writes for itself
    skipped = 0
    if said:
        separator, text, skipped = said[1], text[said.end() :], 1
    else:
        separator = _separator(text)
    try:
        for reader_row in csv.reader(io.StringIO(text), delimiter=separator, strict=True):
            skipped += 1
            if len(reader_row) > MOST_COLUMNS and any(cell.strip() for cell in reader_row[MOST_COLUMNS:]):
                raise FileRefused(Refusal.TOO_MANY_COLUMNS, most=MOST_COLUMNS)
            yield skipped, reader_row[:MOST_COLUMNS]
    except csv.Error as error:
        raise FileRefused(Refusal.QUOTE, line=skipped + 1) from error


def _separator(text: str) -> str:
    """Return what stands between the columns: with which the most headings are known in one of the first lines."""
    best, best_score = ",", (0, 0)
    for line in islice(io.StringIO(text), _BEFORE):
        for separator in ";,\t|":
            cells = line[:20_000].rstrip("\n").split(separator, MOST_COLUMNS)
            known = {column_of(cell.strip().strip('"')) for cell in cells} - {""}
            if (len(known), len(cells)) > best_score and known:
                best, best_score = separator, (len(known), len(cells))
    return best


def _listed(rows: Rows, guessed: str) -> ReadList:
    columns, others = _headings(rows)
    lines: list[Line] = []
    empty = 0
    for number, cells in rows:
        found = {column: clean_cell(cells[place]) if place < len(cells) else "" for column, place in columns.items()}
        if not any(found.values()):
            empty += 1
            if empty > MOST_EMPTY:
                raise FileRefused(Refusal.TOO_MANY_ROWS, most=MOST_ROWS)
            continue
        if len(lines) == MOST_ROWS:
            raise FileRefused(Refusal.TOO_MANY_ROWS, most=MOST_ROWS)
        name = " ".join(part for part in (found.get(GIVEN), found.get(NAME), found.get(FAMILY)) if part)
        lines.append(
            Line(number, name, found.get(EMAIL, ""), found.get(USERNAME, ""), found.get(LANGUAGE, "")),
        )
    if not lines:
        raise FileRefused(Refusal.NO_PEOPLE)
    return ReadList(lines, guessed, others)


def _headings(rows: Rows) -> tuple[dict[str, int], list[str]]:
    """Return which column stands where, and the headings that are not read: of the first row that names a person."""
    for _number, cells in islice(rows, _BEFORE):
        known: dict[str, int] = {}
        others = []
        twice = ""
        for place, cell in enumerate(cells):
            column = column_of(cell[:MOST_CELL])
            if column in known:
                twice = twice or clean_cell(cell)
            elif column:
                known[column] = place
            elif cell.strip():
                others.append(clean_cell(cell)[:60])
        if {NAME, GIVEN, FAMILY, EMAIL} & set(known):
            if twice:
                raise FileRefused(Refusal.TWICE, heading=twice[:60])
            return known, others[:MOST_OTHERS]
    raise FileRefused(Refusal.NO_HEADINGS)


def clean_cell(text: str) -> str:
    """Return a cell as one line of words, nothing unseen in it. The apostrophe that made it text goes."""
    line = " ".join(_UNSEEN.sub("", _BROKEN.sub(" ", text[: MOST_CELL + 1])).split())
    return line[1:] if line[:1] == "'" and line[1:2] in set("=+-@") else line
