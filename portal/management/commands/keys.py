"""`manage.py keys`: make, change, list and remove the keys that sign badges."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.operations import keys
from certificates.queries.keys import key_lines, moved_issuers


class Command(BaseCommand):
    help = "Make (create), change (rotate), list and remove the keys that sign badges. See docs/credentials.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, what in (
            ("create", "make the first key of an issuer"),
            ("rotate", "make a new key; the one in use retires, what it signed stays good"),
        ):
            made = verbs.add_parser(verb, help=what)
            made.add_argument("--issuer", default="", help="short name of a further issuer; the site's own without")
        verbs.add_parser("list", help="show all keys, and what stands in the way of signing")
        remove = verbs.add_parser("remove", help="a key that others may have: whatever it signed fails from now on")
        remove.add_argument("key", help="its name, as the list shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except keys.KeyExists as error:
            raise CommandError(
                "There is a key in use already. A new one in its place:  manage.py keys rotate"
            ) from error
        except keys.KeyMissing as error:
            raise CommandError(str(error)) from error
        except keys.NoSuchKey as error:
            raise CommandError(f"No key has the name {error}. manage.py keys list shows them.") from error

    def _create(self, options: dict[str, Any]) -> None:
        self._say_new(keys.create_key(issuer=self._issuer(options), at=timezone.now()))

    def _rotate(self, options: dict[str, Any]) -> None:
        self._say_new(keys.rotate_key(issuer=self._issuer(options), at=timezone.now()))

    def _remove(self, options: dict[str, Any]) -> None:
        key = keys.remove_key(key_id=options["key"], at=timezone.now())
        self.stdout.write(f"Removed {key.key_id}: whatever it signed fails from now on.")
        try:
            keys.check_signer(key.issuer)
        except keys.KeyMissing:
            self.stdout.write(f"{key.issuer.key} has no key in use:  manage.py keys create --issuer {key.issuer.key}")

    def _list(self, options: dict[str, Any]) -> None:
        lines = key_lines()
        for line in lines:
            self.stdout.write(f"{line.issuer.key}  {line.key.key_id}  {line.state}  {line.issuer.did}")
            if line.key.retired_at is None and line.key.removed_at is None:
                try:
                    keys.read_secret(line.key)
                except keys.KeyMissing as error:
                    self.stdout.write(f"  cannot sign: {error}")
        if not lines:
            self.stdout.write("There is no key: badges are not signed, and all certificates say DEMO.")
        for issuer in moved_issuers():
            self.stdout.write(
                f"{issuer.key} signs nothing: all its badges name {issuer.did}, and the site is at {settings.PORTAL_BASE_URL}."
            )
        self.stdout.write(f"Folder of keys: {settings.PORTAL_KEYS_DIR or 'none, set PORTAL_KEYS_DIR'}")

    def _say_new(self, key: Any) -> None:
        self.stdout.write(f"Made {key.key_id}, found at {key.issuer.did}#{key.key_id}.")
        self.stdout.write(
            f"Its file is in {settings.PORTAL_KEYS_DIR}. Keep a copy of it apart from that of the database."
        )

    def _issuer(self, options: dict[str, Any]) -> Issuer:
        wanted = options["issuer"]
        issuer = Issuer.objects.filter(key=wanted).first() if wanted else site_issuer()
        if issuer is None:
            raise CommandError(f"There is no issuer with the short name {wanted}. Operators make them at /ops/.")
        return issuer
