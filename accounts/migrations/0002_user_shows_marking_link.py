from django.db import migrations, models


def note_assessors(apps, schema_editor):
    """Give everybody the link who is an assessor, or was one."""
    assessors = apps.get_model("accounts", "Membership").objects.filter(role="assessor").values("user")
    apps.get_model("accounts", "User").objects.filter(pk__in=assessors).update(shows_marking_link=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="shows_marking_link",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Set once somebody is made an assessor, so that pages of all others need not ask whether they are.",
                verbose_name="shows what waits to be marked",
            ),
        ),
        migrations.RunPython(note_assessors, migrations.RunPython.noop),
    ]
