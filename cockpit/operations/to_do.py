"""A manager's own list of things to do. Nobody else reads it."""

from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from cockpit.models import ToDo

MOST = 200
"""Lines a person may have open at once."""


class ListFull(Exception):
    """There are as many lines as a list takes."""


def add_to_do(*, person: User, key: UUID, text: str, due_date: date | None, at: datetime) -> None:
    """Put a line on somebody's list. `key` comes with the form: sent twice, it is one line. Cost: 2 or 3 queries.

    :raises ListFull: if too many are open.
    """
    if ToDo.objects.filter(public_id=key).exists():
        return
    if ToDo.objects.filter(person=person, done_at=None).count() >= MOST:
        raise ListFull
    ToDo.objects.bulk_create(
        [ToDo(public_id=key, person=person, text=text, due_date=due_date, made_at=at)], ignore_conflicts=True
    )


def mark_done(*, to_do: ToDo, at: datetime) -> None:
    """Note that a line is done; done again, the first time stays. Cost: 1 query."""
    ToDo.objects.filter(pk=to_do.pk, done_at=None).update(done_at=at)


def mark_open(*, to_do: ToDo) -> None:
    """Open a line again. Cost: 1 query."""
    ToDo.objects.filter(pk=to_do.pk).update(done_at=None)


def delete_to_do(*, to_do: ToDo) -> None:
    """Take a line away. Cost: 1 query."""
    ToDo.objects.filter(pk=to_do.pk).delete()
