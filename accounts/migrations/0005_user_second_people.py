"""Since when somebody may look after certificates, and when somebody else last changed how they sign in.

Who has the right by now has it as long as the account is there, as far as anybody knows: a day of waiting would stop what waits
for them. Both columns may be empty, so the code of before goes on writing rows.
"""

from django.db import migrations, models
from django.db.models import F, Q


def take_rights_as_old(apps, schema_editor):
    user_model = apps.get_model("accounts", "User")
    right = {"codename": "change_certificate", "content_type__app_label": "certificates"}
    by_group = Q(**{f"groups__permissions__{name}": value for name, value in right.items()})
    by_person = Q(**{f"user_permissions__{name}": value for name, value in right.items()})
    people = user_model.objects.filter(by_group | by_person | Q(is_superuser=True), is_active=True)
    user_model.objects.filter(pk__in=people.values("pk")).update(register_right_since=F("date_joined"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_user_shows_register_link"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="access_changed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When somebody else last changed the e-mail address or chose the passphrase.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="register_right_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when this person was seen to have the right over certificates; empty without it.",
                null=True,
            ),
        ),
        migrations.RunPython(take_rights_as_old, migrations.RunPython.noop),
    ]
