"""Wagtail's screens for users, without the two name fields this user model does not have."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

FIELDS = ["username", "display_name", "email", "language", "groups", "is_superuser", "shows_edit_links"]


class PortalUserCreationForm(UserCreationForm):
    """A person made by an operator: a username always, an e-mail address where there is one."""

    # Wagtail's form declares both; None takes a declared field away.
    first_name = None
    last_name = None
    email = forms.EmailField(required=False, label=_("E-mail address"))

    class Meta(UserCreationForm.Meta):
        fields = FIELDS


class PortalUserEditForm(UserEditForm):
    """The same for a person who exists."""

    first_name = None
    last_name = None
    email = forms.EmailField(required=False, label=_("E-mail address"))

    class Meta(UserEditForm.Meta):
        fields = [*FIELDS, "is_active"]


class PortalUserViewSet(UserViewSet):
    """Lists, adds and edits people in the CMS."""

    template_prefix = "accounts/cms_users/"

    def get_form_class(self, for_update: bool = False) -> type[UserCreationForm] | type[UserEditForm]:
        return PortalUserEditForm if for_update else PortalUserCreationForm
