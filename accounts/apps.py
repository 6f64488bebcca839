from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig

from foundation.outbox import MAIL_LEASE, MAIL_TRIES, register_handler


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        # Models exist from here on.
        from accounts.notifying import register_notification  # noqa: PLC0415
        from accounts.operations.mailing import (  # noqa: PLC0415
            deliver_notification,
            note_given_up,
            send_mail_from_message,
        )
        from accounts.operations.notifying import KIND  # noqa: PLC0415

        register_notification(
            "accounts.mail",
            label=_("Your account: its e-mail address and its passphrase"),
            words=None,
            is_optional=False,
        )
        # Private: a mail holds an address and often a link that lets its reader in.
        register_handler("accounts.mail", send_mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_handler(
            KIND,
            deliver_notification,
            is_private=True,
            lease=MAIL_LEASE,
            gives_up_after=MAIL_TRIES,
            given_up=note_given_up,
            is_once=True,
        )


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's own screens for users, for a user model that has one name instead of two."""

    user_viewset = "accounts.cms_users.PortalUserViewSet"

    def ready(self) -> None:
        super().ready()
        from wagtail.admin.views.account import NameEmailSettingsPanel  # noqa: PLC0415 - models exist from here on

        from accounts.cms_users import OwnNameForm  # noqa: PLC0415

        # Wagtail's form asks for a first and a last name, which nobody here has, and there is no setting for it.
        NameEmailSettingsPanel.form_class = OwnNameForm
