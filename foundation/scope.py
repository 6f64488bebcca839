"""The guard of the scoped entry point: inside it, a read of guarded tables that does not carry the mark raises.

    scope.guard_tables(["progress_enrolment"], never=["progress_response"])
    with scope.guarded():
        Enrolment.objects.filter(scope.mark(), organisation__in=...)  # what the entry point gives; it may be narrowed
        Enrolment.objects.all()  # OutsideScope
        Response.objects.filter(scope.mark())  # OutsideScope: nobody reads answers here, with or without a mark

It looks at the SQL that is really sent, so a lazy relation in a template, a raw cursor and a report in a worker are
held as well as a view; and it holds changes as it holds reads. It holds in production too: an error page is better than
somebody else's people. It is of one connection: a view of managers begins no thread of its own (a house test).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from foundation.rules.scoped_sql import MARK, tables_past_the_mark

_tables: set[str] = set()
_never: set[str] = set()
_lifted: ContextVar[bool] = ContextVar("scope_lifted", default=False)


class OutsideScope(RuntimeError):
    """Data of people was asked for without the scoped entry point."""


def guard_tables(names: Iterable[str], *, never: Iterable[str] = ()) -> None:
    """Name tables that only marked queries may read while the guard is up, and those that none may (`never`).

    Called from an app's `ready()`.
    """
    _tables.update(names)
    _never.update(never)


def guarded_tables() -> frozenset[str]:
    return frozenset(_tables)


def mark() -> RawSQL:
    """Return a condition that is always true and shows, in the SQL, that the entry point made the query.

    Only entry points call it; a house test names them.
    """
    return RawSQL(f"1 = 1 {MARK}", [], output_field=models.BooleanField())  # noqa: S611 - a constant


@contextmanager
def guarded() -> Iterator[None]:
    """Put the guard up for what is read inside."""
    with connection.execute_wrapper(_check):
        yield


def guarded_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of an answer that is made while it is sent, with the guard up round each, and down between them."""
    source = iter(parts)
    while True:
        with guarded():
            part = next(source, None)
        if part is None:
            return
        yield part


@contextmanager
def lifted() -> Iterator[None]:
    """Let the guard down for one operation, on rows that came out of the entry point. A house test names who may."""
    token = _lifted.set(True)
    try:
        yield
    finally:
        _lifted.reset(token)


def _check(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if not _lifted.get():
        text = sql if isinstance(sql, str) else str(sql).replace("'", '"')  # composed: names of tables are texts in it
        past = tables_past_the_mark(text, frozenset(_tables - _never))
        # Without a mark nobody would look: a mark is taken out, so that these tables are found wherever they are named.
        past |= tables_past_the_mark(text.replace(MARK, ""), frozenset(_never))
        if past:
            raise OutsideScope(f"{', '.join(sorted(past))} read or changed without the scoped entry point")
    return execute(sql, params, many, context)
