"""Account pages: those of allauth where they fit, with what a mail scanner or a shared device asks for."""

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.views._password_reset import INTERNAL_RESET_SESSION_KEY
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import operations
from accounts.forms import SettingsForm
from accounts.models import User
from accounts.queries.people import account_just_made, address_confirmed_by
from foundation.access import Access, access

_USED_HERE = "passphrase_link_used_here"


class SignUpView(allauth_views.SignupView):
    """Make an account. A form sent twice, as by a double click, makes one and signs in to it."""

    def form_valid(self, form):
        again = self._sign_in_to_account_of(form)
        if again is not None:
            return again
        try:
            return super().form_valid(form)
        except IntegrityError:  # the same username, sent twice at the same moment
            words = gettext("Somebody has this username already. Choose another one.")
            form.add_error("username", ValidationError(words, code="username_taken"))
            return self.form_invalid(form)

    def form_invalid(self, form):
        is_taken = set(form.errors) == {"username"} and form.has_error("username", "username_taken")
        return (self._sign_in_to_account_of(form) if is_taken else None) or super().form_invalid(form)

    def _sign_in_to_account_of(self, form) -> HttpResponse | None:
        user = account_just_made(
            display_name=form.cleaned_data.get("display_name", ""),
            username=form.data.get("username", ""),  # no longer in the cleaned data where it is taken
            email=form.cleaned_data.get("email", ""),
            passphrase=form.cleaned_data.get("password1", ""),
            at=timezone.now(),
        )
        if user is None:
            return None
        adapter = get_adapter(self.request)
        adapter.login(self.request, user)
        adapter.say_how_to_sign_in(self.request, user)
        form.keep_short_if_shared(self.request)
        return HttpResponseRedirect(self.get_success_url(), status=303)


class ConfirmAddressView(allauth_views.ConfirmEmailView):
    """Confirm an e-mail address: the link shows a page, its button acts. Pressed twice, it leads to the same page."""

    def post(self, *args, **kwargs) -> HttpResponse:
        try:
            return super().post(*args, **kwargs)
        except Http404:  # confirmed already, or too old
            address = address_confirmed_by(self.kwargs["key"])
            if address is None:
                return self.get(*args, **kwargs)
            self.object = EmailConfirmationHMAC(address)
            return self.respond(True)

    def logout_other_user(self, confirmation) -> None:
        """Leave whoever is signed in alone: opening a link must change nothing."""


class ChoosePassphraseView(allauth_views.PasswordResetFromKeyView):
    """Choose a new passphrase behind the link of a mail: the link shows a page, its button acts.

    Pressed twice, the button leads to the same page: the second time its link is used already, by this very browser.
    """

    def dispatch(self, request, uidb36, key, **kwargs):
        if request.method == "POST" and key == self.reset_url_key:
            link = request.session.get(INTERNAL_RESET_SESSION_KEY)
            if link and link == request.session.get(_USED_HERE):
                return HttpResponseRedirect(str(self.success_url), status=303)
        return super().dispatch(request, uidb36, key, **kwargs)

    def form_valid(self, form):
        response = super().form_valid(form)
        self.request.session[_USED_HERE] = self.key
        return response

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
