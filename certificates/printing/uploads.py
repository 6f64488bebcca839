"""Inside the closed process: what a PDF that a stranger sent says of itself."""

import io
from collections.abc import Iterable
from typing import Any

import pikepdf
import pypdfium2

from certificates.rules.numbers import numbers_in, public_ids_in

_MAX_PAGES = 4  # ours have one or two
_MAX_CHARACTERS = 20_000  # of text, a page
_MAX_FILES = 4
_MAX_BADGE = 300_000  # characters: a badge of ours has about 6,000
_MAX_FOUND = 8


def warm_up() -> None:
    """Nothing is loaded later than with this module."""


def do(_words: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Read numbers, addresses and enclosed JSON files. Broken and locked files are an outcome like any other."""
    found: dict[str, Any] = {"outcome": "read", "numbers": [], "public_ids": [], "badges": []}
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as opened:
            texts = list(_metadata(opened))
            found["badges"] = list(_enclosed(opened))
            texts += _links(opened)
    except pikepdf.PasswordError:
        return found | {"outcome": "locked"}, b""
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return found | {"outcome": "broken"}, b""
    texts += _page_texts(data)
    for text in texts + found["badges"]:
        found["numbers"] += numbers_in(text)
        found["public_ids"] += public_ids_in(text)
    for name in ("numbers", "public_ids"):
        found[name] = list(dict.fromkeys(found[name]))[:_MAX_FOUND]
    return found, b""


def _metadata(opened: pikepdf.Pdf) -> Iterable[str]:
    info = opened.trailer.get("/Info")
    if isinstance(info, pikepdf.Dictionary):
        for name in ("/Title", "/Subject", "/Keywords"):
            if isinstance(info.get(name), pikepdf.String):
                yield str(info[name])[:_MAX_CHARACTERS]


def _enclosed(opened: pikepdf.Pdf) -> Iterable[str]:
    names = list(opened.attachments)[:_MAX_FILES]
    for name in names:
        try:
            data = opened.attachments[name].get_file().read_bytes()
            if len(data) <= _MAX_BADGE and data.lstrip()[:1] == b"{":
                yield data.decode()
        except (pikepdf.PdfError, ValueError):  # this one cannot be read; another may
            continue


def _links(opened: pikepdf.Pdf) -> list[str]:
    found = []
    for page in list(opened.pages[:_MAX_PAGES]):
        annotations = page.obj.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            continue
        for number, annotation in enumerate(annotations):
            if number == 100:
                break
            action = annotation.get("/A") if isinstance(annotation, pikepdf.Dictionary) else None
            if isinstance(action, pikepdf.Dictionary) and isinstance(action.get("/URI"), pikepdf.String):
                found.append(str(action.URI)[:2000])
    return found


def _page_texts(data: bytes) -> list[str]:
    """Return what stands on the first pages; what PDFium cannot read may still have been named in metadata."""
    texts = []
    try:
        document = pypdfium2.PdfDocument(data)
        for number in range(min(len(document), _MAX_PAGES)):
            page = document[number].get_textpage()
            texts.append(page.get_text_range(0, min(page.count_chars(), _MAX_CHARACTERS)))
    except (pypdfium2.PdfiumError, ValueError, UnicodeDecodeError):
        pass
    return texts
