from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default = True


class CmsUsersConfig(WagtailUsersAppConfig):
    """Wagtail's own screens for users, for a user model that has one name instead of two."""

    user_viewset = "accounts.cms_users.PortalUserViewSet"
