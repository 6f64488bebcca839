"""The guard of the scoped entry point: inside it, a read of guarded tables that does not carry the mark raises.

    scope.guard_tables(["progress_enrolment"])
    with scope.guarded():
        Enrolment.objects.filter(scope.mark(), organisation__in=...)  # what the entry point gives; it may be narrowed
        Enrolment.objects.all()  # OutsideScope

It looks at the SQL that is really sent, so a lazy relation in a template and a report in a worker are held as well as
a view. It holds in production too: an error page is better than somebody else's people.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

_MARK = "/* in scope */"
_tables: set[str] = set()
_quoted = re.compile(r'"(\w+)"')
_lifted: ContextVar[bool] = ContextVar("scope_lifted", default=False)


class OutsideScope(RuntimeError):
    """Data of people was asked for without the scoped entry point."""


def guard_tables(names: Iterable[str]) -> None:
    """Name tables that only marked queries may read while the guard is up. Called from an app's `ready()`."""
    _tables.update(names)


def guarded_tables() -> frozenset[str]:
    return frozenset(_tables)


def mark() -> RawSQL:
    """Return a condition that is always true and shows, in the SQL, that the entry point made the query.

    Only entry points call it; a house test names them.
    """
    return RawSQL(f"1 = 1 {_MARK}", [], output_field=models.BooleanField())  # noqa: S611 - a constant


@contextmanager
def guarded() -> Iterator[None]:
    """Put the guard up for what is read inside."""
    with connection.execute_wrapper(_check):
        yield


@contextmanager
def lifted() -> Iterator[None]:
    """Let the guard down for one operation, on rows that came out of the entry point. A house test names who may."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def _check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if not _lifted.get() and _MARK not in sql and sql.lstrip("( ")[:6].upper() in {"SELECT", "WITH R", "DECLAR"}:
        touched = _tables.intersection(_quoted.findall(sql))
        if touched:
            raise OutsideScope(f"{', '.join(sorted(touched))} read without the scoped entry point")
    return execute(sql, params, many, context)
