"""Give what was there before an id for addresses, memberships that ended the moment, and managers the link to their people."""

import uuid
from datetime import datetime, time

from django.db import migrations, models
from django.utils.timezone import make_aware


def _fill(apps, schema_editor):
    for name in ("User", "Organisation", "Cluster", "Project"):
        model = apps.get_model("accounts", name)
        rows = []
        for row in model._default_manager.filter(public_id=None).only("pk").iterator(chunk_size=500):
            row.public_id = uuid.uuid4()
            rows.append(row)
            if len(rows) == 500:
                model._default_manager.bulk_update(rows, ["public_id"])
                rows.clear()
        model._default_manager.bulk_update(rows, ["public_id"])
    membership_model = apps.get_model("accounts", "Membership")
    for membership in membership_model.objects.exclude(end_date=None).filter(ended_at=None):
        membership.ended_at = make_aware(datetime.combine(membership.end_date, time()))
        membership.save(update_fields=["ended_at"])
    managers = membership_model.objects.filter(role="manager").values("user")
    apps.get_model("accounts", "User").objects.filter(pk__in=managers).update(shows_cockpit_link=True)


def _unique(name):
    field = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    return migrations.AlterField(model_name=name, name="public_id", field=field)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_organisations")]

    operations = [
        migrations.RunPython(_fill, migrations.RunPython.noop),
        *(_unique(name) for name in ("cluster", "organisation", "project", "user")),
    ]
