"""Seals for rows of history that were there before, and the cached result of attempts that were sent before.

The figures of enrolments are folded by code, not here: a job for each course does it soon after.
"""

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from foundation.operations import seal_old_rows


def seal(apps, schema_editor):
    for name in ("MarkEvent", "ItemCompletion", "CourseCompletion"):
        seal_old_rows(apps.get_model("progress", name))


def cache_results(apps, schema_editor):
    events = (
        apps.get_model("progress", "MarkEvent").objects.filter(attempt=OuterRef("pk")).order_by("-marked_at", "-pk")
    )
    apps.get_model("progress", "Attempt").objects.filter(state="submitted", cached_score=None).update(
        cached_score=Subquery(events.values("score")[:1]),
        cached_max_score=Subquery(events.values("max_score")[:1]),
        cached_passed=Subquery(events.values("passed")[:1]),
    )


def fold_soon(apps, schema_editor):
    jobs = apps.get_model("foundation", "Job")
    courses = apps.get_model("progress", "Enrolment").objects.order_by("course").values_list("course", flat=True)
    for course in courses.distinct():
        jobs.objects.get_or_create(
            kind="progress.fold",
            key=f"{course}:migration",
            defaults={"payload": {"course": course}, "created_at": Now(), "due_at": Now()},
        )


class Migration(migrations.Migration):
    dependencies = [("progress", "0002_living_content"), ("foundation", "0002_living_content")]

    operations = [
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RunPython(cache_results, migrations.RunPython.noop),
        migrations.RunPython(fold_soon, migrations.RunPython.noop),
    ]
