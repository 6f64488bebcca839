import datetime
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_user_second_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="cluster",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="The moment sight ended; midnight where only a day was said.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="sees_from",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="From when on what was done is seen; empty for all before the end. Set where somebody comes back.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="told_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When the person read who sees what, and agreed to join. Before that nobody sees anything.",
                null=True,
                verbose_name="told who sees what",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="approved_domains",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text="Domains in small letters. Who joins with a confirmed address of one is let in at once.",
                verbose_name="e-mail domains that need no approval",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="approves_joining",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Who joins by link or code waits until a manager agrees; confirmed addresses of these domains need not.",
                verbose_name="asks before somebody joins",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="is_public",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Pages without an account may name it.",
                verbose_name="named in public",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="quiet_from",
            field=models.TimeField(
                db_default=datetime.time(18, 0), default=datetime.time(18, 0), verbose_name="no reminders from"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="quiet_until",
            field=models.TimeField(
                db_default=datetime.time(8, 0), default=datetime.time(8, 0), verbose_name="no reminders until"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="reminders_a_week",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, verbose_name="reminders a person gets in a week, at most"
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="shows_people",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Switched off, nobody sees here who does which course: where a works council asks for it.",
                verbose_name="managers see people",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="tools",
            field=models.TextField(
                blank=True,
                help_text="One a line, as people at work call them.",
                max_length=1000,
                verbose_name="digital tools in use",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="authority",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="As the grant agreement names it.",
                max_length=200,
                verbose_name="granting authority",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="content_licence",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="licence of what is made"
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="emblem",
            field=models.FileField(
                blank=True,
                db_default="",
                default="",
                help_text="The official file, unchanged. PNG or JPEG, up to 200 kB.",
                upload_to="projects/",
                verbose_name="emblem",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="names_basis",
            field=models.CharField(
                choices=[
                    ("none", "No list with names"),
                    ("contract", "A contract with the person"),
                    ("legal-duty", "A legal duty to keep it"),
                    ("consent", "Consent of each person"),
                ],
                db_default="none",
                default="none",
                max_length=12,
                verbose_name="legal basis of a list with names",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="names_basis_note",
            field=models.TextField(
                blank=True, db_default="", default="", max_length=600, verbose_name="where that basis stands"
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="organisations",
            field=models.ManyToManyField(
                blank=True,
                help_text="Whose managers may use the project.",
                related_name="projects",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="programme",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="programme"),
        ),
        migrations.AddField(
            model_name="project",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="retention_until",
            field=models.DateField(
                blank=True,
                help_text="As the grant agreement says. Until then the list stays, also where an account is erased.",
                null=True,
                verbose_name="keeps its list of participants until",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="statement",
            field=models.CharField(
                choices=[("none", "No statement"), ("funded", "Funded by"), ("co-funded", "Co-funded by")],
                db_default="none",
                default="none",
                help_text="Off until the grant agreement was read: claiming support that is not there is the greater risk.",
                max_length=10,
                verbose_name="statement of support",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="work_package",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="work package"),
        ),
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the account was erased: what names the person is gone, records of what was done stay.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="shows_cockpit_link",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Set once somebody is made a manager, so that pages of all others need not ask whether they are.",
                verbose_name="shows the pages of managers",
            ),
        ),
        migrations.CreateModel(
            name="JoinLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cohort_key",
                    models.UUIDField(
                        blank=True, help_text="Public id of a cohort whose course begins with it.", null=True
                    ),
                ),
                (
                    "course_key",
                    models.UUIDField(blank=True, help_text="Key of a course that begins with it.", null=True),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "token",
                    models.CharField(help_text="128 random bits or more, in the address.", max_length=43, unique=True),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Eight characters of Crockford base32, to type.", max_length=9, unique=True
                    ),
                ),
                ("limit", models.PositiveIntegerField(help_text="How many people may join by it.")),
                ("used_count", models.PositiveIntegerField(default=0)),
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
            name="JoinRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("told_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits"),
                            ("approved", "Let in"),
                            ("refused", "Not let in"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="accounts.joinlink"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "viewer_of",
                    models.CharField(
                        help_text="Name of the organisation or cluster the viewer manages.", max_length=200
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("list", "In a list"),
                            ("person", "On the page about you"),
                            ("export", "In a file that was downloaded"),
                            ("report", "In a report with names"),
                        ],
                        max_length=10,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="looks", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        help_text="Registered in `accounts.notifying`, such as cockpit.reminder.", max_length=40
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                (
                    "address",
                    models.EmailField(
                        blank=True, help_text="Of somebody without an account, or where it went.", max_length=254
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
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On its way"),
                            ("sent", "Sent"),
                            ("not-wanted", "Not sent: the person does not want such messages"),
                            ("dropped", "Not sent: the reason for it is gone"),
                            ("failed", "Could not be delivered"),
                            ("bounced", "Came back"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "problem",
                    models.CharField(
                        blank=True, help_text="What the other side said; no personal data.", max_length=300
                    ),
                ),
                ("posted_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("is_wanted", models.BooleanField()),
                ("chosen_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrganisationProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateTimeField()),
                ("name", models.CharField(max_length=200)),
                ("country", models.CharField(max_length=2)),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("textile", "Textile and reuse"),
                            ("repair", "Repair"),
                            ("food", "Food"),
                            ("care", "Care"),
                            ("laundry", "Laundry and cleaning"),
                            ("assembly", "Assembly and production"),
                            ("craft", "Craft"),
                            ("cluster", "Clusters and networks"),
                            ("education", "Education and training"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "size_band",
                    models.CharField(
                        choices=[
                            ("micro", "1 to 9 people"),
                            ("small", "10 to 49 people"),
                            ("medium", "50 to 249 people"),
                            ("large", "250 people or more"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="profiles", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProjectParticipant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("enrolment_key", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=200)),
                ("organisation_name", models.CharField(blank=True, max_length=200)),
                ("course_title", models.CharField(max_length=300)),
                ("enrolled_on", models.DateField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="participants", to="accounts.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProjectText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("statement", models.CharField(max_length=300, verbose_name="statement")),
                ("disclaimer", models.TextField(blank=True, max_length=1200, verbose_name="disclaimer")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="accounts.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignInCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("secret_digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cards", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClusterManager",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start_date", models.DateField(verbose_name="from")),
                ("end_date", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="managers", to="accounts.cluster"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="managed_clusters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date", None), ("end_date__gte", models.F("start_date")), _connector="OR"
                        ),
                        name="cluster_manager_dates_in_order",
                        violation_error_message="The end date is before the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end_date", None)),
                        fields=("user", "cluster"),
                        name="cluster_manager_one_running",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cohort_key",
                    models.UUIDField(
                        blank=True, help_text="Public id of a cohort whose course begins with it.", null=True
                    ),
                ),
                (
                    "course_key",
                    models.UUIDField(blank=True, help_text="Key of a course that begins with it.", null=True),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("name", models.CharField(blank=True, max_length=120)),
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
                    "role",
                    models.CharField(
                        choices=[("learner", "Learner"), ("manager", "Manager"), ("assessor", "Assessor")],
                        default="learner",
                        max_length=10,
                    ),
                ),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("code", models.CharField(max_length=9, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Invited"), ("joined", "Joined"), ("revoked", "Taken back")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting"), models.Q(("email", ""), _negated=True)),
                        fields=("organisation", "email", "role"),
                        name="invitation_one_waiting_an_address",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="joinlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_count__lte", models.F("limit"))), name="join_link_within_its_limit"
            ),
        ),
        migrations.AddConstraint(
            model_name="joinrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("link", "person"), name="join_request_one_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="look",
            constraint=models.UniqueConstraint(
                fields=("subject", "viewer", "kind", "viewer_of", "day"), name="look_once_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["organisation", "state"], name="notification_of_senders"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("kind", "key"), name="notification_once_a_cause"),
        ),
        migrations.AddConstraint(
            model_name="notificationchoice",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="notification_choice_one_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="projecttext",
            constraint=models.UniqueConstraint(fields=("project", "language"), name="project_text_one_a_language"),
        ),
        migrations.AddConstraint(
            model_name="signincard",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None), ("used_at", None)),
                fields=("person",),
                name="sign_in_card_one_in_force",
            ),
        ),
    ]
