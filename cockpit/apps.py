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
        from cockpit.operations import joining_mails  # noqa: PLC0415 - models exist from here on

        joining_mails.register_messages()
        models = [model for label in GUARDED_APPS for model in apps.get_app_config(label).get_models()]
        models += [apps.get_model(label) for label in GUARDED_MODELS]
        scope.guard_tables(model._meta.db_table for model in models if model._meta.label not in OF_NOBODY)
