"""`manage.py demo`: people, their states and invented cases for trying the portal out. Refused in production."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.loading.demo import load_demo
from portal.loading.fields import MalformedContent
from portal.loading.people import PASSWORD, NameTaken
from portal.loading.removing import StillNeeded, remove_demo
from portal.loading.summary import demo_summary


class Command(BaseCommand):
    help = "Load the demo, or what it lacks; --remove takes it away again, --json says what there is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="Take demo people, their records and the cases away.")
        parser.add_argument(
            "--json",
            action="store_true",
            help="Load what is missing, then print what the demo holds as JSON; words of progress go to the error output.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError(
                "This is a real site (PORTAL_MODE=production): demo accounts have a password that everybody knows, and "
                "demo cases are invented. For the courses alone use `manage.py content`."
            )
        # Words of progress beside JSON would break what reads it.
        stream = self.stderr if options["json"] else self.stdout

        def say(line: str) -> None:
            if options["verbosity"]:
                stream.write(line, style_func=str)
                stream.flush()

        try:
            if options["remove"]:
                remove_demo(at=timezone.now(), say=say)
                return
            load_demo(at=timezone.now(), say=say)
        except MalformedContent as error:
            raise CommandError(f"The texts cannot be loaded; nothing was written.\n{error}") from error
        except (NameTaken, StillNeeded) as error:
            raise CommandError(str(error)) from error
        summary = demo_summary(at=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False, indent=2))
            return
        say("Accounts: " + ", ".join(account["username"] for account in summary["accounts"]))
        say(f"Password of all: {PASSWORD}")
