"""`manage.py check_records`: frozen records against their seals and digests, figures against what they follow from."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import connection, transaction
from django.utils import timezone

from certificates.queries.differences import READERS as CERTIFICATE_READERS
from courses.operations.settling import heal_editions
from courses.queries.differences import READERS as COURSE_READERS
from foundation.queries.differences import READERS as WORK_READERS
from foundation.queries.differences import Reader, Readers
from progress.queries.differences import READERS as PROGRESS_READERS

READERS: Readers = {**COURSE_READERS, **PROGRESS_READERS, **CERTIFICATE_READERS, **WORK_READERS}
_LISTED = 200
_BAR = 30  # characters
_REDRAWN_AFTER = 0.2  # seconds


class Command(BaseCommand):
    help = (
        "Hash every frozen record, fold every kept figure and every result again, look at every rule that holds "
        "between records; list what differs, and fail where anything does. Changes nothing, but for --repair-editions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair-editions",
            action="store_true",
            help="before looking, settle every course whose last edition differs from its live pages",
        )
        parser.add_argument(
            "--list", type=int, default=_LISTED, metavar="N", help=f"list N differences at most ({_LISTED})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair_editions"]:
            for key in heal_editions(at=timezone.now()):
                self.stdout.write(f"{key}: settled anew")
        difference_count = 0
        with one_snapshot():
            for name, reader in READERS.items():
                looked_at = differing = 0
                for difference in with_bar(name, to_the_end(reader), self.stderr):
                    looked_at += 1
                    if difference:
                        differing += 1
                        if difference_count + differing <= options["list"]:
                            self.stderr.write(f"{name}: {difference}")
                difference_count += differing
                if options["verbosity"]:
                    self.stdout.write(f"{name}: {looked_at} looked at, {differing} differ")
        if difference_count:
            unlisted = difference_count - options["list"]
            listed = f"All but {unlisted} are listed above." if unlisted > 0 else "They are listed above."
            raise CommandError(f"{difference_count} records differ from what they should be. {listed}")


def to_the_end(reader: Reader) -> Reader:
    """Return a reader whose last line says so where it cannot go on: the readers after it look at their rows."""

    def read() -> Iterator[str]:
        try:
            yield from reader()
        except Exception as error:  # noqa: BLE001 - what a hand wrote into a row may break any line that reads it
            yield f"could not go on, the rows after this are not looked at: {type(error).__name__}: {error}"

    return Reader(read, reader.count)


@contextmanager
def one_snapshot() -> Generator[None]:
    """See one state of the database: what is written meanwhile is no difference. Nobody waits for it."""
    if connection.in_atomic_block:  # the caller's
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Not `atomic`: that begins with the writers' lock. A reader's transaction sees the state of its first query.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def with_bar(name: str, reader: Reader, stream: OutputWrapper) -> Iterator[str]:
    """Yield what a reader yields, with a bar where somebody looks at a terminal."""
    if not stream.isatty():
        yield from reader()
        return
    total, drawn_at = reader.count(), 0.0
    for done, difference in enumerate(reader(), start=1):
        if difference:
            stream.write("\r\x1b[K", ending="")  # its line stands where the bar was
            drawn_at = 0.0
        yield difference
        if time.monotonic() - drawn_at > _REDRAWN_AFTER:
            stream.write(f"\r\x1b[K{_bar(name, done, max(total, done))}", ending="")
            stream.flush()
            drawn_at = time.monotonic()
    stream.write("\r\x1b[K", ending="")


def _bar(name: str, done: int, total: int) -> str:
    filled = done * _BAR // total
    return f"{'#' * filled}{'.' * (_BAR - filled)} {done * 100 // total:3} %  {name}, {done:,} of {total:,}"
