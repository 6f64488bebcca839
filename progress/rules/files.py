"""Which files people hand in: what the bytes are, whatever the name says, and a name that is safe to show.

Text, tables, presentations, pictures and PDF, as offices make them. Nothing that runs: no web pages, no drawings with
scripts (SVG), no macros, no archives. The list is closed: what it does not name is refused.
"""

import codecs
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

MAX_BYTES = 10 * 1024 * 1024
"""Of one file."""
MAX_NAME = 120
"""Characters of a name that are kept, the ending among them."""
_HEAD = 512  # bytes that tell most kinds
_MAX_PARTS = 5_000  # files inside an office file
_MAX_UNPACKED = 200 * 1024 * 1024  # bytes that an office file says to hold
_MAX_MANIFEST = 1024 * 1024  # bytes of the list of parts that are read


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_KIND = "unknown-kind"
    NOT_WHAT_IT_SAYS = "not-what-it-says"
    HAS_MACROS = "has-macros"
    DAMAGED = "damaged"


class FileRefused(Exception):
    """The file is not taken; `reason` says why, `ending` is what its name ends in."""

    def __init__(self, reason: Refusal, ending: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: what it is called on the wire, and how its bytes are told."""

    content_type: str
    fits: Callable[[BinaryIO], bool]


def content_type_of(opened: BinaryIO, name: str) -> str:
    """Return the content type of a file, from its bytes, which must be what the ending of its name says.

    Reads a few hundred bytes; all of a text; of an office file its list of parts. Nothing is unpacked but that list.

    :raises FileRefused: if the kind is not taken, or the bytes are of another.
    """
    ending = ending_of(name)
    kind = KINDS.get(ending)
    if kind is None:
        raise FileRefused(Refusal.HAS_MACROS if ending in _MACRO_ENDINGS else Refusal.UNKNOWN_KIND, ending)
    try:
        opened.seek(0)
        if not kind.fits(opened):
            raise FileRefused(Refusal.NOT_WHAT_IT_SAYS, ending)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise FileRefused(Refusal.DAMAGED, ending) from error
    finally:
        opened.seek(0)
    return kind.content_type


def ending_of(name: str) -> str:
    """Return what a name ends in, in small letters, without the point; "" where it has none.

    >>> ending_of("Plan.final.PDF")
    'pdf'
    """
    stem, point, ending = name.rpartition(".")
    return ending.strip().lower() if point and stem else ""


def clean_name(name: str) -> str:
    r"""Return a name as it is shown and kept: no folders, nothing invisible, no more than `MAX_NAME` characters.

    >>> clean_name("C:\\work\\ plan \x00.pdf")
    'plan.pdf'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(char for char in last if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    stem, point, ending = " ".join(seen.split()).rpartition(".")
    if not point:
        stem, ending = ending, ""
    stem, ending = stem.strip(". ") or "file", ending.strip()[:10]
    tail = f".{ending}" if ending else ""
    return f"{stem[: MAX_NAME - len(tail)].rstrip()}{tail}"


def _begins(*magics: bytes) -> Callable[[BinaryIO], bool]:
    def fits(opened: BinaryIO) -> bool:
        return opened.read(_HEAD).startswith(magics)

    return fits


def _is_text(opened: BinaryIO) -> bool:
    """Return whether a file is plain text, and not a page or a drawing.

    In any encoding that offices write: one byte a sign, UTF-8, and UTF-16 with the mark that says so.
    """
    head = opened.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _is_wide_text(opened)
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"<", b"%PDF", b"{\\rtf")):
        return False
    opened.seek(0)
    while chunk := opened.read(64 * 1024):
        if _CONTROL.search(chunk):
            return False
    return True


def _is_wide_text(opened: BinaryIO) -> bool:
    """Return whether a file in UTF-16 is plain text, by the same rules.

    :raises ValueError: if it is no UTF-16.
    """
    opened.seek(0)
    decoder, begins, is_end = codecs.getincrementaldecoder("utf-16")(), "", False
    while not is_end:
        chunk = opened.read(64 * 1024)
        is_end = not chunk
        text = decoder.decode(chunk, final=is_end)
        if _CONTROL_SIGNS.search(text):
            return False
        begins = begins or text.lstrip("\ufeff \t\r\n\f\u00a0")[:8]
    return not begins.startswith(("<", "%PDF", "{\\rtf"))


def _open_document(content_type: str) -> Callable[[BinaryIO], bool]:
    def fits(opened: BinaryIO) -> bool:
        with _parts(opened) as archive:
            names = archive.namelist()
            if any(name.startswith(("Basic/", "Scripts/")) for name in names):
                raise FileRefused(Refusal.HAS_MACROS)
            return "mimetype" in names and _read(archive, "mimetype").strip() == content_type.encode()

    return fits


def _office_document(folder: str, main_type: str) -> Callable[[BinaryIO], bool]:
    def fits(opened: BinaryIO) -> bool:
        with _parts(opened) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names:
                return False
            types = _read(archive, "[Content_Types].xml")
            if any("vbaproject" in name.lower() for name in names) or b"macroenabled" in types.lower():
                raise FileRefused(Refusal.HAS_MACROS)
            return main_type.encode() in types and any(name.startswith(folder) for name in names)

    return fits


def _parts(opened: BinaryIO) -> zipfile.ZipFile:
    """Return the archive that an office file is. One with something in front of it is another file as well."""
    if opened.read(4) != b"PK\x03\x04":
        raise FileRefused(Refusal.NOT_WHAT_IT_SAYS)
    archive = zipfile.ZipFile(opened)
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise FileRefused(Refusal.DAMAGED)
    if any(part.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part.filename) for part in parts):
        raise FileRefused(Refusal.DAMAGED)
    return archive


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(_MAX_MANIFEST + 1)
    if len(content) > _MAX_MANIFEST:
        raise FileRefused(Refusal.DAMAGED)
    return content


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_SIGNS = re.compile(_CONTROL.pattern.decode("latin-1"))
_MACRO_ENDINGS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "pptm", "potm", "ppsm"})
_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_WORD, _SHEET, _SLIDES = f"{_OFFICE}wordprocessingml", f"{_OFFICE}spreadsheetml", f"{_OFFICE}presentationml"

KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", _begins(b"%PDF-")),
    "odt": Kind(f"{_OPEN}text", _open_document(f"{_OPEN}text")),
    "ods": Kind(f"{_OPEN}spreadsheet", _open_document(f"{_OPEN}spreadsheet")),
    "odp": Kind(f"{_OPEN}presentation", _open_document(f"{_OPEN}presentation")),
    "docx": Kind(f"{_WORD}.document", _office_document("word/", f"{_WORD}.document.main+xml")),
    "xlsx": Kind(f"{_SHEET}.sheet", _office_document("xl/", f"{_SHEET}.sheet.main+xml")),
    "pptx": Kind(f"{_SLIDES}.presentation", _office_document("ppt/", f"{_SLIDES}.presentation.main+xml")),
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "txt": Kind("text/plain", _is_text),
    "csv": Kind("text/csv", _is_text),
}
"""What is taken, by the ending of the name."""
