"""A zip that somebody sent: looked at before anything is unpacked, and read no further than it may be.

A zip says of itself how large its files are. It may lie, so all is counted again while it is read.
"""

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO

from courses.rules.package.form import (
    MOST_BYTES,
    MOST_DIRECTORY,
    MOST_DOCUMENT,
    MOST_JSON,
    MOST_MEMBERS,
    MOST_NOTES,
    MOST_RATIO,
    MOST_UNPACKED,
    PackageProblem,
    PackageUnreadable,
    gettext_noop,
    is_member,
)

_CHUNK = 64 * 1024
_MEGABYTE = 1024 * 1024
_END = struct.Struct("<4s4H2LH")
_FAR_END = 20  # bytes of what leads to the end of a large zip (APPNOTE 6.3.10, 4.3.15)
_ENCRYPTED = 0x1
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# What zipfile raises for bytes that are no zip, or are one only at first sight.
_UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    MemoryError,
    IndexError,
    struct.error,
    zlib.error,
)
_NO_ZIP = PackageProblem(gettext_noop("This is not a zip file, or it is damaged."))


class Archive:
    """The files of a package. Names are known and occur once; sizes are within the limits, as far as it says."""

    def __init__(self, opened: BinaryIO) -> None:
        """Look at the list of contents.

        :raises PackageUnreadable: with each thing that a package may not hold.
        """
        _check_end(opened)
        with _said():
            self._zip = zipfile.ZipFile(opened)
            entries = self._zip.infolist()
        problems = _problems(entries)
        if problems:
            raise PackageUnreadable(*problems[:MOST_NOTES])
        self._entries = {entry.filename: entry for entry in entries}
        self._read_count = 0

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def size(self, name: str) -> int:
        """Return how many bytes a file has, as the zip says."""
        return self._entries[name].file_size

    def chunks(self, name: str, *, most: int = MOST_DOCUMENT) -> Iterator[bytes]:
        """Yield the bytes of a file, at most `most` of them.

        :raises PackageUnreadable: if it is not there, is damaged, or holds more.
        """
        if name not in self._entries:
            raise PackageUnreadable(PackageProblem(gettext_noop("This file is missing."), where=name))
        too_large = PackageProblem(gettext_noop("This file is too large."), where=name)
        count = 0
        with _said(name), self._zip.open(self._entries[name]) as member:
            while chunk := member.read(_CHUNK):
                count += len(chunk)
                self._read_count += len(chunk)
                if count > most or self._read_count > 4 * MOST_UNPACKED:
                    raise PackageUnreadable(too_large)
                yield chunk

    def read(self, name: str, *, most: int = MOST_JSON) -> bytes:
        """Return the bytes of a file.

        :raises PackageUnreadable: as `chunks` does.
        """
        return b"".join(self.chunks(name, most=most))

    def opened(self, name: str) -> IO[bytes]:
        """Return a file to read from and to jump in; zipfile gives no more bytes than the list of contents says."""
        return self._zip.open(self._entries[name])

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file, read in pieces.

        :raises PackageUnreadable: as `chunks` does.
        """
        found = hashlib.sha256()
        for chunk in self.chunks(name):
            found.update(chunk)
        return found.hexdigest()


@contextmanager
def _said(name: str = "") -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        if name:
            damaged = PackageProblem(gettext_noop("This file is damaged."), where=name)
            raise PackageUnreadable(damaged) from error
        raise PackageUnreadable(_NO_ZIP) from error


def _check_end(opened: BinaryIO) -> None:
    """Look at the end of the zip, which says how long its list of contents is: zipfile reads all of that at once."""
    opened.seek(0, 2)
    length = opened.tell()
    if length > MOST_BYTES:
        raise PackageUnreadable(PackageProblem(gettext_noop("The file is larger than 200 MB.")))
    opened.seek(max(0, length - _END.size - 0xFFFF))
    tail = opened.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _END.size:
        raise PackageUnreadable(_NO_ZIP)
    _mark, _disk, _first, _here, count, size, _offset, _comment = _END.unpack_from(tail, place)
    # A second end, for zips of more than 4 GB, would count instead of this one, and say another length.
    opened.seek(max(0, length - len(tail) + place - _FAR_END))
    if opened.read(_FAR_END).startswith(b"PK\6\7"):
        raise PackageUnreadable(_NO_ZIP)
    if count > MOST_MEMBERS or size > MOST_DIRECTORY:
        raise PackageUnreadable(PackageProblem(gettext_noop("The zip holds more files than a course can have.")))
    opened.seek(0)


def _problems(entries: list[zipfile.ZipInfo]) -> list[PackageProblem]:
    problems = []
    seen: set[str] = set()
    if len(entries) > MOST_MEMBERS:
        return [PackageProblem(gettext_noop("The zip holds more files than a course can have."))]
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        problems.append(PackageProblem(gettext_noop("Unpacked, the zip would be larger than 400 MB.")))
    for entry in entries:
        name = entry.orig_filename
        words = _problem_of(entry, name, is_double=name.casefold() in seen)
        if words:
            problems.append(PackageProblem(words, where=_shown(name)))
        seen.add(name.casefold())
    return problems


def _problem_of(entry: zipfile.ZipInfo, name: str, *, is_double: bool) -> str:
    """Return why this file may not be in a package, in words, or an empty text."""
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        return gettext_noop("The name of this file leads out of the package.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return gettext_noop("This is a link to another file, not a file.")
    if not is_member(name) or entry.filename != name:
        return gettext_noop("A file of this name does not belong into a package.")
    if is_double:
        return gettext_noop("This file is there twice.")
    if entry.flag_bits & _ENCRYPTED:
        return gettext_noop("This file is encrypted.")
    if entry.compress_type not in _PACKED_BY:
        return gettext_noop("This file is packed in a way that is not read here.")
    if entry.file_size > (MOST_DOCUMENT if name.startswith("media/") else MOST_JSON):
        return gettext_noop("This file is too large.")
    if entry.file_size > _MEGABYTE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        return gettext_noop("Unpacked, this file would be more than 200 times as large.")
    return ""


def _shown(name: str) -> str:
    """Return a name that can be shown and stored: what is no plain sign of it is replaced, and it is not long."""
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in name[:80])
