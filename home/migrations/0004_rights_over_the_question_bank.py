"""Editors, reviewers and operators work in the question bank as they do in pages."""

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
    dependencies = [("home", "0003_rights_over_assessment"), ("courses", "0005_assessment")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
