"""`manage.py join_css`: one style sheet from one file a block."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


def join_css(source: Path, target: Path) -> int:
    """Join the files that `site.txt` lists, in its order, into one sheet; return its size in bytes.

    Files that begin with `cms-` are not the site's: screens of the CMS load each by itself.

    :raises FileNotFoundError: if a listed file is not there.
    :raises ValueError: if a file is there and not listed: it would silently style nothing.
    """
    names = (source / "site.txt").read_text().split()
    unlisted = {path.stem for path in source.glob("*.css") if not path.stem.startswith("cms-")} - set(names)
    if unlisted:
        raise ValueError(f"not listed in site.txt: {', '.join(sorted(unlisted))}")
    sheet = "".join((source / f"{name}.css").read_text() for name in names)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text() != sheet:
        target.write_text(sheet)
    return len(sheet.encode())


class Command(BaseCommand):
    help = "Joins static/css/*.css, in the order of static/css/site.txt, into site.css."

    def handle(self, *args: Any, **options: Any) -> None:
        size = join_css(settings.BASE_DIR / "static" / "css", settings.JOINED_DIR / "site.css")
        if options["verbosity"]:
            self.stdout.write(f"site.css: {size} bytes")
