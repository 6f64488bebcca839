"""`manage.py compile_locales`: the interface's translations, from what translators edit to what Django reads."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalogues(folder: Path) -> int:
    """Compile each .po file below `folder` whose .mo file is missing or older; return how many were.

    Fuzzy entries are left out, as msgfmt does: a guess of the tools is not a translation.
    """
    compiled_count = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        unfinished = target.with_suffix(".mo.new")  # renamed when whole: a running server never reads half a file
        polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        compiled_count += 1
    return compiled_count


class Command(BaseCommand):
    help = "Compile the interface's translations that changed. Needs none of gettext's programs."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        compiled_count = sum(compile_catalogues(Path(folder)) for folder in settings.LOCALE_PATHS)
        if options["verbosity"]:
            self.stdout.write(f"{compiled_count} translation files compiled.")
