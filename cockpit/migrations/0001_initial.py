import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0007_public_ids"),
        ("progress", "0011_cohorts_and_sharing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidencePack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("first_day", models.DateField(verbose_name="from")),
                ("last_day", models.DateField(verbose_name="until")),
                (
                    "names",
                    models.CharField(
                        choices=[
                            ("totals", "Totals only"),
                            ("pseudonyms", "A list without names"),
                            ("names", "A list with names"),
                        ],
                        default="totals",
                        max_length=10,
                    ),
                ),
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
                (
                    "extra_totals",
                    models.JSONField(
                        default=dict,
                        help_text="Totals of a sheet filled in outside: counts by attribute and value, nothing of one person.",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "file",
                    models.CharField(blank=True, help_text="Name of the zip below the private folder.", max_length=100),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.cluster",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.project",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PeopleImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("cohort_key", models.UUIDField(blank=True, null=True)),
                ("course_key", models.UUIDField(blank=True, null=True)),
                ("file_name", models.CharField(max_length=200)),
                ("file_sha256", models.CharField(max_length=64)),
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("looked-over", "Not begun"),
                            ("running", "Being added"),
                            ("done", "Added"),
                            ("undone", "Undone"),
                        ],
                        default="looked-over",
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.TextField(max_length=2000, verbose_name="message")),
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
                ("token", models.UUIDField(help_text="Of the form: sent twice, it is one reminder.", unique=True)),
                ("sent_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="When it goes out: at once, or when the quiet hours are over."),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ReportToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="what it is for")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("last_used_on", models.DateField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ToDo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("text", models.CharField(max_length=200, verbose_name="what to do")),
                ("due_date", models.DateField(blank=True, null=True, verbose_name="until")),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["due_date", "made_at"],
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Of the row in the file; the first row below the headings is 2."
                    ),
                ),
                (
                    "values",
                    models.JSONField(default=dict, help_text="name, email, username, language: text by column."),
                ),
                ("problems", models.JSONField(default=dict, help_text="Code of what is wrong, by column.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Can be added"),
                            ("problem", "Needs a look"),
                            ("added", "Added"),
                            ("was-here", "Was here already"),
                            ("left-out", "Left out"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.invitation",
                    ),
                ),
                (
                    "people_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="cockpit.peopleimport"
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("people_import", "number"), name="imported_row_once")],
            },
        ),
        migrations.CreateModel(
            name="ReminderReceiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="progress.enrolment"
                    ),
                ),
                (
                    "reminder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="receivers", to="cockpit.reminder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reminder", "enrolment"), name="reminder_receiver_once")
                ],
            },
        ),
    ]
