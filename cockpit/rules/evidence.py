"""What an evidence pack counts, of whom and when. Values in, figures out: the same rows and days give the same figures.

Everything counted is a row that is never changed, or the date of one. What may still change (a cached figure, a
withdrawal, who is a member today) is not read.
"""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

MOST_DAYS = 3660
"""Days of a period: ten years, as long as a certificate register lasts."""

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12


class PeriodProblem(StrEnum):
    """Why there is no report of a period."""

    ORDER = "order"
    NOT_OVER = "not-over"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both counted."""

    first_day: date
    last_day: date

    def begins(self, zone: tzinfo) -> datetime:
        """Return the first moment of the period."""
        return datetime.combine(self.first_day, time(), zone)

    def ends(self, zone: tzinfo) -> datetime:
        """Return the first moment after it."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), zone)

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month that the period touches."""
        count = (self.last_day.year - self.first_day.year) * 12 + self.last_day.month - self.first_day.month
        start = self.first_day.year * 12 + self.first_day.month - 1
        return tuple(date((start + n) // 12, (start + n) % 12 + 1, 1) for n in range(count + 1))


def period_problem(period: Period, *, today: date) -> PeriodProblem | None:
    """Return why there is no report of a period. A day that is not over may still bring rows: its figures would change."""
    if period.last_day < period.first_day:
        return PeriodProblem.ORDER
    if period.last_day >= today:
        return PeriodProblem.NOT_OVER
    return PeriodProblem.TOO_LONG if (period.last_day - period.first_day).days >= MOST_DAYS else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation said of itself from a moment on."""

    valid_from: datetime
    name: str
    country: str
    size_band: str


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An organisation as it was at the end of a period."""

    number: int
    name: str
    country: str
    size_band: str


def enterprise_at(number: int, now: tuple[str, str, str], profiles: Iterable[Profile], ends: datetime) -> Enterprise:
    """Return an organisation as it was just before `ends`: its last profile of then, else its earliest, else `now`.

    `now`: name, country, size band of the row. The earliest profile is what was true before the first change.
    """
    ordered = sorted(profiles, key=lambda profile: profile.valid_from)
    of_then = [profile for profile in ordered if profile.valid_from < ends] or ordered[:1]
    if not of_then:
        return Enterprise(number, *now)
    chosen = of_then[-1] if ordered[0].valid_from < ends else of_then[0]
    return Enterprise(number, chosen.name, chosen.country, chosen.size_band)


@dataclass(slots=True)
class Figures:
    """What is counted. `minutes` are notional: what the course says that a step takes, for each step that was done."""

    people: set[int] = field(default_factory=set)
    enrolments: int = 0
    minutes: int = 0
    completions: int = 0
    certificates: int = 0

    @property
    def participants(self) -> int:
        return len(self.people)

    def counts(self) -> tuple[int, int, int, int, int]:
        """Participants, new enrolments, minutes, completions, certificates."""
        return (self.participants, self.enrolments, self.minutes, self.completions, self.certificates)


@dataclass(frozen=True, slots=True)
class Joined:
    """An enrolment made by the end of a period. `is_new`: in the period."""

    person: int
    organisation: int
    course: int
    month: date
    is_new: bool


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something in a month of the period."""

    organisation: int
    course: int
    month: date
    count: int


@dataclass(slots=True)
class Facts:
    """The figures of a period, in all and apart. Countries and sizes are those of enterprises at the period's end.

    Of months nobody is counted as a participant: a person takes part in several.
    """

    total: Figures = field(default_factory=Figures)
    by_enterprise: dict[int, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_country: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_size: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_course: dict[int, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_month: dict[date, Figures] = field(default_factory=lambda: defaultdict(Figures))

    def cells(self, enterprise: Enterprise, course: int, month: date | None) -> list[Figures]:
        """Return the figures that a row of an enterprise and a course counts in."""
        found = [
            self.total,
            self.by_enterprise[enterprise.number],
            self.by_country[enterprise.country],
            self.by_size[enterprise.size_band],
            self.by_course[course],
        ]
        return [*found, self.by_month[month]] if month is not None else found


def fold(
    *,
    period: Period,
    enterprises: Mapping[int, Enterprise],
    joined: Iterable[Joined],
    minutes: Iterable[Count],
    completions: Iterable[Count],
    certificates: Iterable[Count],
) -> Facts:
    """Return the figures of a period. Rows of enterprises that are not named are left out.

    A participant is a person with an enrolment made by the period's end, counted once in all and once in each part.
    """
    facts = Facts()
    for month in period.months:
        facts.by_month[month] = Figures()
    for row in joined:
        if row.organisation not in enterprises:
            continue
        enterprise = enterprises[row.organisation]
        for cell in facts.cells(enterprise, row.course, None):
            cell.people.add(row.person)
        if row.is_new:
            for cell in facts.cells(enterprise, row.course, row.month):
                cell.enrolments += 1
    for name, rows in (("minutes", minutes), ("completions", completions), ("certificates", certificates)):
        for count in rows:
            if count.organisation in enterprises:
                for cell in facts.cells(enterprises[count.organisation], count.course, count.month):
                    setattr(cell, name, getattr(cell, name) + count.count)
    return facts


def hours_of(minutes: int) -> str:
    """Return minutes as hours with two decimals, half up: a text, the same in every file.

    >>> hours_of(90), hours_of(1), hours_of(0)
    ('1.50', '0.02', '0.00')
    """
    hundredths = (minutes * 100 + 30) // 60
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def code_of(person: int, *, key: bytes, about: Sequence[str]) -> str:
    """Return what stands for a person in the reports of one subject and period: 60 bits of an HMAC, not to be turned back.

    The same person has another code in any other report, so that two reports cannot be laid side by side.
    """
    told = hmac.new(key, "\0".join(["evidence", *about, str(person)]).encode(), "sha256").digest()
    value = int.from_bytes(told[:8], "big")
    letters = "".join(_CODE_ALPHABET[value >> (5 * place) & 31] for place in range(_CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
