"""A date as a calendar file (RFC 5545): one event, in UTC, with an identity that stays and a number that rises."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_OCTETS = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar needs to know. `uid` stays the same for ever, `sequence` rises with each change (3.8.7.4).

    `made_at`: when the file is made (3.8.7.2); all else equal, it makes the same bytes.
    """

    uid: str
    sequence: int
    begins_at: datetime
    minutes: int
    title: str
    description: str
    place: str
    url: str
    made_at: datetime
    is_cancelled: bool = False


def calendar_file(event: Event, *, product: str) -> bytes:
    """Return the file. `product` names what made it: "-//Site//Sessions//EN"."""
    ends_at = event.begins_at + timedelta(minutes=event.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{escaped(product)}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{_moment(event.made_at)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART:{_moment(event.begins_at)}",
        f"DTEND:{_moment(ends_at)}",
        f"SUMMARY:{escaped(event.title)}",
        *([f"DESCRIPTION:{escaped(event.description)}"] if event.description else []),
        *([f"LOCATION:{escaped(event.place)}"] if event.place else []),
        *([f"URL:{_one_line(event.url)}"] if event.url else []),
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(folded(line) for line in lines).encode()


def escaped(text: str) -> str:
    r"""Return text as a property value holds it (3.3.11); characters that no value may hold are left out.

    >>> escaped("Bring: paper, pen; a\\b\r\nand time")
    'Bring: paper\\, pen\\; a\\\\b\\nand time'
    """
    lines = "\n".join(text.splitlines())
    kept = "".join(character for character in lines if character in "\n\t" or character.isprintable())
    for character in "\\;,":
        kept = kept.replace(character, f"\\{character}")
    return kept.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line in parts of at most 75 octets, each but the first after a space (3.1); no character is cut."""
    parts, part, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += character
        size += octets
    return "\r\n".join([*parts, part]) + "\r\n"


def _one_line(url: str) -> str:
    return "".join(character for character in url if character.isprintable())


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
