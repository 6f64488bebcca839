"""Who can be reminded, what reminders there were, and what became of them: all out of the sight."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from accounts.models import Notification
from cockpit.models import Reminder
from cockpit.queries.people import followed
from cockpit.queries.scope import Sight
from cockpit.rules.people import State
from cockpit.rules.reminding import MOST_AT_ONCE
from progress.models import Enrolment

REMINDER = "cockpit.reminder"
"""Kind of the messages."""
WAITING = (State.STUCK, State.NOT_STARTED)
_HEX = 32


@dataclass(frozen=True, slots=True)
class Fate:
    """How many messages of a reminder ended in one way."""

    state: str
    label: str
    count: int


def remindable(sight: Sight, *, ids: Iterable[UUID] = (), states: Iterable[str] = ()) -> list[Enrolment]:
    """Return enrolments of the viewer's own organisations that were chosen, by public id or by state. Cost: 1 query.

    No more than are reminded at once; who waits longest comes first.
    """
    rows: QuerySet[Any] = followed(sight).filter(organisation__in=sight.own)
    rows = rows.filter(status__in=list(states)) if states else rows.filter(public_id__in=list(ids))
    rows = rows.select_related("learner", "organisation", "course", "start_edition", "completion")
    return list(rows.defer("start_edition__manifest").order_by("pause_from", "pk")[:MOST_AT_ONCE])


def reminders_of(sight: Sight) -> QuerySet[Reminder]:
    """Return reminders sent for the viewer's own organisations, the latest first, each with how many were meant."""
    rows: QuerySet[Reminder] = sight.rows(Reminder, path="organisation")
    rows = rows.select_related("organisation", "sent_by").annotate(meant=Count("receivers"))
    return rows.order_by("-sent_at", "-pk")


def messages_of_reminder(sight: Sight, reminder: Reminder) -> QuerySet[Notification]:
    """Return the messages of one reminder, with their people."""
    rows = sight.notifications().filter(kind=REMINDER, key__startswith=f"{reminder.public_id.hex}:")
    return rows.select_related("person").order_by("person__display_name", "pk")


def fates_of(sight: Sight, reminders: Iterable[Reminder]) -> dict[UUID, list[Fate]]:
    """Return what became of the messages of reminders, by public id. Cost: 1 query."""
    causes = {reminder.public_id.hex: reminder.public_id for reminder in reminders}
    rows = (
        sight.notifications()
        .filter(kind=REMINDER, organisation__in={reminder.organisation_id for reminder in reminders})
        .annotate(cause=Substr("key", 1, _HEX))
        .filter(cause__in=list(causes))
        .order_by()
        .values_list("cause", "state")
        .annotate(count=Count("pk"))
    )
    found: dict[UUID, list[Fate]] = defaultdict(list)
    for cause, state, count in rows:
        found[causes[cause]].append(Fate(state, str(Notification.State(state).label), count))
    return found


def messages_of(sight: Sight, *, state: str = "", kind: str = "") -> QuerySet[Notification]:
    """Return messages that were sent for the viewer's own organisations, the latest first, narrowed by what is given."""
    rows = sight.notifications().select_related("person", "organisation", "sender").order_by("-posted_at", "-pk")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(kind=kind) if kind else rows


def states_counted(sight: Sight) -> dict[str, int]:
    """Return how many messages are in each state. Cost: 1 query."""
    rows = sight.notifications().order_by().values_list("state").annotate(count=Count("pk"))
    return dict(rows)
