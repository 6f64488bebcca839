"""Who may be reminded, when it goes out, and what of a manager's words is sent."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
LONGEST_TEXT = 1000
MOST_AT_ONCE = 1000
"""Reminders of one act."""


class Reason(StrEnum):
    """Why somebody gets no reminder, the one that stays true longest first."""

    DONE = "done"
    LEFT = "left"
    CLOSED = "closed"
    NO_ADDRESS = "no-address"
    OPTED_OUT = "opted-out"
    HAD_ENOUGH = "had-enough"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody in a course at the moment of reminding. `reminders`: in the week up to when it goes out."""

    is_done: bool = False
    has_left: bool = False
    is_active: bool = True
    has_address: bool = True
    is_wanted: bool = True
    reminders: int = 0


def reason_not_to_remind(facts: Facts, *, at_most: int) -> Reason | None:
    """Return why somebody gets no reminder; None where they may get one. `at_most`: reminders in a week."""
    if facts.is_done:
        return Reason.DONE
    if facts.has_left:
        return Reason.LEFT
    if not facts.is_active:
        return Reason.CLOSED
    if not facts.has_address:
        return Reason.NO_ADDRESS
    if not facts.is_wanted:
        return Reason.OPTED_OUT
    return Reason.HAD_ENOUGH if facts.reminders >= at_most else None


def is_quiet(moment: datetime, *, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> bool:
    """Return whether a moment lies in the quiet hours, by the clock on the wall. The same time twice means none.

    >>> is_quiet(datetime(2026, 1, 1, 22, tzinfo=UTC), quiet_from=time(18), quiet_until=time(8), zone=ZoneInfo("UTC"))
    True
    """
    clock = moment.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until


def goes_out_at(moment: datetime, *, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> datetime:
    """Return when a message posted at a moment goes out: at once, or when the quiet hours are over.

    On the nights when clocks change, too: an hour that does not exist is passed over, one that is there twice is quiet
    until its end comes after the moment.
    """
    going = moment
    for _night in range(3):
        if not is_quiet(going, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone):
            return going
        local = going.astimezone(zone)
        day = local.date() if local.time() < quiet_until else local.date() + timedelta(days=1)
        ends = [datetime.combine(day, quiet_until, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        going = next((end for end in ends if end > going.astimezone(UTC)), going + timedelta(days=1))
    return going


def cleaned_text(text: str) -> str:
    """Return what is sent of a manager's words: plain lines, no control or direction characters, no gaps of many lines."""
    lines = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        kept = "".join(
            sign if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} else " " for sign in line
        )
        lines.append(" ".join(kept.split()))
    paragraphs: list[str] = []
    for line in lines:
        if line or (paragraphs and paragraphs[-1]):
            paragraphs.append(line)
    return "\n".join(paragraphs).strip()[:LONGEST_TEXT]
