"""Wagtail's screens for users, without the two name fields this user model does not have."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet

from accounts.models import User
from accounts.operations import note_access_changed

FIELDS = ["username", "display_name", "email", "language", "groups", "is_superuser", "shows_edit_links"]


def _power_field() -> forms.BooleanField:
    # Shown, not changeable: who may edit people could otherwise give themselves every right.
    return forms.BooleanField(
        label=_("Administrator"), required=False, disabled=True, help_text=_("Given at /ops/, by an administrator.")
    )


class PortalUserCreationForm(UserCreationForm):
    """A person made by an operator: a username always, an e-mail address where there is one."""

    # Wagtail's form declares these; None takes a declared field away, and the model's own fields come instead.
    first_name = None
    last_name = None
    email = None
    is_superuser = _power_field()

    class Meta(UserCreationForm.Meta):
        fields = FIELDS


class PortalUserEditForm(UserEditForm):
    """The same for a person who exists."""

    first_name = None
    last_name = None
    email = None
    is_superuser = _power_field()

    class Meta(UserEditForm.Meta):
        fields = [*FIELDS, "is_active"]


class PortalUserIndexView(IndexView):
    """The list of people; found by the name they are greeted with, too."""

    search_fields = ["username", "display_name", "email"]


class PortalUserEditView(EditView):
    """Edits a person. Who has no e-mail address gets a passphrase here, so that it is noted who was given one."""

    def save_instance(self) -> User:
        before = User.objects.get(pk=self.object.pk)
        person = super().save_instance()
        note_access_changed(
            before=before,
            person=person,
            by=self.request.user,
            has_new_passphrase=before.password != person.password,
            at=timezone.now(),
        )
        return person


class PortalUserViewSet(UserViewSet):
    """Lists, adds and edits people in the CMS."""

    index_view_class = PortalUserIndexView
    edit_view_class = PortalUserEditView

    def get_form_class(self, for_update: bool = False) -> type[UserCreationForm] | type[UserEditForm]:
        return PortalUserEditForm if for_update else PortalUserCreationForm


class OwnNameForm(forms.ModelForm):
    """What an editor changes about themselves in the CMS; address and passphrase are changed on the site."""

    class Meta:
        model = User
        fields = ("display_name",)
