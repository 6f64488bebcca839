"""Make an evidence pack: asked for on a page, made by a job in small steps, the same bytes each time.

pack = ask_for_pack(token=uuid4(), asked_by=manager, place=place, project=None, period=period, names="totals", ...)

Each step writes a file below a folder of the pack in the private storage `evidence`, under a name that says which step
it is: a step that is done again after a kill writes the same file again. The last one puts them into the zip.
"""

import io
import json
import logging
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Cluster, Organisation, Project, User
from accounts.operations.notifying import notify
from accounts.queries.visibility import visibility_of
from certificates.printing import NoPrinter
from cockpit.models import EvidencePack
from cockpit.operations.packs_files import add_to_zip, csv_bytes, json_bytes, sha256_of, write_csv, write_xlsx
from cockpit.operations.packs_pdf import report_pdf
from cockpit.queries.evidence import Line, Question, Report, count_lines, read_frame, read_lines, read_report
from cockpit.queries.evidence_help import read_help
from cockpit.queries.evidence_tables import Cell, Table, list_columns, list_rows, method_of, tables_of
from cockpit.queries.packs import JOB, MAIL, code_key, may_have_names, question_about
from cockpit.queries.scope import NothingToSee, Place, Sight, sight_of
from cockpit.rules.evidence import Period, PeriodProblem, period_problem
from cockpit.rules.evidence_sheet import told_counts
from foundation import scope
from foundation.jobs import Step
from foundation.operations import start_job
from foundation.rules.canonical import canonical_json

logger = logging.getLogger(__name__)
FILES = 1 << 40
"""Where the cursor of a job stands once the list is read: beyond any number of an enrolment."""
_LINES = "lines-"


class PackRefused(ValueError):
    """There is no such pack: the period is not over, for one, or names may not be given."""

    def __init__(self, problem: PeriodProblem | str) -> None:
        super().__init__(str(problem))
        self.problem = problem


def ask_for_pack(
    *,
    token: UUID,
    asked_by: User,
    place: Place | None,
    project: Project | None,
    period: Period,
    names: str,
    language: str,
    sheet: Mapping[str, Mapping[str, int]],
    at: datetime,
) -> EvidencePack:
    """Write down that a pack is wanted, and begin to make it. A form sent twice, by its token, is one pack.

    `sheet`: counts of a sheet that was filled in outside; kept is only what may be said of them. The caller has seen
    that the place and the project are in the sight of who asks.

    :raises PackRefused: if the period has no report, or names are asked for without a legal basis.
    """
    problem = period_problem(period, today=localdate(at))
    if problem is not None:
        raise PackRefused(problem)
    if names == EvidencePack.Names.NAMES and not may_have_names(project):
        raise PackRefused("names")
    with transaction.atomic():
        # One after another, so that no two sheets of one moment are told without a look at each other.
        User.objects.select_for_update(no_key=True).get(pk=asked_by.pk)
        pack, is_new = EvidencePack.objects.get_or_create(
            public_id=token,
            defaults={
                "asked_by": asked_by,
                "asked_at": at,
                "project": project,
                "organisation": _organisation_of(place),
                "cluster": _cluster_of(place),
                "first_day": period.first_day,
                "last_day": period.last_day,
                "names": names,
                "language": language,
                "extra_totals": _told(sheet),
            },
        )
        if is_new:
            start_job(kind=JOB, key=str(pack.public_id), payload={"pack": pack.pk}, at=at)
    return pack


def count_to_make(payload: Mapping[str, Any]) -> int:
    """Return how many rows and files the job of a pack has to make."""
    pack = _pack(payload)
    if pack is None:
        return 0
    try:
        with scope.guarded():
            lines = count_lines(_question(pack, pack.asked_at)) if pack.names != EvidencePack.Names.TOTALS else 0
    except NothingToSee:
        return 0
    return lines + len(_PARTS)


