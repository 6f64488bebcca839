from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_seals_again")]

    operations = [
        migrations.AddField(
            model_name="holdername",
            name="visibility",
            field=models.CharField(
                choices=[
                    ("full", "The full name"),
                    ("initials", "Initials only"),
                    ("file", "No name: only who has the file sees it"),
                ],
                db_default="full",
                default="full",
                help_text="What a certificate begins with; there the holder may choose anew.",
                max_length=10,
            ),
        ),
    ]
