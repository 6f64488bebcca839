import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_public_ids"),
        ("courses", "0019_addresses_of_reports"),
        ("progress", "0010_what_a_hand_mark_was_of"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was_there", models.BooleanField()),
                ("noted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("start_date", models.DateField(verbose_name="from")),
                ("end_date", models.DateField(verbose_name="until")),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-start_date", "name"],
            },
        ),
        migrations.CreateModel(
            name="CohortMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CohortMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("text", models.TextField(max_length=4000, verbose_name="message")),
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("it", "Italiano"),
                            ("ro", "Română"),
                            ("sv", "Svenska"),
                            ("de", "Deutsch"),
                            ("es", "Español"),
                        ],
                        default="en",
                        max_length=10,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shared_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FacilitatorNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=4000, verbose_name="note")),
                ("written_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-written_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="HelpAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "wave",
                    models.CharField(
                        choices=[("before", "Before the course"), ("end", "At the end"), ("later", "90 days after")],
                        max_length=10,
                    ),
                ),
                ("edition_number", models.PositiveIntegerField()),
                ("month", models.DateField(help_text="First day of the month it was given in.")),
                ("answers", models.JSONField(default=dict)),
                ("ratings", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="HelpAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "wave",
                    models.CharField(
                        choices=[("before", "Before the course"), ("end", "At the end"), ("later", "90 days after")],
                        max_length=10,
                    ),
                ),
                ("asked_on", models.DateField()),
                ("is_answered", models.BooleanField(default=False)),
                ("is_declined", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="LiveSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("begins_at", models.DateTimeField(verbose_name="begins")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                ("link", models.URLField(blank=True, verbose_name="link")),
                (
                    "item_key",
                    models.UUIDField(
                        blank=True, help_text="The step that attendance does, where there is one.", null=True
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="SEQUENCE of its calendar file (RFC 5545, 3.8.7.4)."
                    ),
                ),
            ],
            options={
                "ordering": ["begins_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlannedStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item_key", models.UUIDField()),
                ("due_date", models.DateField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="itemcompletion",
            name="item_completion_has_its_evidence",
        ),
        migrations.AlterField(
            model_name="itemcompletion",
            name="evidence",
            field=models.CharField(
                choices=[
                    ("marked", "Marked as done by the learner"),
                    ("attempt", "Quiz passed"),
                    ("submission", "Work passed"),
                    ("attendance", "There at a live session"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="itemcompletion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attempt__isnull", False), ("evidence", "attempt")),
                    models.Q(("attempt", None), ("evidence__in", ["marked", "submission", "attendance"])),
                    _connector="OR",
                ),
                name="item_completion_has_its_evidence",
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="noted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cohorts",
                to="courses.course",
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cohorts", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="path",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cohorts",
                to="courses.learningpath",
            ),
        ),
        migrations.AddField(
            model_name="cohort",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cohorts",
                to="accounts.project",
            ),
        ),
        migrations.AddField(
            model_name="cohortmember",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="members", to="progress.cohort"
            ),
        ),
        migrations.AddField(
            model_name="cohortmember",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cohorts", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="cohortmessage",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="progress.cohort"
            ),
        ),
        migrations.AddField(
            model_name="cohortmessage",
            name="sent_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="enrolmentshare",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="progress.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="enrolmentshare",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="facilitatornote",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="progress.cohort"
            ),
        ),
        migrations.AddField(
            model_name="facilitatornote",
            name="written_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="helpanswer",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="help_answers", to="courses.course"
            ),
        ),
        migrations.AddField(
            model_name="helpanswer",
            name="organisation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="helpanswer",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.project"
            ),
        ),
        migrations.AddField(
            model_name="helpask",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="help_asks", to="progress.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="livesession",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="progress.cohort"
            ),
        ),
        migrations.AddField(
            model_name="livesession",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.course",
            ),
        ),
        migrations.AddField(
            model_name="attendance",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="attendances", to="progress.livesession"
            ),
        ),
        migrations.AddField(
            model_name="plannedstep",
            name="cohort",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="plan", to="progress.cohort"
            ),
        ),
        migrations.AddField(
            model_name="plannedstep",
            name="course",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.course"),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_date__gte", models.F("start_date"))), name="cohort_dates_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="cohort",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("course", None), ("path__isnull", False)),
                    models.Q(("course__isnull", False), ("path", None)),
                    _connector="OR",
                ),
                name="cohort_of_a_course_or_a_path",
            ),
        ),
        migrations.AddConstraint(
            model_name="cohortmember",
            constraint=models.UniqueConstraint(fields=("cohort", "person"), name="cohort_member_once"),
        ),
        migrations.AddConstraint(
            model_name="enrolmentshare",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("enrolment", "organisation"),
                name="enrolment_share_one_running",
            ),
        ),
        migrations.AddConstraint(
            model_name="helpask",
            constraint=models.UniqueConstraint(fields=("enrolment", "wave"), name="help_ask_once_a_wave"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("session", "person"), name="attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="plannedstep",
            constraint=models.UniqueConstraint(fields=("cohort", "course", "item_key"), name="planned_step_once"),
        ),
    ]
