"""Forms of the account pages. A passphrase is asked for once: it can be shown and pasted (UX)."""

from collections.abc import Collection, Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.account.models import EmailAddress
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifying import NotificationKind
from accounts.rules.shared_devices import mark_shared

_PASSPHRASE_HINT = _("At least 10 characters. Four words in a row are easy to remember. You can paste it.")


def _passphrase(label: Any, *, autocomplete: str, hint: Any = "") -> forms.CharField:
    # The mark is for passphrase.js, which adds a button that shows what was typed.
    attributes = {"autocomplete": autocomplete, "data-passphrase": "yes"}
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        help_text=hint,
        widget=forms.PasswordInput(attrs=attributes),
        error_messages={"required": _("Write your passphrase.")},
    )


def _address() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )


def _ask_once(form: forms.Form) -> None:
    """Ask for a new passphrase in one field: allauth's first, which checks it against its person, in our words."""
    del form.fields["password2"]
    field = form.fields["password1"]
    field.label, field.help_text = _("New passphrase"), _PASSPHRASE_HINT
    field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "data-passphrase": "yes"})
    field.error_messages["required"] = _("Write your new passphrase.")


def _shared_device() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Other people use this device too"),
        required=False,
        help_text=_("You are then signed out after 30 minutes without a click. What you answered is kept."),
    )


class SignInForm(LoginForm):
    """Sign in with a username or an e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        self.fields = {
            "login": forms.CharField(
                label=_("Username or e-mail address"),
                max_length=254,
                widget=forms.TextInput(attrs=attributes),
                error_messages={"required": _("Write your username or your e-mail address.")},
            ),
            "password": _passphrase(_("Passphrase"), autocomplete="current-password"),
            "shared_device": _shared_device(),
        }

    def user_credentials(self) -> dict[str, str]:
        """Return what was typed once: allauth would look for an address twice, and so tell by its time that it exists."""
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url)
        if self.cleaned_data["shared_device"] and request.user.is_authenticated:
            mark_shared(request.session, at=timezone.now())
            request.session.set_expiry(0)  # the cookie goes with the browser window; the middleware keeps the minutes
        return response


class SignUpForm(SignupForm):
    """Make an account: a name, and an e-mail address or a username or both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {
            "display_name": forms.CharField(
                label=_("Your name"),
                max_length=120,
                help_text=_("As the site should greet you. Your certificate asks for your full name later."),
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
                error_messages={"required": _("Write your name.")},
            ),
            "email": forms.EmailField(
                label=_("E-mail address, if you have one of your own"),
                required=False,
                help_text=_("To get a new passphrase when you need one. It is not shown to anybody."),
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            ),
            "username": forms.CharField(
                label=_("Username, if you have no e-mail address"),
                required=False,
                max_length=150,
                help_text=_("Letters and figures, for example anna.k. With an e-mail address you may leave it empty."),
                widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
            ),
            "password1": _passphrase(_("Passphrase"), autocomplete="new-password", hint=_PASSPHRASE_HINT),
            "shared_device": _shared_device(),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not (cleaned.get("email") or cleaned.get("username") or self.errors):
            self.add_error("email", _("Write an e-mail address or choose a username: you sign in with it."))
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        user, response = super().try_save(request)
        if user:
            self.keep_short_if_shared(request)
        return user, response

    def keep_short_if_shared(self, request: HttpRequest) -> None:
        """End the session early where the device was said to be shared."""
        if self.cleaned_data["shared_device"]:
            mark_shared(request.session, at=timezone.now())
            request.session.set_expiry(0)

    def save(self, request: HttpRequest) -> User:
        """Save the person and, apart from them until it is confirmed, their address.

        :raises django.db.IntegrityError: if somebody took the username since it was checked.
        """
        adapter = get_adapter(request)
        with transaction.atomic():
            user = adapter.save_user(request, adapter.new_user(request), self)
            if self.cleaned_data["email"]:
                EmailAddress.objects.create(user=user, email=self.cleaned_data["email"])
        return user


class AddressForm(AddEmailForm):
    """Give an e-mail address, or another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _address()


class AskNewPassphraseForm(ResetPasswordForm):
    """Ask for a mail with a link to choose a new passphrase."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _address()


class ChangePassphraseForm(ChangePasswordForm):
    """Change the passphrase; the one of today proves who asks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _passphrase(_("Passphrase of today"), autocomplete="current-password")
        _ask_once(self)


class ChoosePassphraseForm(ResetPasswordKeyForm):
    """Choose a new passphrase, behind the link of a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class SetPassphraseForm(SetPasswordForm):
    """Choose a first passphrase, for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class SettingsForm(forms.ModelForm):
    """How the site looks and reads for one person. Neutral names: they say what changes, never for whom."""

    class Meta:
        model = User
        fields = ("display_name", "language", "text_size", "wide_spacing", "calm_mode")


class MessagesForm(forms.Form):
    """Which kinds of messages somebody wants: one box a kind that may be switched off."""

    def __init__(self, *args: Any, kinds: Iterable[NotificationKind], unwanted: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.name] = forms.BooleanField(
                label=str(kind.label), required=False, initial=kind.name not in unwanted
            )

    def wanted(self) -> dict[str, bool]:
        """Return what was ticked; what the form did not show is left alone."""
        return {name: bool(self.cleaned_data[name]) for name in self.fields}


class NewPersonForm(forms.ModelForm):
    """A person that an operator adds at /ops/: nobody knows a passphrase of the account until its owner chooses one."""

    class Meta:
        model = User
        fields = ("username", "display_name", "email", "language")

    def save(self, commit: bool = True) -> User:
        """Save the person, with no passphrase that would open the account."""
        self.instance.set_unusable_password()
        person: User = super().save(commit=commit)
        return person
