"""`manage.py prepare`: whatever a start still lacks. In demo mode the content and the demo people too."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.loading.content import CONTENT_DIR
from portal.loading.files import draw_share_picture

# The last account that `manage.py demo` makes: where it is there, the demo is whole.
LAST_DEMO_ACCOUNT = "operator"


def static_fingerprint() -> str:
    """Return a SHA-256 over the names, sizes and times of our static files and over the pinned packages."""
    seen = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            status = path.stat()
            if path.is_file():
                seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()


class Command(BaseCommand):
    help = "Migrate, join the style sheets, collect static files, compile translations; in demo mode load the demo."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self._migrate()
        call_command("compile_locales", verbosity=0)
        self._collect_static_files()
        if settings.PORTAL_MODE == "demo":
            self._load_demo()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Making the database")
            call_command("migrate", interactive=False, verbosity=0)

    def _collect_static_files(self) -> None:
        call_command("join_css", verbosity=0)
        draw_share_picture(CONTENT_DIR, settings.JOINED_DIR)
        stamp = settings.VAR_DIR / "static-files.json"
        wanted = {"sha256": static_fingerprint()}
        if stamp.exists() and json.loads(stamp.read_text()) == wanted and settings.STATIC_ROOT.exists():
            return
        self._say("Collecting the static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(json.dumps(wanted))

    def _load_demo(self) -> None:
        if get_user_model().objects.filter(username=LAST_DEMO_ACCOUNT).exists():
            return
        self._say("Loading the courses and pages")
        call_command("content", verbosity=0)
        self._say("Loading the demo people and cases")
        call_command("demo", verbosity=0)
