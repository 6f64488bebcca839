"""`manage.py join_css`: style sheets from one file a block."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

SHEETS = ("site", "cockpit")
"""Each is joined from the files that `<name>.txt` lists. Pages of managers load the second one besides the first."""


def join_css(source: Path, target: Path) -> dict[str, int]:
    """Join the files that `site.txt` and `cockpit.txt` list, in their order, into two sheets; return sizes in bytes.

    Files that begin with `cms-` are not the site's: screens of the CMS load each by itself.

    :raises FileNotFoundError: if a listed file is not there.
    :raises ValueError: if a file is there and not listed: it would silently style nothing.
    """
    listed = {sheet: (source / f"{sheet}.txt").read_text().split() for sheet in SHEETS}
    named = {name for names in listed.values() for name in names}
    unlisted = {path.stem for path in source.glob("*.css") if not path.stem.startswith("cms-")} - named
    if unlisted:
        raise ValueError(f"not listed in site.txt or cockpit.txt: {', '.join(sorted(unlisted))}")
    target.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for sheet, names in listed.items():
        text = "".join((source / f"{name}.css").read_text() for name in names)
        path = target / f"{sheet}.css"
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
        sizes[sheet] = len(text.encode())
    return sizes


class Command(BaseCommand):
    help = "Joins static/css/*.css, in the order of site.txt and cockpit.txt, into site.css and cockpit.css."

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = join_css(settings.BASE_DIR / "static" / "css", settings.JOINED_DIR)
        if options["verbosity"]:
            for sheet, size in sizes.items():
                self.stdout.write(f"{sheet}.css: {size} bytes")
