"""Translators, and the review before publishing that the whole tree has."""

from django.conf import settings
from django.db import migrations

from home.operations import ensure_site


def make_groups(apps, schema_editor):
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0008_synonyms"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
