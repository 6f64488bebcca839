"""The steps of an import and of its undo: some rows each, one transaction with the place that was reached.

A worker that is killed loses the step it was at and nothing else: the next one begins there again. One row that cannot
be added is put back to be looked at, and the others go on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db import transaction

from accounts.models import Invitation, Organisation, User
from accounts.operations.carding_many import Newcomer, make_cards
from accounts.operations.inviting_many import Invitee, invite_many
from accounts.operations.joining import revoke_invitation
from cockpit.models import ImportedRow, PeopleImport
from cockpit.operations.importing_mails import tell_done
from cockpit.queries.importing import Found, known_of, line_of
from cockpit.queries.scope import NothingToSee, sight_of
from cockpit.rules.importing import ROW, Code, Here, check, key_of
from cockpit.rules.importing_words import USERNAME, language_of
from courses.models import Course
from foundation.jobs import Step
from progress.models import Cohort, Enrolment
from progress.operations import NotOffered
from progress.operations.cohorts import CohortClosed, NotAMember, enrol_for, join_cohort

AT_ONCE = 50
"""Rows of a step."""

State, RowState = PeopleImport.State, ImportedRow.State
_TO_DO = (RowState.READY, RowState.WAS_HERE)


def count_rows(payload: Mapping[str, Any]) -> int:
    """Return how many rows are to be looked at. Cost: 1 query."""
    return ImportedRow.objects.filter(people_import=payload["import"], state__in=_TO_DO).count()


def import_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Add the people of the next rows. It ends at once where it was stopped, or its maker manages there no more.

    Two imports of one organisation wait for each other, step by step, so that one person of two files is added once.
    """
    record = _lock(payload)
    if record is None or record.state != State.RUNNING:
        return Step(cursor, 0, finished=True)
    if not _may_go_on(record, at):
        record.state, record.done_at = State.STOPPED, at
        record.save(update_fields=["state", "done_at"])
        return Step(cursor, 0, finished=True)
    Organisation.objects.select_for_update(no_key=True).get(pk=record.organisation_id)
    waiting = record.rows.filter(number__gt=cursor, state__in=_TO_DO).order_by("number")
    rows = list(waiting[:AT_ONCE])
    found = known_of(record.organisation, [line_of(row) for row in rows], at=at, without=record.pk)
    place = _Place(record)
    to_invite: list[ImportedRow] = []
    to_card: list[ImportedRow] = []
    for row, checked in zip(rows, check([line_of(row) for row in rows], found.known), strict=True):
        if checked.problems:
            row.state, row.problems = RowState.PROBLEM, dict(checked.problems)
        elif checked.here is not None:
            row.state, row.problems = RowState.WAS_HERE, {ROW: checked.here.value}
            place.take_in(row, found, at)
        elif line_of(row).email:
            to_invite.append(row)
        else:
            to_card.append(row)
    _invite(to_invite, record, at)
    _make_cards(to_card, record, at)
    _save(rows)
    reached = rows[-1].number if rows else cursor
    is_over = not waiting.filter(number__gt=reached).exists()
    if is_over:
        record.state, record.done_at = State.DONE, at
        record.save(update_fields=["state", "done_at"])
        tell_done(record, at=at)
    return Step(reached, len(rows), finished=is_over)


def count_added(payload: Mapping[str, Any]) -> int:
    """Return how many rows an undo looks at. Cost: 1 query."""
    return ImportedRow.objects.filter(people_import=payload["import"], state=RowState.ADDED).count()


