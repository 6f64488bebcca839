from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig

from foundation.outbox import MAIL_LEASE, register_handler


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        from accounts.operations import send_mail_from_message  # noqa: PLC0415 - models exist from here on

        # Private: a mail holds an address and often a link that lets its reader in.
        register_handler("accounts.mail", send_mail_from_message, is_private=True, lease=MAIL_LEASE)


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's own screens for users, for a user model that has one name instead of two."""

    user_viewset = "accounts.cms_users.PortalUserViewSet"

    def ready(self) -> None:
        super().ready()
        from wagtail.admin.views.account import NameEmailSettingsPanel  # noqa: PLC0415 - models exist from here on

        from accounts.cms_users import OwnNameForm  # noqa: PLC0415

        # Wagtail's form asks for a first and a last name, which nobody here has, and there is no setting for it.
        NameEmailSettingsPanel.form_class = OwnNameForm
