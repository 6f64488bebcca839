"""Sets of synonyms to begin with in every language, and who may change them."""

from django.db import migrations

from home.operations.groups import give_synonym_rights
from home.operations.synonyms import ensure_synonyms


def begin(apps, schema_editor):
    ensure_synonyms(apps)
    give_synonym_rights(apps)


class Migration(migrations.Migration):
    dependencies = [("home", "0009_groups_and_review")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
