"""What readers of `check_records` share: rows in parts of bounded size, seals, and work that goes wrong again and again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager, Model, QuerySet

from foundation.models import Job, OutboxMessage, SealField, seal_of_values, sealed_fields
from foundation.rules.canonical import digest

STUCK_AFTER = 30
"""Tries. The first nine wait less than an hour and a half together, the others an hour each: about a day."""


@dataclass(frozen=True)
class Reader:
    """Looks at every row of one kind, in constant memory.

    `read` yields a line for each: "" where all is well, else what differs, in words, and never from an answer key.
    `count` says how many lines there will be, for the progress bar.
    """

    read: Callable[[], Iterator[str]]
    count: Callable[[], int]

    def __call__(self) -> Iterator[str]:
        return self.read()


Readers = Mapping[str, Reader]
"""What is looked at -> its reader."""


class Seals:
    """Whether rows of a model still are what was sealed, from their columns alone.

    `names` are the columns to read; `differs` takes their values, the seal last.
    """

    def __init__(self, model: type[Model]) -> None:
        seal = next(field for field in model._meta.concrete_fields if isinstance(field, SealField))
        self._sealed = [field.attname for field in sealed_fields(model, seal.leaving_out)]
        self.names = (*self._sealed, seal.attname)

    def differs(self, values: Sequence[Any]) -> bool:
        try:
            return seal_of_values(self._sealed, values[:-1]) != values[-1]
        except TypeError:  # a number with a point, say, which nothing that is sealed holds
            return True


UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading JSON of another form than it should have comes to."""
SEAL_WORDS = "it was changed after it was written (its seal is another)"


def in_parts(rows: QuerySet[Any] | Manager[Any], names: Sequence[str], *, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the columns `names` of rows, in lists of at most `size`, by row number; the first column is that number.

    Cost: 1 query a part. Each begins where the last one ended, so nothing is held in the database meanwhile.
    """
    last = 0
    while part := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *names)[:size]):
        yield part
        last = part[-1][0]


def digest_differs(value: Any, sha256: str) -> bool:
    """Return whether JSON has another digest than it should, or is none that could have been frozen."""
    try:
        return digest(value) != sha256
    except TypeError:
        return True


def readable(look: Callable[[], list[str]]) -> list[str]:
    """Return what `look` finds, or that it could not be read: whatever a row holds, the rows after it are looked at."""
    try:
        return look()
    except UNREADABLE as error:
        return [f"what it holds cannot be read ({type(error).__name__})"]


def in_words(name: object, differences: Sequence[str]) -> str:
    """Return one line for a row, or "" where nothing differs."""
    return f"{name}: {'; '.join(differences)}" if differences else ""


def failing_work() -> Iterator[str]:
    """Look at messages and jobs that wait: whether one went wrong for about a day. Cost: 2 queries.

    What nobody tried yet is no difference: the worker's heartbeat says that it is away.
    """
    messages = OutboxMessage.objects.filter(done_at=None, given_up_at=None).order_by("pk")
    for pk, kind, tries in messages.values_list("pk", "kind", "attempt_count").iterator():
        yield f"message {pk} ({kind}): not done after {tries} tries" if tries > STUCK_AFTER else ""
    jobs = Job.objects.filter(finished_at=None).order_by("pk")
    for pk, kind, failures in jobs.values_list("pk", "kind", "failure_count").iterator():
        yield f"job {pk} ({kind}): went wrong {failures} times in a row" if failures > STUCK_AFTER else ""


def waiting_work_count() -> int:
    """Return how many messages and jobs wait. Cost: 2 queries."""
    messages = OutboxMessage.objects.filter(done_at=None, given_up_at=None)
    return messages.count() + Job.objects.filter(finished_at=None).count()


READERS: Readers = {"waiting work": Reader(failing_work, waiting_work_count)}
