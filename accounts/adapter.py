"""Where django-allauth asks what this portal does differently."""

import math
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext, override

from accounts import operations
from accounts.mails import MAILS
from accounts.models import User
from foundation.operations import post_message
from foundation.rules.cleaning import is_safe_address

# One text whether the name, the passphrase or both are wrong: it must not tell which accounts exist.
_WRONG_SIGN_IN = gettext_lazy("The name or the passphrase is not right. Check both, then try again.")

_EASY_TO_GUESS = {
    "password_too_short": gettext_lazy("The passphrase needs at least %(min_length)d characters."),
    "password_too_common": gettext_lazy("Many people use this passphrase. Choose one of your own."),
    "password_too_similar": gettext_lazy("The passphrase is too much like your name or address."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Mail through the outbox, redirects to this site only, and a growing wait instead of a lock at sign-in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _WRONG_SIGN_IN,
        "username_password_mismatch": _WRONG_SIGN_IN,
        "username_taken": gettext_lazy("Somebody has this username already. Choose another one."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "enter_current_password": gettext_lazy("This is not your passphrase of today."),
        "invalid_password_reset": gettext_lazy("This link was used already, or it is too old."),
    }

    # Mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post a mail to the outbox, in the language of the person it is for.

        Links start with the site's own address, whatever host the request named.
        """
        mail = MAILS[template_prefix.rpartition("/")[2]]
        user = context.get("user")
        language = user.language if user else get_language()
        # Before the language changes: a path is looked up among those of the language it was made in.
        link = translate_url(context[mail.address], language) if mail.address else ""
        with override(language):
            words = {
                "language": language,
                "subject": str(mail.subject),
                "paragraphs": [str(paragraph) % context for paragraph in mail.paragraphs],
                "button": str(mail.button),
                "link": settings.PORTAL_BASE_URL + urlsplit(link).path if link else "",
                "reason": str(mail.reason),
                "site_name": settings.PORTAL_SITE_NAME,
                "operator": settings.PORTAL_OPERATOR,
                "base_url": settings.PORTAL_BASE_URL,
            }
            payload = {
                "to": email,
                "subject": words["subject"],
                "text": render_to_string("account/email/mail.txt", words),
                "html": render_to_string("account/email/mail.html", words),
            }
        post_message(kind="accounts.mail", key=uuid.uuid4().hex, payload=payload, at=timezone.now())

    # Redirects

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether a redirect may go there: to a path of this site, never to a host, not even to this one."""
        return url is not None and url.startswith("/") and is_safe_address(url)

    # Sign-up

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Save a person who signs up, without the e-mail address: it is theirs once they confirm it."""
        user.display_name = form.cleaned_data.get("display_name", "")
        user.language = get_language() or settings.LANGUAGE_CODE
        user.username = form.cleaned_data.get("username") or self.generate_unique_username(
            [user.display_name, form.cleaned_data.get("email"), "learner"]
        )
        user.set_password(form.cleaned_data["password1"])
        if commit:
            user.save()
        return user

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the username in its one spelling.

        :raises django.core.exceptions.ValidationError: if it looks like an e-mail address or is taken.
        """
        username = User.normalize_username(username)
        if "@" in username:
            raise ValidationError(gettext("A username has no @. There is a field of its own for an e-mail address."))
        try:
            return super().clean_username(username, shallow)
        except ValidationError as error:
            if getattr(error, "code", None) != "invalid":
                raise
            # Django's words for it allow the @ too.
            raise ValidationError(gettext("A username has letters, figures and . + - _ only, and no space.")) from error

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Return the passphrase.

        :raises django.core.exceptions.ValidationError: if it is easy to guess, in the words of this site.
        """
        if password == settings.PORTAL_DEMO_PASSPHRASE:
            raise ValidationError(_EASY_TO_GUESS["password_too_common"], code="password_too_common")
        try:
            return super().clean_password(password, user)
        except ValidationError as error:
            raise ValidationError([_words_about(problem) for problem in error.error_list]) from error

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, signup=signup, **kwargs)
        if signup:
            self.say_how_to_sign_in(request, user)
        return response

    def say_how_to_sign_in(self, request: HttpRequest, user: User) -> None:
        """Tell somebody who made an account which username it has: the site may have chosen it."""
        words = gettext("Your account is ready. You can always sign in with the username %(username)s.")
        messages.success(request, words % {"username": user.username})

    # E-mail addresses

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address, unless an account that an operator made has it: the database would refuse it."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt")
            return False
        return super().confirm_email(request, email_address)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        if self.request.user.is_authenticated:
            return super().get_email_verification_redirect_url(email_address)
        return reverse("account_login")

    # Sign-in

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try.

        :raises django.core.exceptions.ValidationError: if it must wait, with the minutes.
        """
        wait = operations.take_sign_in_try(**self._who_tries(request, credentials), at=timezone.now())
        if wait:
            raise ValidationError(_words_for(wait), code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        if settings.IS_PRODUCTION and credentials.get("password") == settings.PORTAL_DEMO_PASSPHRASE:
            return None  # a demo's database became a real site's: its accounts open to nobody
        user = super().authenticate(request, **credentials)
        if user:
            operations.give_back_sign_in_try(**self._who_tries(request, credentials))
        return user

    def _who_tries(self, request: HttpRequest, credentials: dict[str, Any]) -> dict[str, str]:
        name = credentials.get("email") or credentials.get("username") or ""
        return {"name": name, "device": self.get_client_ip(request)}

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        operations.forget_sign_in_tries(name=credentials.get("email", ""))


def _words_about(problem: ValidationError) -> ValidationError:
    words = _EASY_TO_GUESS.get(problem.code or "")
    return ValidationError(words, code=problem.code, params=problem.params) if words else problem


def _words_for(wait: timedelta) -> str:
    minutes = max(1, math.ceil(wait / timedelta(minutes=1)))
    return ngettext(
        "There were many tries with this name. Wait %(minutes)s minute, then try again. Nothing is locked or lost.",
        "There were many tries with this name. Wait %(minutes)s minutes, then try again. Nothing is locked or lost.",
        minutes,
    ) % {"minutes": minutes}
