"""Operators and the new group of registrars look after issued certificates."""

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
    dependencies = [("home", "0005_rights_over_issuers"), ("certificates", "0006_seals_again")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
