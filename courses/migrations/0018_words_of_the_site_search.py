"""Key words of lessons in the site search. The words of all courses are made again by the next sweep; until then the
search finds what it found before."""

from django.db import migrations, models


def make_words_again(apps, schema_editor):
    entries = apps.get_model("courses", "SearchEntry").objects
    keys = entries.order_by("course__key").values_list("course__key", flat=True).distinct()
    due = apps.get_model("courses", "EditionDue")
    due.objects.bulk_create([due(course_key=key, cause="search") for key in keys])
    entries.update(sha256="")


class Migration(migrations.Migration):
    dependencies = [("courses", "0017_course_packages")]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="key_words",
            field=models.TextField(
                blank=True,
                db_default="",
                help_text="The key words of a lesson, with what they mean. Its text has them too.",
            ),
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="sha256",
            field=models.CharField(
                help_text="Digest of the fields above, or empty: the next settle makes the words again.", max_length=64
            ),
        ),
        migrations.RunPython(make_words_again, migrations.RunPython.noop),
    ]
