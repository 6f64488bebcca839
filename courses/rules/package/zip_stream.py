"""A zip made while it is sent. Python's own zipfile writes to what cannot be rewound, so no library is needed for it."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

# Packed already: to pack them again costs time and gains nothing.
_STORED = (".gif", ".jpg", ".jpeg", ".png", ".webp", ".mp4", ".webm", ".docx", ".odt", ".xlsx", ".ods", ".pptx", ".odp")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""A zip knows no time before."""


@dataclass
class Sent:
    """What was written so far: the SHA-256 and the number of bytes of each file, by its name."""

    sha256: dict[str, str] = field(default_factory=dict)
    byte_counts: dict[str, int] = field(default_factory=dict)


class _Sink:
    """Takes bytes from zipfile and gives them on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def drained(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data


def zip_stream(members: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime, sent: Sent) -> Iterator[bytes]:
    """Yield a zip of files that are given one after another, each in pieces; `sent` is filled in as it goes.

    It holds one piece at a time, and the names. `at` is the time that each file has in it.
    """
    sink = _Sink()
    moment = max(_EARLIEST, at.timetuple()[:6])
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it only writes
        for name, pieces in members:
            entry = zipfile.ZipInfo(name, date_time=moment)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            digest, count = hashlib.sha256(), 0
            with archive.open(entry, "w") as opened:
                for piece in pieces:
                    opened.write(piece)
                    digest.update(piece)
                    count += len(piece)
                    if data := sink.drained():
                        yield data
            sent.sha256[name], sent.byte_counts[name] = digest.hexdigest(), count
            yield sink.drained()
    yield sink.drained()
