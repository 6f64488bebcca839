"""Erase a person for good: `manage.py erase_person ana --by operator --yes [--keep-certificates]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.announcing import CertificatesStand
from accounts.models import User
from accounts.operations.erasing import erase_person


class Command(BaseCommand):
    help = "Erase what names a person. Records of what was done, and totals of reports, stay. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--by", required=True, help="Username of the operator who does it.")
        parser.add_argument(
            "--keep-certificates", action="store_true", help="The person wants their certificates to stay."
        )
        parser.add_argument("--yes", action="store_true", help="Without it nothing is erased.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or say why not."""
        person = User.objects.filter(username__iexact=options["username"], erased_at=None).first()
        operator = User.objects.filter(username__iexact=options["by"], is_staff=True).first()
        if person is None or operator is None:
            raise CommandError("There is no such person, or no such operator.")
        if not options["yes"]:
            raise CommandError(f"Say --yes to erase {person.username} for good.")
        try:
            erase_person(person=person, by=operator, at=timezone.now(), keeps_certificates=options["keep_certificates"])
        except CertificatesStand as error:
            raise CommandError("This person has certificates. Ask whether they stay: --keep-certificates.") from error
        self.stdout.write("Erased.")