def undo_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Take back what the next rows made: invitations that wait, and accounts made for cards that nobody ever used.

    Who joined meanwhile stays.
    """
    record = _lock(payload)
    if record is None or record.state != State.UNDOING:
        return Step(cursor, 0, finished=True)
    added = record.rows.filter(number__gt=cursor, state=RowState.ADDED).order_by("number")
    rows = list(added.select_related("invitation__person")[:AT_ONCE])
    undone: list[int] = []
    unused: list[int] = []
    for row in rows:
        invitation = row.invitation
        if invitation is not None and not revoke_invitation(invitation=invitation, at=at):
            continue  # answered: the person is in
        undone.append(row.pk)
        if invitation is not None and not invitation.email and invitation.person is not None:
            unused.append(invitation.person.pk)
    _delete_never_used(unused, record.organisation)
    ImportedRow.objects.filter(pk__in=undone).update(state=RowState.UNDONE)
    reached = rows[-1].number if rows else cursor
    is_over = not added.filter(number__gt=reached).exists()
    if is_over:
        record.state, record.undone_at = State.UNDONE, at
        record.save(update_fields=["state", "undone_at"])
    return Step(reached, len(rows), finished=is_over)


def _lock(payload: Mapping[str, Any]) -> PeopleImport | None:
    rows = PeopleImport.objects.select_for_update(of=("self",)).select_related("organisation", "project", "made_by")
    return rows.filter(pk=payload["import"]).first()


def _may_go_on(record: PeopleImport, at: datetime) -> bool:
    """Return whether who made an import manages its organisation still. Cost: 3 queries."""
    if record.made_by is None or not record.made_by.is_active:
        return False
    try:
        return record.organisation_id in sight_of(record.made_by, at=at, with_closed=True).own
    except NothingToSee:
        return False


def _where(record: PeopleImport, at: datetime) -> dict[str, Any]:
    return {
        "organisation": record.organisation,
        "by": record.made_by,
        "at": at,
        "cohort_key": record.cohort_key,
        "course_key": record.course_key,
        "project": record.project,
    }


def _invite(rows: list[ImportedRow], record: PeopleImport, at: datetime) -> None:
    """Invite the people of rows. Somebody who was invited at this moment by another way is here already."""
    lines = [line_of(row) for row in rows]
    invitees = [Invitee(line.email, line.name, language_of(line.language) or record.language) for line in lines]
    made = invite_many(invitees=invitees, **_where(record, at))
    for row, line in zip(rows, lines, strict=True):
        row.invitation = made.get(line.email)
        row.state = RowState.ADDED if row.invitation else RowState.WAS_HERE
        row.problems = {} if row.invitation else {ROW: Here.INVITED.value}


def _make_cards(rows: list[ImportedRow], record: PeopleImport, at: datetime) -> None:
    """Add the people of rows with cards. Whose username somebody took meanwhile is put back to be looked at."""
    keys = {row.number: uuid5(record.public_id, str(row.number)) for row in rows}
    newcomers = [
        Newcomer(keys[line.number], line.name, language_of(line.language) or record.language, line.username)
        for line in map(line_of, rows)
    ]
    made = make_cards(newcomers=newcomers, **_where(record, at))
    for row in rows:
        row.invitation = made.get(keys[row.number])
        row.state = RowState.ADDED if row.invitation else RowState.PROBLEM
        row.problems = {} if row.invitation else {USERNAME: Code.TAKEN.value}


def _save(rows: list[ImportedRow]) -> None:
    """Write what became of rows. Nearly all were added: what is the same in them is written in one plain statement."""
    added = [row for row in rows if row.state == RowState.ADDED]
    ImportedRow.objects.filter(pk__in=[row.pk for row in added]).update(state=RowState.ADDED, problems={})
    ImportedRow.objects.bulk_update(added, ["invitation"])
    ImportedRow.objects.bulk_update([row for row in rows if row.state != RowState.ADDED], ["state", "problems"])


class _Place:
    """Where people who are here already come in: the cohort or the course of the import. Looked up when it is needed."""

    def __init__(self, record: PeopleImport) -> None:
        self._record = record
        self._cohort: Cohort | None = None
        self._course: Course | None = None
        self._is_looked_up = False

    def take_in(self, row: ImportedRow, found: Found, at: datetime) -> None:
        """Put somebody who belongs to the organisation into it, where the import names one. Again, nothing changes."""
        person_id = found.people.get(key_of(line_of(row)))
        if person_id is None or not (self._record.cohort_key or self._record.course_key):
            return
        self._look_up()
        person = User.objects.get(pk=person_id)
        try:
            with transaction.atomic():
                if self._cohort is not None:
                    join_cohort(cohort=self._cohort, person=person, at=at)
                elif self._course is not None:
                    enrol_for(
                        person=person,
                        course=self._course,
                        organisation=self._record.organisation,
                        project=self._record.project,
                        source=Enrolment.Source.MANAGER,
                        at=at,
                    )
        except (CohortClosed, NotAMember, NotOffered):  # they stay what they are: members
            return

    def _look_up(self) -> None:
        if self._is_looked_up:
            return
        self._is_looked_up = True
        record = self._record
        if record.cohort_key is not None:
            own = Cohort.objects.filter(public_id=record.cohort_key, organisation=record.organisation)
            self._cohort = own.select_related("course", "path", "project").first()
        elif record.course_key is not None:
            self._course = Course.objects.filter(key=record.course_key).first()


def _delete_never_used(people: list[int], organisation: Organisation) -> None:
    """Delete accounts that were made for cards of an organisation and that nobody ever opened. Cost: some 40 queries."""
    never_opened = User.objects.filter(pk__in=people, last_login=None, memberships=None, enrolments=None)
    of_here = never_opened.filter(cards__organisation=organisation).exclude(cards__used_at__isnull=False)
    waits = Invitation.objects.filter(state=Invitation.State.JOINED).exclude(person=None).values("person")
    unused = list(of_here.exclude(pk__in=waits).values_list("pk", flat=True).distinct())
    if unused:
        User.objects.filter(pk__in=unused).delete()
