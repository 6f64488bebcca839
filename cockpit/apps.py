"""The pages of managers and of assessors."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from foundation import scope

# Rows about people that managers' pages read only through `cockpit.queries.scope`. All of progress, certificates and
# cockpit but for what is named below, and what accounts, stories and packages hold of people.
GUARDED_APPS = ("progress", "certificates", "cockpit")
GUARDED_MODELS = (
    "account.EmailAddress",
    "account.EmailConfirmation",
    "accounts.User",
    "accounts.Membership",
    "accounts.ClusterManager",
    "accounts.Look",
    "accounts.Invitation",
    "accounts.JoinLink",
    "accounts.JoinRequest",
    "accounts.SignInCard",
    "accounts.Notification",
    "accounts.NotificationChoice",
    "accounts.ProjectParticipant",
    "admin.LogEntry",  # names what was changed, people too
    "case_studies.AppliedStory",
    "wagtailcore.ModelLogEntry",  # as above
)
# Answers, marks, work, and what somebody needs: no page of managers reads these, through the entry point or past it.
NEVER_READ = (
    "case_studies.AppliedStory",
    "progress.Accommodation",
    "progress.Attempt",
    "progress.HandMark",
    "progress.HandMarkComment",
    "progress.Judgement",
    "progress.JudgementComment",
    "progress.MarkEvent",
    "progress.MarkingTask",
    "progress.ReadingPosition",
    "progress.Response",
    "progress.Submission",
    "progress.SubmittedFile",
)
# Without a person in them, of themselves or by a row they point at; or only what rights somebody has.
OF_NOBODY = (
    "accounts.User_groups",
    "accounts.User_user_permissions",
    "certificates.SigningKey",
    "certificates.LogHead",
)
# Content, and who edited it: no learner is in it. `tests/cockpit/test_guarded.py` fails on a model with a way to a person
# that is neither guarded nor named here or above.
CONTENT_APPS = (
    "courses",
    "case_studies",
    "home",
    "wagtail_localize",
    "wagtailadmin",
    "wagtailcore",
    "wagtaildocs",
    "wagtailimages",
    "wagtailredirects",
    "wagtailusers",
)


class CockpitConfig(AppConfig):
    name = "cockpit"
    verbose_name = _("Cockpit")

    def ready(self) -> None:
        from accounts.announcing import register_erasing_listener, register_name_listener  # noqa: PLC0415 - as below
        from cockpit.operations import (  # noqa: PLC0415 - models exist from here on
            erasing,
            importing_mails,
            importing_steps,
            joining_mails,
            packs,
            packs_mail,
            packs_retention,
            reminding,
        )
        from cockpit.queries.importing import IMPORT, UNDO  # noqa: PLC0415 - as above
        from cockpit.queries.packs import JOB as PACK  # noqa: PLC0415 - as above
        from foundation.jobs import register_job  # noqa: PLC0415 - as above

        joining_mails.register_messages()
        importing_mails.register_messages()
        register_job(IMPORT, step=importing_steps.import_some, count=importing_steps.count_rows)
        register_job(UNDO, step=importing_steps.undo_some, count=importing_steps.count_added)
        packs_mail.register_messages()
        register_erasing_listener(erasing.forget_person)
        register_name_listener(packs_retention.forget_names)
        register_job(PACK, step=packs.make_some, count=packs.count_to_make)
        reminding.register_messages()
        models = [model for label in GUARDED_APPS for model in apps.get_app_config(label).get_models()]
        models += [apps.get_model(label) for label in GUARDED_MODELS]
        scope.guard_tables(
            (model._meta.db_table for model in models if model._meta.label not in OF_NOBODY),
            never=(apps.get_model(label)._meta.db_table for label in NEVER_READ),
        )
