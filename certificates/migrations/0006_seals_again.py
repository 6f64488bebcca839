"""Certificates and their events have new columns, which their seals cover too."""

from django.db import migrations

from foundation.operations import seal_old_rows


def seal(apps, schema_editor):
    for name in ("Certificate", "CertificateEvent"):
        model = apps.get_model("certificates", name)
        model.objects.update(seal="")
        seal_old_rows(model)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_credentials_linked")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
