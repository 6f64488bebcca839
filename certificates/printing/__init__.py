"""From HTML to PDF, from PDF to picture, and the reading of PDFs that strangers send: all in closed processes.

A closed process has no way out: no network, no file but fonts and its own code, bounded time and memory. It is forked
for one job from a `workshop`, which has loaded what the job needs and read nothing of it; see `shop.py` (this side),
`workshop.py` (that side) and decision 0025. What a page needs it brings along as `data:` addresses.
"""

import ctypes.util
import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache

from certificates.printing.shop import JobFailed, Limits, Shop

# Seconds on the clock, of which 0.1 to 0.3 are usual and several where other work goes on; and of the processor.
PAGE_LIMITS = Limits(seconds=20, processor_seconds=10, megabytes=512)
PICTURE_LIMITS = Limits(seconds=10, processor_seconds=5, megabytes=384)
UPLOAD_LIMITS = Limits(seconds=1.8, processor_seconds=2, megabytes=256)
MAX_UPLOAD_BYTES = 5_000_000  # a certificate of ours has about 80,000
PICTURE_PIXELS = 1414
"""Width of a picture of a page: A4 landscape at 121 dots per inch, 1414 x 1000."""

_printer = Shop("printer")
_reader = Shop("reader")


class NotPrinted(Exception):
    """The page was not printed this time: it took too long, too much memory, or the printer met something unexpected."""


class NoPrinter(NotPrinted):
    """This machine has no Pango, which sets the text: there is no PDF here at all."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that travels inside the PDF: its name, media type, text, what it is, and the moment it is of (ISO 8601)."""

    name: str
    media_type: str
    text: str
    description: str
    made_at: str


class UploadOutcome(StrEnum):
    """What became of an uploaded file."""

    READ = "read"
    TOO_LARGE = "too_large"  # over 5 MB: not looked into
    NOT_A_PDF = "not_a_pdf"
    LOCKED = "locked"  # asks for a password
    BROKEN = "broken"
    TOOK_TOO_LONG = "took_too_long"  # or too much memory, or this machine is busy: worth another try


@dataclass(frozen=True, slots=True)
class UploadReading:
    """What an untrusted PDF says of itself: claims to look up, never facts.

    `numbers` and `public_ids` in the order they were found, as they are printed; `badges` the texts of attached JSON
    files. `sha256` is that of the bytes, also where nothing could be read.
    """

    outcome: UploadOutcome
    sha256: str
    numbers: tuple[str, ...] = ()
    public_ids: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()


@cache
def can_print() -> bool:
    """Return whether this machine can print, without loading the printer into this process."""
    libraries = all(ctypes.util.find_library(name) for name in ("pango-1.0", "pangoft2-1.0"))
    return libraries and importlib.util.find_spec("weasyprint") is not None


def print_page(pages: Sequence[str], *, identifier: str, enclosed: Enclosed | None = None) -> bytes:
    """Return the PDF of the first of `pages` that fits: the n-th is the page as it is set on n sheets.

    The same pages, identifier (32 hexadecimal digits) and enclosed file give the same bytes on the same machine.

    :raises NoPrinter: where the machine cannot print.
    :raises NotPrinted: if it could not be printed within `PAGE_LIMITS`, or names anything but `data:` addresses.
    """
    if not can_print():
        raise NoPrinter("Pango is not installed on this machine")
    job = {"pages": list(pages), "identifier": identifier, "enclosed": asdict(enclosed) if enclosed else None}
    try:
        _, pdf = _printer.ask("page", job, b"", PAGE_LIMITS)
    except JobFailed as error:
        raise NotPrinted(str(error)) from error
    return pdf


def picture_of_page(pdf: bytes, *, page: int = 1, width: int = PICTURE_PIXELS) -> bytes:
    """Return a page of a PDF of ours as PNG, `width` pixels wide: the same bytes for the same PDF.

    :raises NotPrinted: if it cannot be drawn within `PICTURE_LIMITS`.
    """
    try:
        _, png = _reader.ask("picture", {"page": page, "width": width}, pdf, PICTURE_LIMITS)
    except JobFailed as error:
        raise NotPrinted(str(error)) from error
    return png


def read_upload(data: bytes) -> UploadReading:
    """Return what an uploaded file says of itself, within 2 seconds and whatever it is: it raises nothing.

    Refuse by size before reading: `MAX_UPLOAD_BYTES`.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        return UploadReading(UploadOutcome.TOO_LARGE, hashlib.sha256(data).hexdigest())
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.startswith(b"%PDF-"):
        return UploadReading(UploadOutcome.NOT_A_PDF, sha256)
    try:
        read, _ = _reader.ask("upload", {}, data, UPLOAD_LIMITS)
    except JobFailed as error:
        return UploadReading(UploadOutcome.TOOK_TOO_LONG if error.ran_out else UploadOutcome.BROKEN, sha256)
    return UploadReading(
        UploadOutcome(read["outcome"]),
        sha256,
        numbers=tuple(read["numbers"]),
        public_ids=tuple(read["public_ids"]),
        badges=tuple(read["badges"]),
    )
