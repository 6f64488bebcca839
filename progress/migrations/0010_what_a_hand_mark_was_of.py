"""What the question was worth when a person marked it, and which decision to mark again was there then.

Marks given before are of what the key of their attempt says, and are sealed once more with it.
"""

import django.db.models.deletion
from django.db import migrations, models

from foundation.operations import seal_old_rows


def fill(apps, schema_editor):
    hand_marks = apps.get_model("progress", "HandMark")
    keys = apps.get_model("courses", "QuizKey").objects
    for version in hand_marks.objects.order_by().values_list("attempt__quiz_version", flat=True).distinct():
        questions = keys.get(version=version).body["questions"]
        rows = list(hand_marks.objects.filter(attempt__quiz_version=version))
        for row in rows:
            row.worth = max(row.points, int(questions.get(row.question_id, {}).get("points", 0)))
            row.seal = ""
        hand_marks.objects.bulk_update(rows, ["worth", "seal"], batch_size=1000)
    seal_old_rows(hand_marks)


class Migration(migrations.Migration):
    dependencies = [("progress", "0009_running_out")]

    operations = [
        migrations.AddField(
            model_name="handmark",
            name="worth",
            field=models.PositiveIntegerField(
                default=0, help_text="What the question was worth then. It counts as these points of this many."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="handmark",
            name="seen",
            field=models.ForeignKey(
                blank=True,
                help_text="The last decision to mark again that was there then: it is applied, like those before it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="progress.regrade",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
