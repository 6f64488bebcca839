"""What an organisation knows of people that a file names, and how an import stands.

`known_of` reads past the scoped entry point: it is for operations and jobs. The pages read through a sight.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Invitation, Membership, Organisation, User
from cockpit.models import ImportedRow, PeopleImport
from cockpit.queries.scope import Sight
from cockpit.rules.importing import Here, Known
from cockpit.rules.importing_files import Line
from foundation.models import Job

IMPORT, UNDO = "cockpit.import", "cockpit.undo-import"
"""Kinds of jobs."""
UNDO_WITHIN = timedelta(hours=24)
RECENT = 20
"""Earlier imports that the page lists."""

State, RowState = PeopleImport.State, ImportedRow.State


@dataclass(frozen=True)
class Found:
    """What is known, and by the same keys the accounts of people who belong to the organisation."""

    known: Known
    people: dict[tuple[str, str], int]


def line_of(row: ImportedRow) -> Line:
    """Return what a row says."""
    values = row.values
    return Line(
        row.number,
        values.get("name", ""),
        values.get("email", ""),
        values.get("username", ""),
        values.get("language", ""),
    )


def known_of(organisation: Organisation, lines: Iterable[Line], *, at: datetime, without: int | None = None) -> Found:
    """Return what an organisation knows of the people of a file. Cost: 4 queries, whatever the number of rows.

    Only its own members, invitations and cards are looked at, and for usernames whether anybody has them: an account of
    somebody else is never told of by its address. `without`: the import whose own cards are left out.
    """
    lines = list(lines)
    emails = {line.email for line in lines if line.email}
    usernames = {line.username.casefold() for line in lines if line.username and not line.email}
    by_email: dict[str, Here] = {}
    by_username: dict[str, Here] = {}
    people: dict[tuple[str, str], int] = {}

    for pk, email, username in _members(organisation, emails, usernames, at):
        if email in emails:
            by_email[email], people["email", email] = Here.MEMBER, pk
        if username.casefold() in usernames:
            by_username[username.casefold()], people["username", username.casefold()] = Here.MEMBER, pk
    members = Membership.objects.filter(_running(at), organisation=organisation).values("user")
    invited = Invitation.objects.filter(
        Q(state=Invitation.State.WAITING, expires_at__gt=at) | Q(state=Invitation.State.JOINED, person__in=members),
        organisation=organisation,
        role=Membership.Role.LEARNER,
    )
    for email, state, pk in invited.filter(email__in=emails).values_list("email", "state", "person"):
        if state == Invitation.State.JOINED:
            by_email.setdefault(email, Here.MEMBER)
            people.setdefault(("email", email), pk)
        else:
            by_email.setdefault(email, Here.INVITED)
    cards = _cards(invited, without) if any(not line.email for line in lines) else []
    for username, _name, state, pk in cards:
        if username.casefold() in usernames:
            by_username.setdefault(username.casefold(), Here.CARD)
        if state == Invitation.State.JOINED:
            people.setdefault(("username", username.casefold()), pk)
    taken = _taken(usernames) if usernames else frozenset()
    known = Known(by_email, by_username, [(username.casefold(), name) for username, name, _state, _pk in cards], taken)
    return Found(known, people)


def _running(at: datetime) -> Q:
    return Q(ended_at=None) | Q(ended_at__gt=at)


def _members(
    organisation: Organisation, emails: set[str], usernames: set[str], at: datetime
) -> Iterable[tuple[int, str, str]]:
    members = Membership.objects.filter(
        _running(at), organisation=organisation, role=Membership.Role.LEARNER, told_at__isnull=False
    ).annotate(username=Lower("user__username"))
    named = members.filter(Q(user__email__in=emails) | Q(username__in=usernames))
    return named.values_list("user", "user__email", "username")


def _cards(invited: QuerySet[Invitation], without: int | None) -> list[tuple[str, str, str, int]]:
    cards = invited.filter(email="", person__isnull=False)
    if without is not None:
        own = ImportedRow.objects.filter(people_import=without, invitation__isnull=False)
        cards = cards.exclude(pk__in=own.values("invitation"))
    return list(cards.values_list("person__username", "name", "state", "person"))


def _taken(usernames: set[str]) -> frozenset[str]:
    found = User.objects.annotate(name=Lower("username")).filter(name__in=usernames)
    return frozenset(name.casefold() for name in found.values_list("name", flat=True))


@dataclass(frozen=True)
class Overview:
    """An import in numbers. `mails` and `cards` are what it made or will make; `joined` are those who came meanwhile."""

    record: PeopleImport
    ready_mails: int
    ready_cards: int
    here: int
    problems: int
    left_out: int
    added_mails: int
    added_cards: int
    joined: int
    undone: int
    waiting_cards: int

    @property
    def ready(self) -> int:
        return self.ready_mails + self.ready_cards

    @property
    def added(self) -> int:
        return self.added_mails + self.added_cards

    @property
    def takes_back(self) -> int:
        """How many invitations and cards an undo would take back."""
        return self.added - self.joined


def imports_of(sight: Sight) -> QuerySet[PeopleImport]:
    """Return the imports of organisations that the viewer manages, the latest first."""
    found: QuerySet[PeopleImport] = sight.rows(PeopleImport, path="organisation")
    return found.select_related("organisation", "project").order_by("-made_at", "-pk")


def rows_of(sight: Sight, record: PeopleImport) -> QuerySet[ImportedRow]:
    """Return the rows of an import, in the order of the file."""
    found: QuerySet[ImportedRow] = sight.rows(ImportedRow, path="people_import__organisation")
    return found.filter(people_import=record).order_by("number")


def overview_of(sight: Sight, record: PeopleImport) -> Overview:
    """Return how an import stands. Cost: 1 query."""
    return overview(record, rows_of(sight, record))


def overview(record: PeopleImport, rows: QuerySet[ImportedRow]) -> Overview:
    """Return how an import with these rows stands. Cost: 1 query."""
    by_mail = ~Q(invitation__email="") & Q(invitation__isnull=False)
    added = Q(state=RowState.ADDED)
    joined = added & Q(invitation__state=Invitation.State.JOINED)
    waits = added & Q(invitation__state=Invitation.State.WAITING, invitation__email="")
    counts: dict[str, Any] = rows.order_by().aggregate(
        ready=Count("pk", filter=Q(state=RowState.READY)),
        ready_cards=Count("pk", filter=Q(state=RowState.READY, values__email="")),
        here=Count("pk", filter=Q(state=RowState.WAS_HERE)),
        problems=Count("pk", filter=Q(state=RowState.PROBLEM)),
        left_out=Count("pk", filter=Q(state=RowState.LEFT_OUT)),
        added=Count("pk", filter=added),
        added_mails=Count("pk", filter=added & by_mail),
        joined=Count("pk", filter=joined),
        undone=Count("pk", filter=Q(state=RowState.UNDONE)),
        waiting_cards=Count("pk", filter=waits),
    )
    return Overview(
        record=record,
        ready_mails=counts["ready"] - counts["ready_cards"],
        ready_cards=counts["ready_cards"],
        here=counts["here"],
        problems=counts["problems"],
        left_out=counts["left_out"],
        added_mails=counts["added_mails"],
        added_cards=counts["added"] - counts["added_mails"],
        joined=counts["joined"],
        undone=counts["undone"],
        waiting_cards=counts["waiting_cards"],
    )


def may_undo(record: PeopleImport, *, at: datetime) -> bool:
    """Say whether an import can be undone now: it was made or stopped less than 24 hours ago."""
    over = record.state in {State.DONE, State.STOPPED}
    return over and record.done_at is not None and at < record.done_at + UNDO_WITHIN


def job_key(record: PeopleImport) -> str:
    """Return the key of the job that is at an import, of this time that it was begun."""
    return f"{record.public_id}:{record.run_count}"


def job_of(record: PeopleImport) -> Job | None:
    """Return the job that is at an import, if one is. Cost: none, or 1 query. Rows of jobs tell of nobody."""
    kinds = {State.RUNNING: IMPORT, State.UNDOING: UNDO}
    if record.state not in kinds:
        return None
    return Job.objects.filter(kind=kinds[State(record.state)], key=job_key(record)).first()


def import_in(sight: Sight, public_id: UUID) -> PeopleImport | None:
    """Return an import of an organisation of the viewer's own; None for an absent or foreign one. Cost: 1 query."""
    return imports_of(sight).filter(public_id=public_id).first()
