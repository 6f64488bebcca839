"""Migrations of our own: a database made today can be brought up to what packages and we add later."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

OWN = sorted(
    config.label
    for config in apps.get_app_configs()
    if Path(config.path).parent == Path(settings.BASE_DIR) and any(config.get_models())
)


# A migration of a package looks at the connection while it is loaded.
pytestmark = pytest.mark.django_db


def test_models_are_as_the_migrations_make_them():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


def test_each_app_has_one_first_migration():
    initial: dict[str, list[str]] = {app: [] for app in OWN}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in initial and migration.initial:
            initial[app].append(name)

    assert initial == {app: ["0001_initial"] for app in OWN}


def test_no_migration_hangs_on_whatever_is_the_latest_of_a_package():
    """The package's next migration would be a dependency that an applied migration lacks: Django then refuses them all."""
    latest = [
        f"{app}.{name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        if app in OWN and any(wanted == "__latest__" for _app, wanted in migration.dependencies)
    ]

    assert latest == []
