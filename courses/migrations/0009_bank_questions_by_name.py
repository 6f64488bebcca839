"""What many bank questions are called."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0008_questions_of_the_bank"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="bankquestion",
            options={
                "ordering": ["title", "pk"],
                "verbose_name": "bank question",
                "verbose_name_plural": "bank questions",
            },
        ),
    ]
