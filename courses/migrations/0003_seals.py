"""Seals for rows that were there before there were seals."""

from django.db import migrations

from foundation.operations import seal_old_rows

SEALED = ("FrozenFile", "LessonVersion", "QuizVersion", "QuizKey", "CourseEdition")


def seal(apps, schema_editor):
    for name in SEALED:
        seal_old_rows(apps.get_model("courses", name))


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_living_content")]

    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
