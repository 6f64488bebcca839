"""Operators say who manages a cluster, and what a project shows of its funder."""

from django.conf import settings
from django.db import migrations

from home.operations import ensure_site


def give_rights(apps, schema_editor):
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )


class Migration(migrations.Migration):
    dependencies = [("home", "0010_first_synonyms"), ("accounts", "0006_organisations")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
