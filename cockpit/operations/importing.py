"""Bring many people in: a file is looked over, its rows are mended, and a job adds them; for a day it can be undone.

record = look_over(organisation=hub, read=read_list(data), ...)
mend_rows(record=record, changes={7: {"email": "ana@example.org"}}, at=at)
start_import(record=record, at=at)

Nothing leaves the house before `start_import`. `cockpit.operations.importing_steps` does the work.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Invitation, Organisation, Project, SignInCard, User
from accounts.operations.cards import new_card
from cockpit.models import ImportedRow, PeopleImport
from cockpit.queries.importing import IMPORT, UNDO, job_key, known_of, line_of, may_undo
from cockpit.rules.importing import ROW, Checked, check, tidy
from cockpit.rules.importing_files import Line, ReadList
from foundation.operations import start_job

TEXTS_KEPT_FOR = timedelta(days=60)
_COLUMNS = ("name", "email", "username", "language")
_AT_ONCE = 500

State, RowState = PeopleImport.State, ImportedRow.State
_RESTING = (State.LOOKED_OVER, State.STOPPED, State.DONE)


class NotNow(Exception):
    """The import is being added or undone, or was: this cannot be done with it."""


class NeedsALook(Exception):
    """Some rows have a problem still."""


class NothingToAdd(Exception):
    """No row is left that could be added."""


def look_over(
    *,
    organisation: Organisation,
    read: ReadList,
    file_name: str,
    file_sha256: str,
    language: str,
    by: User,
    at: datetime,
    key: UUID,
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
) -> PeopleImport:
    """Keep what a file holds, with what is wrong with each row; nobody is added. Cost: some 10 queries.

    `key` is of the form: sent twice, it is one import. Whether it is the sender's is for the caller to know.
    """
    lines = [tidy(line) for line in read.lines]
    found = known_of(organisation, lines, at=at)
    try:
        with transaction.atomic():
            record = PeopleImport.objects.create(
                public_id=key,
                organisation=organisation,
                cohort_key=cohort_key,
                course_key=course_key,
                project=project,
                file_name=file_name,
                file_sha256=file_sha256,
                language=language,
                made_by=by,
                made_at=at,
            )
            rows = [_filled(ImportedRow(people_import=record), checked) for checked in check(lines, found.known)]
            ImportedRow.objects.bulk_create(rows, batch_size=_AT_ONCE)
    except IntegrityError:  # the same form, sent twice
        return PeopleImport.objects.get(public_id=key)
    return record


def mend_rows(
    *,
    record: PeopleImport,
    changes: Mapping[int, Mapping[str, str]],
    at: datetime,
    left_out: Collection[int] = (),
    leaves_all_out: bool = False,
) -> int:
    """Write what was typed into rows that need a look, or leave them out; check all anew. Return how many still do.

    `changes` and `left_out` name rows by number. A row that needs no look any more is left as it is: another window
    mended it. Cost: some 10 queries, whatever the number of rows.

    :raises NotNow: if the import is being added or undone, or was undone.
    """
    with transaction.atomic():
        locked = _lock(record)
        if locked.state not in _RESTING:
            raise NotNow
        open_rows = locked.rows.filter(state__in=[RowState.PROBLEM, RowState.READY, RowState.WAS_HERE])
        rows = list(open_rows.order_by("number"))
        before = {row.pk: (row.state, row.values, row.problems) for row in rows}
        for row in rows:
            if row.state != RowState.PROBLEM:
                continue
            if leaves_all_out or row.number in left_out:
                row.state = RowState.LEFT_OUT
            elif row.number in changes:
                typed = changes[row.number]
                row.values = {**row.values, **{name: typed[name] for name in _COLUMNS if name in typed}}
        kept = [row for row in rows if row.state != RowState.LEFT_OUT]
        # Those added already come first, so that it is the other row of a pair that needs a look.
        added = [line_of(row) for row in locked.rows.filter(state=RowState.ADDED).order_by("number")]
        lines = [tidy(line_of(row)) for row in kept]
        found = known_of(locked.organisation, lines, at=at, without=locked.pk)
        for row, checked in zip(kept, check([*added, *lines], found.known)[len(added) :], strict=True):
            _filled(row, checked)
        changed = [row for row in rows if (row.state, row.values, row.problems) != before[row.pk]]
        ImportedRow.objects.bulk_update(changed, ["values", "problems", "state"], batch_size=_AT_ONCE)
    return sum(row.state == RowState.PROBLEM for row in rows)


def start_import(*, record: PeopleImport, at: datetime) -> PeopleImport:
    """Begin to add the people of an import; a job does it. Pressed twice, it is one job.

    After a stop it goes on where it was; after the end it adds rows that were mended later.

    :raises NeedsALook: if a row has a problem still.
    :raises NothingToAdd: if no row is left to be added.
    :raises NotNow: if it is being undone, or was.
    """
    with transaction.atomic():
        locked = _lock(record)
        if locked.state == State.RUNNING:
            return locked
        if locked.state not in _RESTING:
            raise NotNow
        if locked.rows.filter(state=RowState.PROBLEM).exists():
            raise NeedsALook
        takes_in = locked.state != State.DONE and (locked.cohort_key or locked.course_key)
        states = [RowState.READY, RowState.WAS_HERE] if takes_in else [RowState.READY]
        if not locked.rows.filter(state__in=states).exists():
            raise NothingToAdd
        locked.state, locked.done_at = State.RUNNING, None
        locked.begun_at = locked.begun_at or at
        locked.run_count += 1
        locked.save(update_fields=["state", "begun_at", "done_at", "run_count"])
        start_job(kind=IMPORT, key=job_key(locked), payload={"import": locked.pk}, at=at)
    return locked


def stop_import(*, record: PeopleImport, at: datetime) -> None:
    """Add nobody more. Who was added stays; it can go on later, or be undone. Where it does not run, nothing changes."""
    with transaction.atomic():
        locked = _lock(record)
        if locked.state == State.RUNNING:
            locked.state, locked.done_at = State.STOPPED, at
            locked.save(update_fields=["state", "done_at"])


def undo_import(*, record: PeopleImport, at: datetime) -> PeopleImport:
    """Begin to take back what an import made and nobody answered yet; a job does it. Pressed twice, it is one job.

    :raises NotNow: if it ended more than 24 hours ago, or never began, or runs.
    """
    with transaction.atomic():
        locked = _lock(record)
        if locked.state in {State.UNDOING, State.UNDONE}:
            return locked
        if not may_undo(locked, at=at):
            raise NotNow
        locked.state = State.UNDOING
        locked.run_count += 1
        locked.save(update_fields=["state", "run_count"])
        start_job(kind=UNDO, key=job_key(locked), payload={"import": locked.pk}, at=at)
    return locked


def print_cards(*, record: PeopleImport, by: User, at: datetime, most: int) -> dict[str, str]:
    """Make the cards of an import anew, to be printed; return their secrets by the public id of each.

    Secrets are nowhere to be read again, so what was printed before and not used opens nothing any more. Of more people
    than `most`, those whose card is the oldest: pressed again, the next ones. Who came already needs no card.
    """
    unused = SignInCard.objects.filter(
        used_at=None,
        revoked_at=None,
        organisation=record.organisation,
        person__invitations__in=record.rows.filter(
            state=RowState.ADDED, invitation__state=Invitation.State.WAITING, invitation__email=""
        ).values("invitation"),
    )
    secrets = {}
    with transaction.atomic():
        for old in unused.select_related("person", "organisation").order_by("made_at", "pk")[:most]:
            card, secret = new_card(person=old.person, organisation=old.organisation, by=by, at=at)
            secrets[str(card.public_id)] = secret
    return secrets


def forget_import_texts(*, at: datetime) -> int:
    """Empty the rows of imports that were made 60 days ago or more, and delete those never begun. Return how many rows.

    What became of each row stays, so that the numbers of an import do.
    """
    old = PeopleImport.objects.filter(made_at__lte=at - TEXTS_KEPT_FOR)
    with transaction.atomic():
        old.filter(state=State.LOOKED_OVER).delete()
        rows = ImportedRow.objects.filter(people_import__in=old.exclude(state__in=[State.RUNNING, State.UNDOING]))
        rows.filter(state__in=[RowState.READY, RowState.PROBLEM]).update(state=RowState.LEFT_OUT)
        return rows.exclude(values={}).update(values={}, problems={})


def _lock(record: PeopleImport) -> PeopleImport:
    locked = PeopleImport.objects.select_for_update(of=("self",)).select_related("organisation")
    return locked.get(pk=record.pk)


def _filled(row: ImportedRow, checked: Checked) -> ImportedRow:
    row.number, row.values = checked.line.number, _values(checked.line)
    row.problems = dict(checked.problems)
    row.state = RowState.PROBLEM if checked.problems else RowState.READY
    if checked.here is not None:
        row.state, row.problems = RowState.WAS_HERE, {ROW: checked.here.value}
    return row


def _values(line: Line) -> dict[str, str]:
    values = asdict(line)
    del values["number"]
    return values
