"""A report as tables in words: the same on screen and in every file, so that the counts are the same everywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import SizeBand
from certificates.operations.countries import country_name
from cockpit.models import EvidencePack
from cockpit.queries.evidence import Line, Report
from cockpit.queries.impact import CourseHelp, help_lines
from cockpit.rules.evidence import Figures, hours_of
from cockpit.rules.evidence_sheet import NOT_SAID
from progress.rules.helping import SHOWN_FROM

Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` is its name in files for programs, `label` the heading."""

    key: str
    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: `per_mille` of the longest."""

    label: str
    value: str
    per_mille: int
    y: int

    @property
    def width(self) -> int:
        """Of 360 at most, beside the words."""
        return max(self.per_mille * 36 // 100, 1)

    @property
    def value_x(self) -> int:
        """Where the number stands, just behind the bar."""
        return 204 + self.width + 8


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report. `keys` name its rows for programs; empty where the rows have no such name."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...] = ()
    note: str = ""
    chart_column: str = ""

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The chart of the table: one column as bars, in the order of the rows; none for a single row."""
        place = next((n for n, column in enumerate(self.columns) if column.key == self.chart_column), None)
        if place is None or not 1 < len(self.rows) <= 40:
            return ()
        values = [row[place] if isinstance(row[place], int) else _thousandths(str(row[place])) for row in self.rows]
        most = max((int(value) for value in values), default=0)
        return tuple(
            Bar(str(row[0]), str(row[place]), int(value) * 1000 // most if most else 0, 28 * number)
            for number, (row, value) in enumerate(zip(self.rows, values, strict=True))
        )

    def labelled(self, at_most: int) -> list[list[tuple[Cell, Column]]]:
        """Return the first rows, each cell with its column, as a phone shows them below each other."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows[:at_most]]

    @property
    def chart_label(self) -> str:
        """What the bars are of."""
        return next((column.label for column in self.columns if column.key == self.chart_column), "")

    @property
    def chart_height(self) -> int:
        return 28 * len(self.rows)


def tables_of(
    report: Report, extra: Mapping[str, Mapping[str, int]], helped: Sequence[CourseHelp] = ()
) -> tuple[Table, ...]:
    """Return the tables of a report in the language that is active. `extra`: totals of a sheet, as they are said.

    `helped`: what people answered to "Did it help?".
    """
    facts = report.facts
    names = {pk: enterprise.name for pk, enterprise in report.enterprises.items()}
    sizes = dict(SizeBand.choices)
    found = [
        _table("total", _("In all"), _("Report"), [("total", _("In all"), facts.total)]),
        _table(
            "enterprises",
            _("By enterprise"),
            _("Enterprise"),
            sorted(((str(pk), names[pk], cell) for pk, cell in facts.by_enterprise.items()), key=_by_name),
            chart="participants",
            with_keys=False,
        ),
        _table(
            "countries",
            _("By country of the enterprise"),
            _("Country"),
            sorted(((code, country_name(code), cell) for code, cell in facts.by_country.items()), key=_by_name),
            chart="participants",
        ),
        _table(
            "sizes",
            _("By size of the enterprise"),
            pgettext("of an enterprise", "Size"),
            [(band, str(sizes[band]), facts.by_size[band]) for band in SizeBand.values if band in facts.by_size],
            chart="participants",
        ),
        _table(
            "courses",
            _("By course"),
            _("Course"),
            sorted(
                ((report.courses[pk].key, report.courses[pk].title, cell) for pk, cell in facts.by_course.items()),
                key=_by_name,
            ),
            chart="completions",
        ),
        _table(
            "months",
            _("By month"),
            _("Month"),
            [(f"{month:%Y-%m}", date_format(month, "F Y"), cell) for month, cell in sorted(facts.by_month.items())],
            chart="hours",
            without=("participants",),
        ),
    ]
    return (*found, *_help_tables(helped), *_extra_tables(extra))


def method_of(report: Report, names: str, *, has_list_ended: bool = False) -> tuple[str, ...]:
    """Return how the figures came about, a paragraph each, in the language that is active."""
    question = report.question
    days = {
        "first": date_format(question.period.first_day, "DATE_FORMAT"),
        "last": date_format(question.period.last_day, "DATE_FORMAT"),
    }
    paragraphs = [
        _(
            "The period is %(first)s to %(last)s, both days counted, in the time zone %(zone)s. It was over when the"
            " report was made."
        )
        % {**days, "zone": settings.TIME_ZONE},
        _(
            "Participants are people with an enrolment that was made by the end of the period. Each is counted once in"
            " all, and once for each enterprise and course. New enrolments are those made in the period."
        ),
        _(
            "Notional hours are not measured: for each step that was done in the period they count the minutes that the"
            " course gives for it, as frozen in the edition that the step was done in. Hours are minutes divided by 60."
        ),
        _(
            "Completions are courses completed in the period. Certificates are those issued in the period that stood at"
            " its end; one that replaces another is not counted again. What is withdrawn later changes no report."
        ),
        _(
            "Counted is what people did for an enterprise while they belonged to it, once they had been told who sees"
            " it, by the end of the period at the latest. What they did alone is not in this report."
        ),
        _(
            "Name, country and size of an enterprise are those at the end of the period; titles of courses those of the"
            " last edition in it. A person is of an enterprise by the enrolment, not by where they work now."
        ),
        _(
            "The figures come from records that are only added to. Whoever leaves, moves or is erased later stays"
            " counted: the same days give the same figures."
        ),
        _(
            "Participants of each enterprise are given in full. Of attributes of people, counts below 5 are not shown,"
            " nor others from which they could be worked out; also not against another report of the same sheet."
        ),
    ]
    if names == EvidencePack.Names.PSEUDONYMS:
        paragraphs.append(
            _(
                "The list has a code in the place of each name. It is made with a secret that only this site has, and is"
                " another one in each other report."
            )
        )
    elif names == EvidencePack.Names.NAMES and question.project is not None and has_list_ended:
        day = question.project.retention_until
        paragraphs.append(
            _("The project kept its list of participants until %(day)s. It is deleted, so the list has no names.")
            % {"day": date_format(day, "DATE_FORMAT") if day else ""}
        )
    elif names == EvidencePack.Names.NAMES and question.project is not None:
        paragraphs.append(
            _("The list has names. Its legal basis: %(basis)s.") % {"basis": question.project.get_names_basis_display()}
        )
    return tuple(paragraphs)


def list_columns(*, with_names: bool) -> tuple[Column, ...]:
    """Return the columns of a list of enrolments."""
    named = (Column("name", _("Name")),) if with_names else ()
    return (
        Column("code", _("Code")),
        *named,
        Column("enterprise", _("Enterprise")),
        Column("course", _("Course")),
        Column("enrolled_on", _("Enrolled on")),
        Column("notional_minutes", _("Notional minutes in the period"), is_number=True),
        Column("completed_on", _("Completed in the period, on")),
        Column("certificate_on", _("Certificate in the period, on")),
    )


def list_rows(lines: Iterable[Line], *, with_names: bool, has_ended: bool = False) -> Iterable[tuple[Cell, ...]]:
    """Yield the cells of a list. Days as ISO 8601 writes them. `has_ended`: the project keeps names no more."""
    erased = _("erased")
    ended = _("no longer kept")
    for line in lines:
        named = (ended if has_ended else erased if line.is_erased else line.name,) if with_names else ()
        yield (
            line.code,
            *named,
            line.enterprise,
            line.course,
            line.enrolled_on.isoformat(),
            line.minutes,
            line.completed_on.isoformat() if line.completed_on else "",
            line.certified_on.isoformat() if line.certified_on else "",
        )


def _table(
    key: str,
    title: str,
    first: str,
    rows: Sequence[tuple[str, str, Figures]],
    *,
    chart: str = "",
    without: Sequence[str] = (),
    with_keys: bool = True,
) -> Table:
    columns = (
        Column("participants", _("Participants"), is_number=True),
        Column("enrolments", _("New enrolments"), is_number=True),
        Column("minutes", _("Notional minutes"), is_number=True),
        Column("hours", _("Notional hours"), is_number=True),
        Column("completions", _("Completions"), is_number=True),
        Column("certificates", _("Certificates"), is_number=True),
    )
    kept = [n for n, column in enumerate(columns) if column.key not in without]
    return Table(
        key=key,
        title=title,
        columns=(Column("of", first), *(columns[n] for n in kept)),
        rows=tuple((label, *(_cells(cell)[n] for n in kept)) for _key, label, cell in rows),
        keys=tuple(name for name, _label, _cell in rows) if with_keys else (),
        chart_column=chart,
    )


def _cells(cell: Figures) -> tuple[Cell, ...]:
    people, enrolments, minutes, completions, certificates = cell.counts()
    return (people, enrolments, minutes, hours_of(minutes), completions, certificates)


def _help_tables(helped: Sequence[CourseHelp]) -> Iterable[Table]:
    rows = tuple(line for course in helped for line in help_lines(course))
    if not rows:
        return
    yield Table(
        key="did-it-help",
        title=_("Did it help?"),
        columns=(
            Column("course", _("Course")),
            Column("question", _("Question")),
            Column("when", _("When")),
            Column("answer", _("Answer")),
            Column("people", _("People"), is_number=True),
        ),
        rows=rows,
        note=_(
            "Answers without names, from %(count)d answers to a question on, in whole months of the period. Months"
            " with few answers are taken together with those after them, and count where all of them lie in the period."
        )
        % {"count": SHOWN_FROM},
    )


def _extra_tables(extra: Mapping[str, Mapping[str, int]]) -> Iterable[Table]:
    for number, (heading, counts) in enumerate(extra.items(), start=1):
        hidden = sum(count == NOT_SAID for count in counts.values())
        note = _("From a sheet that was filled in outside this site. Only these totals are kept of it.")
        if hidden:
            note += " " + ngettext(
                "%(count)d count is not shown, as few people are behind it or could be worked out from it.",
                "%(count)d counts are not shown, as few people are behind them or could be worked out from them.",
                hidden,
            ) % {"count": hidden}
        yield Table(
            key=f"sheet-{number}",
            title=heading,
            columns=(Column("answer", heading), Column("participants", _("Participants"), is_number=True)),
            rows=tuple(
                (value or _("no answer"), _("not shown") if count == NOT_SAID else count)
                for value, count in sorted(counts.items())
            ),
            note=note,
        )


def _by_name(row: tuple[str, str, Figures]) -> tuple[str, str]:
    return (row[1].casefold(), row[0])


def _thousandths(number: str) -> int:
    return int(number.replace(".", "")) if number.replace(".", "").isdigit() else 0
