"""`manage.py content`: courses and pages of `content/`, for a real site. No people, no invented cases."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.loading.content import CONTENT_DIR, load_content
from portal.loading.fields import MalformedContent


class Command(BaseCommand):
    help = "Install or update the courses and pages of content/. What an editor changed since stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=CONTENT_DIR, help="Another folder of texts.")

    def handle(self, *args: Any, **options: Any) -> None:
        def say(line: str) -> None:
            if options["verbosity"]:
                self.stdout.write(line)
                self.stdout.flush()

        try:
            change_count = load_content(folder=options["folder"], at=timezone.now(), say=say)
        except MalformedContent as error:
            raise CommandError(f"The texts cannot be loaded; nothing was written.\n{error}") from error
        say(f"Done: {change_count} changes." if change_count else "Done: nothing has changed.")
