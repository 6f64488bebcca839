import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("progress", "0007_notices_of_people_who_mark")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("result-changed", "A result changed"),
                    ("course-changed", "The course changed"),
                    ("check-answered", "A person checked a result"),
                    ("work-judged", "Work was judged"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="task",
            field=models.ForeignKey(
                help_text="Of a check that was answered, or of the judgement that decided.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="progress.markingtask",
            ),
        ),
    ]
