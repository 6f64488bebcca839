"""`manage.py check_records`: frozen records against their digests, results against what they follow from."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.queries import differences as certificate_differences
from courses.queries import differences as course_differences
from progress.queries import differences as progress_differences

READERS = {**course_differences.READERS, **progress_differences.READERS, **certificate_differences.READERS}


class Command(BaseCommand):
    help = "Hash every frozen record and fold every result again; list what differs, and fail where anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        difference_count = 0
        for name, reader in READERS.items():
            looked_at = differing = 0
            for difference in reader():
                looked_at += 1
                if difference:
                    differing += 1
                    self.stderr.write(f"{name}: {difference}")
            difference_count += differing
            if options["verbosity"]:
                self.stdout.write(f"{name}: {looked_at} looked at, {differing} differ")
        if difference_count:
            raise CommandError(f"{difference_count} records differ from what they were. They are listed above.")
