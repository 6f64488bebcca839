"""The review that Wagtail gives the whole tree can be approved: by reviewers and operators."""

from django.conf import settings
from django.db import migrations

from home.operations import ensure_site


def name_reviewers(apps, schema_editor):
    ensure_site(
        apps,
        languages=tuple(code for code, _name in settings.LANGUAGES),
        default_language=settings.LANGUAGE_CODE,
        host="localhost",
        port=80,
    )


class Migration(migrations.Migration):
    dependencies = [("home", "0006_rights_over_certificates")]

    operations = [migrations.RunPython(name_reviewers, migrations.RunPython.noop)]
