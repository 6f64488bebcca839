"""Account pages: those of allauth where they fit, with what a mail scanner or a shared device asks for."""

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import operations
from accounts.forms import SettingsForm
from accounts.models import User
from foundation.access import Access, access


class SignUpView(allauth_views.SignupView):
    """Make an account."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except IntegrityError:  # the same username, sent twice at the same moment
            form.add_error("username", gettext("Somebody has this username already. Choose another one."))
            return self.form_invalid(form)


class ConfirmAddressView(allauth_views.ConfirmEmailView):
    """Confirm an e-mail address: the link shows a page, its button acts."""

    def logout_other_user(self, confirmation) -> None:
        """Leave whoever is signed in alone: opening a link must change nothing."""


class ChoosePassphraseView(allauth_views.PasswordResetFromKeyView):
    """Choose a new passphrase behind the link of a mail: the link shows a page, its button acts."""

    def logout(self) -> None:
        """Leave whoever is signed in alone: opening a link must change nothing."""


class AddressView(allauth_views.EmailView):
    """The one e-mail address of a person: add it, change it, take it away, send the link again."""

    def _action_primary(self, request: HttpRequest, *args, **kwargs) -> None:
        # allauth would make an unconfirmed address somebody's own.
        return None

    def _action_remove(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        assert isinstance(request.user, User)  # the view asks for sign-in
        operations.remove_email(user=request.user)
        messages.success(request, gettext("The e-mail address is removed. You sign in with your username."))
        return HttpResponseRedirect(self.get_success_url())


sign_up = access(Access.EVERYONE)(SignUpView.as_view())
confirm_address = access(Access.EVERYONE)(ConfirmAddressView.as_view())
choose_passphrase = access(Access.EVERYONE)(ChoosePassphraseView.as_view())
address = access(Access.OWN)(AddressView.as_view())
sign_in = access(Access.EVERYONE)(allauth_views.login)
inactive = access(Access.EVERYONE)(allauth_views.account_inactive)
ask_new_passphrase = access(Access.EVERYONE)(allauth_views.password_reset)
ask_new_passphrase_done = access(Access.EVERYONE)(allauth_views.password_reset_done)
choose_passphrase_done = access(Access.EVERYONE)(allauth_views.password_reset_from_key_done)
change_passphrase = access(Access.OWN)(allauth_views.password_change)
set_passphrase = access(Access.OWN)(allauth_views.password_set)


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Finish on this device: end the session and have the browser forget what it kept of this site."""
    if request.method == "POST":
        logout(request)
        response = HttpResponseRedirect(reverse("account_logout"), status=303)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
    return render(request, "account/logout.html")


@access(Access.EVERYONE)
@never_cache
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Stand in for the sign-in pages of the CMS and of /ops/: a second door would not make guessing wait.

    :raises django.core.exceptions.PermissionDenied: for who is signed in already: another sign-in would not help.
    """
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", "/"), reverse("account_login"))


@access(Access.OWN)
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Language, text size, space between lines, movement."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save(commit=False)
        person.save(update_fields=list(form.fields))
        with override(person.language):
            messages.success(request, gettext("Your settings are saved."))
            return HttpResponseRedirect(reverse("accounts:settings"), status=303)
    return render(request, "account/settings.html", {"form": form})
