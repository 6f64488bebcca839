"""A lesson can be done by being there: at a live session of a cohort. Code that runs meanwhile writes none of these."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0019_addresses_of_reports")]

    operations = [
        migrations.AddField(
            model_name="lessonpage",
            name="done_by_attendance",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "For a workshop or a visit. Nobody marks it as done alone: who runs a cohort ticks off at a live "
                    "session who was there. People who are in no cohort cannot do it, so they complete the course "
                    "only where it is not required."
                ),
                verbose_name="done by being there",
            ),
        ),
    ]
