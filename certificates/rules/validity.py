"""How long a certificate is valid, and from when on it may be renewed. Days are those of the site's time zone."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


def add_months(day: date, months: int) -> date:
    """Return the same day of the month some months later, or earlier for a negative number.

    Where that month is shorter it is its last day: a month after 31 January is 28 or 29 February.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_day(issued: date, *, validity_months: int) -> date | None:
    """Return the last day of a certificate, which counts to its end; None where it does not expire (0 months)."""
    return add_months(issued, validity_months) if validity_months else None


def first_day_to_renew(issued: date, valid_until: date | None, *, recertification_months: int) -> date | None:
    """Return from which day on a certificate may be renewed; None where it never may.

    What does not expire needs no renewal. Never before its issue, however long the window is.
    """
    if valid_until is None or not recertification_months:
        return None
    return max(issued, add_months(valid_until, -recertification_months))


class Renewal(StrEnum):
    """Whether a certificate may be renewed now."""

    NEVER = "never"
    NOT_YET = "not-yet"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Window:
    """Whether it may be renewed, and from when on where that day is to come or has come."""

    renewal: Renewal
    opens: date | None

    @property
    def is_open(self) -> bool:
        return self.renewal is Renewal.NOW

    @property
    def is_to_come(self) -> bool:
        return self.renewal is Renewal.NOT_YET


def window_of(*, renewable_from: date | None, stands: bool, today: date) -> Window:
    """Return whether a certificate may be renewed on a day: from its first day on, and also after it expired.

    `stands`: neither withdrawn nor replaced nor doubtful; what was withdrawn is nothing to renew.
    """
    if renewable_from is None or not stands:
        return Window(Renewal.NEVER, None)
    return Window(Renewal.NOT_YET if today < renewable_from else Renewal.NOW, renewable_from)
