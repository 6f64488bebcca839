"""`manage.py verify_log`: whether the log of certificates says what it always said."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.models import LogEntry, LogHead
from certificates.queries.log import differences_of_head, differences_of_log
from certificates.rules.chain import Head, NoHead, read_head
from portal.management.commands.check_records import one_snapshot

_LISTED = 200


class Command(BaseCommand):
    help = (
        "Compute the log of certificates again and say where an event or a link was changed, taken out or put in. "
        "--head compares it with a head that somebody kept. Changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            metavar="FILE_OR_JSON",
            help="a head that was published, as a file or as its text: the log must still lead to it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = _read(options["head"]) if options["head"] else None
        differences: list[str] = []
        with one_snapshot():
            link_count, head_count = LogEntry.objects.count(), LogHead.objects.count()
            differences += filter(None, differences_of_log(at=timezone.now()))
            if kept:
                head, document = kept
                differences += [
                    f"the head you gave ({head.day}): {line}" for line in differences_of_head(head, document)
                ]
        for line in differences[:_LISTED]:
            self.stderr.write(line)
        if differences:
            raise CommandError(
                f"The log does not hold: {len(differences)} differences, of which up to {_LISTED} are above."
            )
        if options["verbosity"]:
            self.stdout.write(_words(link_count, head_count, kept[0] if kept else None))


def _read(given: str) -> tuple[Head, dict[str, Any]]:
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text()
        return read_head(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The head cannot be read: {error}") from error
    except NoHead as error:
        raise CommandError(f"What you gave is no head: {error}.") from error


def _words(link_count: int, head_count: int, kept: Head | None) -> str:
    """Say what was found and what it proves: no more than it does."""
    lines = [f"The log holds. Computed again: links {link_count}, published heads {head_count}."]
    if kept:
        lines.append(
            f"It leads to the head of {kept.day} that you gave: whatever happened to certificates up to link {kept.number} "
            "is as it was when that head was signed."
        )
    else:
        lines.append(
            "This compares the database with itself and with heads in the same database: it finds what a hand or a disk "
            "did, not what somebody wrote anew as a whole, chain and heads."
        )
    lines.append(
        "A head proves something to others only if they, or somebody they trust, kept it on the day it was signed. One "
        "that only this site publishes convinces nobody of this site."
    )
    return "\n".join(lines)
