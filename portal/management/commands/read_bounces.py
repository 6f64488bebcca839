"""`manage.py read_bounces`: mails that came back, from standard input or a Maildir, marked on the messages they were."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.operations.bounces import Read, note_bounces
from accounts.rules.bounces import LARGEST


class Command(BaseCommand):
    help = (
        "Read delivery notices (RFC 3464) and mark the messages that came back: one mail from standard input, as a mail "
        "server pipes it, or all new ones of a Maildir, which are then seen. Reading again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--maildir", type=Path, metavar="FOLDER", help="a Maildir; without it, standard input")

    def handle(self, *, maildir: Path | None, **options: object) -> None:
        """Read, and say how many of what there were: never whose."""
        at = timezone.now()
        if maildir is None:
            found = note_bounces([sys.stdin.buffer.read(LARGEST)], at=at)
        elif not (maildir / "new").is_dir():
            raise CommandError(f"{maildir} is no Maildir: it has no folder named new.")
        else:
            found = _read_maildir(maildir)
        self.stdout.write(
            f"Messages that came back: {found.marked}. Known before: {found.known}. Other mails: {found.other}."
        )


def _read_maildir(folder: Path) -> Read:
    """Read the new mails of a Maildir one by one, and move each to those that were seen once its mark is kept."""
    total = Read()
    for path in sorted((folder / "new").iterdir()):
        if not path.is_file():
            continue
        with path.open("rb") as file:
            read = note_bounces([file.read(LARGEST)], at=timezone.now())
        path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,S")
        total = Read(total.marked + read.marked, total.known + read.known, total.other + read.other)
    return total
