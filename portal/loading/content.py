"""`manage.py content`, as a function: everything a real site starts with."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from courses.operations.settling import one_edition, settle_due
from portal.loading.courses import load_courses
from portal.loading.files import draw_share_picture, load_pictures
from portal.loading.ledger import Ledger, Say
from portal.loading.paths import load_paths
from portal.loading.reading import SOURCE_LANGUAGE, Content, read_content
from portal.loading.site import load_site

CONTENT_DIR = settings.BASE_DIR / "content"


def load_content(*, folder: Path = CONTENT_DIR, at: datetime, say: Say) -> int:
    """Make or update pages, courses, pictures and files from a folder of texts; return how many changed.

    All of it is one transaction and one edition of each course that changed; when the texts are the same as last time
    nothing is written.

    :raises MalformedContent: if a text cannot be loaded; nothing was written.
    """
    content = read_content(folder)
    draw_share_picture(folder, settings.JOINED_DIR)
    with one_edition(cause="content", at=at):
        ledger = Ledger(at=at, say=say)
        with transaction.atomic():
            _load(content, ledger=ledger)
    settle_due(at=at)  # what a run that was stopped half-way left behind
    return ledger.change_count


def _load(content: Content, *, ledger: Ledger) -> None:
    ledger.say(f"{len(content.pictures) - 1} pictures")
    pictures = load_pictures(content.pictures, ledger=ledger)
    ledger.say(f"{len(content.site)} pages of the site")
    load_site(content.site, ledger=ledger)
    load_courses(content, pictures=pictures, ledger=ledger)
    load_paths(content.paths, source_language=SOURCE_LANGUAGE, ledger=ledger)
