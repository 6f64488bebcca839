"""Work that needs one state of the database from its first read to its last write, tried again when another was quicker."""

import random
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

Made = TypeVar("Made")

TRIES = 20
_LONGEST_PAUSE = 0.05  # seconds, at random, so that two that met do not meet again
_TRY_AGAIN = {"40001", "40P01"}  # PostgreSQL: could not serialise; deadlock


def in_one_snapshot(work: Callable[[], Made]) -> Made:
    """Do `work` in a REPEATABLE READ transaction and return what it returns.

    Inside a transaction of the caller it is part of that one as it is, and is not tried again.

    :raises OperationalError: when others were quicker 20 times.
    """
    for tries_left in range(TRIES - 1, -1, -1):
        try:
            with _snapshot():
                return work()
        except (OperationalError, IntegrityError) as error:
            if not tries_left or connection.in_atomic_block or not _is_a_race(error):
                raise
            time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311  # no secret: only spreads the tries
    raise AssertionError("the last try returns or raises")


@contextmanager
def _snapshot() -> Generator[None]:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _is_a_race(error: Exception) -> bool:
    # An IntegrityError is two that make the same row: the anchor of a new course, or an address.
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "pgcode", None) in _TRY_AGAIN
