"""Operators set what people need to be assessed fairly, and who assesses a course."""

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
    dependencies = [("home", "0002_site"), ("progress", "0006_assessment")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
