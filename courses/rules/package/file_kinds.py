"""Whether the bytes of a document are what its name says. Only its beginning is looked at: nothing is opened here."""

from collections.abc import Callable, Mapping

HEAD = 4096
"""Bytes of the beginning that are enough to tell."""

_CONTROL = set(range(32)) - {9, 10, 12, 13}


def _is_text(head: bytes) -> bool:
    return not set(head) & _CONTROL and not head.lstrip().startswith((b"%PDF", b"{\\rtf", b"<"))


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _is_office(head: bytes) -> bool:
    return head.startswith(b"PK\3\4") and (b"[Content_Types].xml" in head or b"_rels/" in head or b"docProps/" in head)


def _is_open_document(head: bytes) -> bool:
    # Its first file is stored, is named so, and says what the document is (OpenDocument 1.3, part 2, 3.3).
    return head.startswith(b"PK\3\4") and b"mimetypeapplication/vnd.oasis.opendocument." in head[:200]


_KINDS: Mapping[str, Callable[[bytes], bool]] = {
    "pdf": _begins(b"%PDF-"),
    "txt": _is_text,
    "csv": _is_text,
    "vtt": lambda head: head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"),
    "docx": _is_office,
    "xlsx": _is_office,
    "pptx": _is_office,
    "odt": _is_open_document,
    "ods": _is_open_document,
    "odp": _is_open_document,
    "mp4": lambda head: head[4:8] == b"ftyp",
    "webm": _begins(b"\x1a\x45\xdf\xa3"),
}

DOCUMENTS = frozenset(_KINDS)
PICTURES: Mapping[str, str] = {"gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
"""Extensions of pictures, with the names that Pillow has for them."""


def fits(head: bytes, extension: str) -> bool:
    """Return whether a document that begins so can be of the kind that its extension says."""
    is_kind = _KINDS.get(extension)
    return is_kind is not None and is_kind(head[:HEAD])
