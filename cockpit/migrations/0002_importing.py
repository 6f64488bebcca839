from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cockpit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="peopleimport",
            name="run_count",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How often it was begun: again after a stop, or for rows mended later.",
            ),
        ),
        migrations.AlterField(
            model_name="peopleimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("looked-over", "Not begun"),
                    ("running", "Being added"),
                    ("stopped", "Stopped"),
                    ("done", "Added"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="looked-over",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="importedrow",
            name="problems",
            field=models.JSONField(
                default=dict,
                help_text=(
                    "Code of what is wrong, by column; under `row` why somebody counts as here already."
                ),
            ),
        ),
    ]
