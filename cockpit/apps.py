"""The pages of managers and of assessors."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from foundation import scope

# Rows about people that managers' pages read only through `cockpit.queries.scope`. All of progress, certificates and
# cockpit but for what is named here, and what accounts and stories hold of people.
GUARDED_APPS = ("progress", "certificates", "cockpit")
GUARDED_MODELS = (
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
    "case_studies.AppliedStory",
)
# Without a person in them, of themselves or by a row they point at.
OF_NOBODY = ("certificates.SigningKey", "certificates.LogHead")


class CockpitConfig(AppConfig):
    name = "cockpit"
    verbose_name = _("Cockpit")

    def ready(self) -> None:
        from cockpit.operations import (  # noqa: PLC0415 - models exist from here on
            importing_mails,
            importing_steps,
            joining_mails,
            packs,
            packs_mail,
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
        register_job(PACK, step=packs.make_some, count=packs.count_to_make)
        reminding.register_messages()
        models = [model for label in GUARDED_APPS for model in apps.get_app_config(label).get_models()]
        models += [apps.get_model(label) for label in GUARDED_MODELS]
        scope.guard_tables(model._meta.db_table for model in models if model._meta.label not in OF_NOBODY)