def make_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Make the next part of a pack: the step of a job. Reads through the sight of who asked, as it is now."""
    pack = _pack(payload)
    if pack is None or pack.made_at is not None:
        return Step(cursor=cursor, done=0, finished=True)
    try:
        with override(pack.language), scope.guarded():
            question = _question(pack, at)
            if pack.names != EvidencePack.Names.TOTALS and cursor < FILES:
                step = _read_more(pack, question, cursor, has_ended=_has_list_ended(pack, at))
                if step is not None:
                    return step
            number = max(cursor - FILES, 0)
            _PARTS[number](_Making(pack, question, _has_list_ended(pack, at)))
    except NothingToSee:
        EvidencePack.objects.filter(pk=pack.pk).update(problem="nothing-to-see", made_at=at)
        return Step(cursor=cursor, done=0, finished=True)
    is_last = number + 1 == len(_PARTS)
    if is_last:
        _finish(pack, at)
    return Step(cursor=FILES + number + 1, done=1, finished=is_last)


def sight_for(pack: EvidencePack, at: datetime) -> Sight:
    """Return what who asked for a pack sees now, narrowed to its place. Cost: 3 queries.

    :raises NothingToSee: if they see nothing of it any more.
    """
    if pack.asked_by is None:
        raise NothingToSee
    place = pack.organisation or pack.cluster
    sight = sight_of(pack.asked_by, at=at, chosen=place.public_id if place else None)
    if pack.project and not sight.projects().filter(pk=pack.project.pk).exists():
        raise NothingToSee
    return sight


@dataclass(frozen=True)
class _Making:
    """A pack in the making, with what its parts are made of."""

    pack: EvidencePack
    question: Question
    has_list_ended: bool = False

    def method_of(self, report: Report) -> tuple[str, ...]:
        return method_of(report, self.pack.names, has_list_ended=self.has_list_ended)

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        return list_rows(self.lines(), with_names=self.has_names, has_ended=self.has_list_ended)

    def report(self) -> tuple[Report, tuple[Table, ...]]:
        report = read_report(self.question, language=self.pack.language)
        helped = read_help(self.question, language=self.pack.language)
        return report, tables_of(report, self.pack.extra_totals, helped)

    @property
    def has_names(self) -> bool:
        return self.pack.names == EvidencePack.Names.NAMES

    @property
    def has_list(self) -> bool:
        return self.pack.names != EvidencePack.Names.TOTALS

    @property
    def day(self) -> date:
        """The day that files and everything in them bear: the last one of the period."""
        return self.pack.last_day

    @property
    def title(self) -> str:
        return _("Evidence report: %(subject)s") % {"subject": self.question.subject}

    def facts(self) -> list[tuple[str, str]]:
        """Return what the report is about, as lines to read."""
        project = self.pack.project
        place = self.pack.organisation or self.pack.cluster
        days = self.question.period
        found = [
            (
                _("Period"),
                _("%(first)s to %(last)s")
                % {
                    "first": date_format(days.first_day, "DATE_FORMAT"),
                    "last": date_format(days.last_day, "DATE_FORMAT"),
                },
            ),
            (_("Enterprises of"), str(place) if place else ""),
            (_("List"), str(self.pack.get_names_display())),
        ]
        if project is not None:
            found += [
                (_("Project"), project.name),
                (_("Funder"), project.funder),
                (_("Programme"), project.programme),
                (_("Grant number"), project.grant_number),
                (_("Work package"), project.work_package),
            ]
        return [(label, value) for label, value in found if value]

    def lines(self) -> Iterator[Line]:
        """Yield the lines that the steps before wrote down, in their order."""
        storage = storages["evidence"]
        _folders, files = storage.listdir(str(self.pack.public_id))
        for name in sorted(name for name in files if name.startswith(_LINES)):
            with storage.open(f"{self.pack.public_id}/{name}") as part:
                for text in part:
                    values = json.loads(text)
                    for key in ("enrolled_on", "completed_on", "certified_on"):
                        values[key] = date.fromisoformat(values[key]) if values[key] else None
                    yield Line(**values)


def _read_more(pack: EvidencePack, question: Question, cursor: int, *, has_ended: bool) -> Step | None:
    """Write down the next lines of the list; None where there are no more."""
    frame = read_frame(question, language=pack.language)
    has_names = pack.names == EvidencePack.Names.NAMES and not has_ended
    lines = read_lines(frame, after=cursor, with_names=has_names, key=code_key())
    if not lines:
        return None
    text = "".join(json.dumps(asdict(line), ensure_ascii=False, default=str) + "\n" for line in lines)
    _save(pack, f"{_LINES}{cursor:016d}.jsonl", text.encode())
    return Step(cursor=lines[-1].number, done=len(lines), finished=False)


def _make_tables(making: _Making) -> None:
    report, tables = making.report()
    facts = {
        "schema": 1,
        "about": dict(making.facts()),
        "period": {
            "first_day": making.pack.first_day.isoformat(),
            "last_day": making.pack.last_day.isoformat(),
        },
        "names": making.pack.names,
        "language": making.pack.language,
        "method": list(making.method_of(report)),
    }
    _save(making.pack, "report.json", json_bytes(facts, tables))
    for table in tables:
        _save(making.pack, f"{table.key}.csv", csv_bytes(table.columns, table.rows))
    if making.has_list:
        with tempfile.TemporaryFile() as made:
            text = io.TextIOWrapper(made, encoding="utf-8", newline="", write_through=True)
            write_csv(text, list_columns(with_names=making.has_names), making.rows())
            text.flush()
            made.seek(0)
            _save_file(making.pack, "list.csv", made)
            text.detach()


def _make_pdf(making: _Making) -> None:
    report, tables = making.report()
    try:
        pdf = report_pdf(
            title=making.title,
            facts=making.facts(),
            method=making.method_of(report),
            tables=tables,
            visibility=visibility_of(making.pack.project, making.pack.language),
            day=making.day,
        )
    except NoPrinter:
        logger.info("No PDF in evidence packs on this machine: Pango is not installed.")
        return
    _save(making.pack, "report.pdf", pdf)


def _make_xlsx(making: _Making) -> None:
    report, tables = making.report()
    texts = [f"{label}: {value}" for label, value in making.facts()]
    listed = (
        (
            list_columns(with_names=making.has_names),
            making.rows(),
        )
        if making.has_list
        else None
    )
    with tempfile.TemporaryFile() as made:
        write_xlsx(
            made,
            title=making.title,
            texts=[*texts, *making.method_of(report)],
            tables=tables,
            lines=listed,
            day=making.day,
        )
        made.seek(0)
        _save_file(making.pack, "report.xlsx", made)


def _make_zip(making: _Making) -> None:
    """Put the files into the zip, with a manifest of their digests, and note it in the pack's row."""
    storage, folder = storages["evidence"], str(making.pack.public_id)
    _folders, names = storage.listdir(folder)
    with tempfile.TemporaryFile() as made:
        digests = {}
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for name in sorted(name for name in names if not name.startswith(_LINES)):
                with storage.open(f"{folder}/{name}") as part:
                    digests[name] = add_to_zip(target, name, part, day=making.day)
            manifest = canonical_json({"schema": 1, "algorithm": "SHA-256", "files": digests}).encode() + b"\n"
            add_to_zip(target, "manifest.json", io.BytesIO(manifest), day=making.day)
        making.pack.sha256 = sha256_of(made)
        making.pack.file = f"{folder}.zip"
        storage.delete(making.pack.file)
        storage.save(making.pack.file, File(made))


