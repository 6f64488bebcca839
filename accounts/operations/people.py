"""Writes about people: tries to sign in, addresses given up."""

import hmac
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models import SignInTries, User
from accounts.rules import waiting


def take_sign_in_try(*, name: str, device: str, at: datetime) -> timedelta:
    """Count a try to sign in, before it is made, and return how long it must wait instead: zero means go ahead.

    Counted first, so that a hundred tries sent at the same moment do not all find the count of the first. A try that
    must wait is not counted: waiting people who press again do not make it longer. `name` is what was typed, whether
    there is such an account or not; `device` tells one device or office from another.
    """
    free_tries = _free_tries(name, device)
    with transaction.atomic():
        SignInTries.objects.filter(last_try_at__lt=at - waiting.MEMORY).delete()
        tries = []
        for key in sorted(free_tries):  # always in one order, so that two tries cannot wait for each other for ever
            row, _is_new = SignInTries.objects.select_for_update().get_or_create(
                key_digest=key, defaults={"last_try_at": at}
            )
            tries.append(row)
        wait = max((row.wait_until - at for row in tries if row.wait_until), default=timedelta(0))
        if wait > timedelta(0):
            return wait
        for row in tries:
            row.try_count += 1
            row.last_try_at = at
            pause = waiting.wait_after(row.try_count, free_tries=free_tries[row.key_digest])
            row.wait_until = at + pause if pause else None
            row.save()
    return timedelta(0)


def give_back_sign_in_try(*, name: str, device: str) -> None:
    """Undo what `take_sign_in_try` counted, as the try was right. The device starts anew; others' tries stay counted."""
    device_key, account_key = _device_key(name, device), _account_key(name)
    with transaction.atomic():
        SignInTries.objects.filter(key_digest=device_key).delete()
        row = SignInTries.objects.select_for_update().filter(key_digest=account_key).first()
        if row is not None:
            row.try_count = max(row.try_count - 1, 0)
            row.wait_until = None
            row.save(update_fields=["try_count", "wait_until"])


def forget_sign_in_tries(*, name: str) -> None:
    """Let a person try again at once who proved by a mail that the account is theirs."""
    SignInTries.objects.filter(key_digest=_account_key(name)).delete()


def remove_email(*, user: User) -> None:
    """Take a person's e-mail address away, confirmed or not. They sign in with their username from now on."""
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).delete()
        user.email = ""
        user.save(update_fields=["email"])


def note_access_changed(
    *, before: User, person: User, by: User, has_new_passphrase: bool = False, at: datetime
) -> None:
    """Note that an account was edited on the pages of staff, and tell its owner of another address or passphrase.

    `before` is the person as stored until then: the mail goes to the address of then, in the language of then. Where somebody
    else did it, the account is no second person for a day (`accounts.rules.second_people`).
    """
    has_new_address = before.email.lower() != person.email.lower()
    is_others = by.pk != person.pk
    with transaction.atomic():
        if is_others and (has_new_address or has_new_passphrase):
            person.access_changed_at = at
            person.save(update_fields=["access_changed_at"])
        if before.email and has_new_address:
            get_adapter().send_mail("account/email/email_changed_by_staff", before.email, {"user": before})
        if before.email and has_new_passphrase and is_others:
            get_adapter().send_mail("account/email/passphrase_chosen_by_staff", before.email, {"user": before})


def _free_tries(name: str, device: str) -> dict[str, int]:
    return {
        _device_key(name, device): waiting.DEVICE_FREE_TRIES,
        _account_key(name): waiting.ACCOUNT_FREE_TRIES,
    }


def _account_key(name: str) -> str:
    return _digest("account", name.casefold())


def _device_key(name: str, device: str) -> str:
    return _digest("device", name.casefold(), device)


def _digest(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\0".join(parts).encode(), "sha256").hexdigest()
