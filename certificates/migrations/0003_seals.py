"""Seals for rows that were there before there were seals."""

from django.db import migrations

from foundation.operations import seal_old_rows


def seal(apps, schema_editor):
    for name in ("Certificate", "CertificateEvent"):
        seal_old_rows(apps.get_model("certificates", name))


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_living_content")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