_PARTS: tuple[Callable[[_Making], None], ...] = (_make_tables, _make_pdf, _make_xlsx, _make_zip)


def _finish(pack: EvidencePack, at: datetime) -> None:
    """Note that a pack is made, tell who asked, and clear its folder away."""
    EvidencePack.objects.filter(pk=pack.pk).update(file=pack.file, sha256=pack.sha256, made_at=at, problem="")
    if pack.asked_by is not None:
        notify(
            kind=MAIL,
            key=str(pack.public_id),
            values={"pack": pack.pk},
            person=pack.asked_by,
            organisation=pack.organisation,
            at=at,
        )
    transaction.on_commit(lambda: _clear(pack), robust=True)


def _clear(pack: EvidencePack) -> None:
    storage, folder = storages["evidence"], str(pack.public_id)
    _folders, names = storage.listdir(folder)
    for name in names:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


def _pack(payload: Mapping[str, Any]) -> EvidencePack | None:
    rows = EvidencePack.objects.select_related("project", "organisation", "cluster", "asked_by")
    return rows.filter(pk=payload["pack"]).first()


def _question(pack: EvidencePack, at: datetime) -> Question:
    return question_about(sight_for(pack, at), pack)


def _has_list_ended(pack: EvidencePack, at: datetime) -> bool:
    return pack.project is not None and not pack.project.keeps_list_on(localdate(at))


def _organisation_of(place: Place | None) -> Organisation | None:
    return Organisation.objects.get(public_id=place.public_id) if place and not place.is_cluster else None


def _cluster_of(place: Place | None) -> Cluster | None:
    return Cluster.objects.get(public_id=place.public_id) if place and place.is_cluster else None


def _told(sheet: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return what may be said of the counts of a sheet, beside all that other packs said of columns of the same name.

    All packs are looked at, also of other places: a cluster's report and that of one of its enterprises differ by the
    people of the others.
    """
    if not sheet:
        return {}
    earlier: dict[str, list[Mapping[str, int]]] = {}
    for totals in EvidencePack.objects.exclude(extra_totals={}).values_list("extra_totals", flat=True).iterator():
        for heading, counts in totals.items():
            earlier.setdefault(heading.casefold(), []).append(counts)
    return {heading: told_counts(counts, earlier.get(heading.casefold(), ())) for heading, counts in sheet.items()}


def _save(pack: EvidencePack, name: str, data: bytes) -> None:
    _save_file(pack, name, ContentFile(data))


def _save_file(pack: EvidencePack, name: str, data: Any) -> None:
    storage, path = storages["evidence"], f"{pack.public_id}/{name}"
    storage.delete(path)
    storage.save(path, data if isinstance(data, File) else File(data))
