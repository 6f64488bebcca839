"""Printed cards: they open one thing, choosing a passphrase of one's own. And resets that a manager may ask for."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction

from accounts.models import Invitation, Organisation, SignInCard, User
from accounts.operations.codes import random_code
from accounts.operations.notifying import notify
from accounts.operations.people import forget_sign_in_tries
from accounts.queries.joining import RESET_MAIL, digest_of, made_for
from accounts.rules import ways_in


class NotTheirs(Exception):
    """The account was not made for this organisation, or belongs to another one too: only its owner changes the way in."""


class NoAddress(Exception):
    """There is no confirmed address that a reset could be sent to."""


def new_card(*, person: User, organisation: Organisation, by: User | None, at: datetime) -> tuple[SignInCard, str]:
    """Make a card for a person and return it with the secret, which is shown now and never again.

    A card that was made before opens nothing any more: there is one in force at a time.
    """
    secret = random_code(ways_in.CARD_LENGTH)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)  # two managers at once make one card after the other
        SignInCard.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=at)
        card = SignInCard.objects.create(
            person=person,
            organisation=organisation,
            secret_digest=digest_of("card", secret),
            made_by=by,
            made_at=at,
            expires_at=at + ways_in.CARD_OPEN,
        )
        # Somebody who was added with a card and has not come yet has as long as the card.
        waiting = Invitation.objects.filter(person=person, organisation=organisation, state=Invitation.State.WAITING)
        waiting.update(expires_at=card.expires_at)
    return card, secret


def reset_by_card(*, person: User, organisation: Organisation, by: User, at: datetime) -> tuple[SignInCard, str]:
    """Make a new card for somebody of an organisation who cannot sign in. The passphrase of now works until it is used.

    The card says who made it and when; its owner reads that on the page of the card and under "Who sees what".

    :raises NotTheirs: if the account was not made for this organisation, has an address, or belongs elsewhere too.
    """
    if person.email or not made_for(person, organisation):
        raise NotTheirs
    with transaction.atomic():
        card, secret = new_card(person=person, organisation=organisation, by=by, at=at)
        # For a day, the account is nobody's second person (`accounts.rules.second_people`).
        User.objects.filter(pk=person.pk).update(access_changed_at=at)
    return card, secret


def reset_by_mail(*, person: User, organisation: Organisation, by: User, at: datetime) -> None:
    """Send a person of an organisation a link to choose a new passphrase, to their own confirmed address.

    Once a day at most, however often it is asked for. The manager learns neither the address nor the link.

    :raises NoAddress: if they have no confirmed address.
    """
    if not person.email or not person.is_active:
        raise NoAddress
    notify(
        kind=RESET_MAIL,
        key=f"{person.public_id}:{organisation.public_id}:{at:%Y-%m-%d}",
        values={},
        at=at,
        person=person,
        organisation=organisation,
        sender=by,
    )


def revoke_card(*, card: SignInCard, at: datetime) -> None:
    """Take a card back that was not used. Again, it changes nothing."""
    SignInCard.objects.filter(pk=card.pk, used_at=None, revoked_at=None).update(revoked_at=at)


def use_card(*, card: SignInCard, passphrase: str, at: datetime) -> bool:
    """Set the passphrase that the holder of a card chose, and use the card up. Return False if it opens nothing now.

    Whether the passphrase is good enough is for the form to say.
    """
    with transaction.atomic():
        in_force = SignInCard.objects.filter(pk=card.pk, used_at=None, revoked_at=None, expires_at__gt=at)
        if not in_force.update(used_at=at):
            return False
        person = User.objects.select_for_update().get(pk=card.person_id)
        if not person.is_active or person.erased_at is not None:
            return False
        person.set_password(passphrase)  # this ends every session that was opened with the one before
        person.save(update_fields=["password"])
        forget_sign_in_tries(name=person.username)
    return True


def seal_secrets(by_card: Mapping[str, str]) -> str:
    """Return secrets of new cards, by the card's public id, sealed: for the session, until the sheet is printed."""
    return _fernet().encrypt(json.dumps(dict(by_card)).encode()).decode()


def open_secrets(sealed: str, *, seconds: int) -> dict[str, str]:
    """Return the secrets of cards that were sealed not longer ago than this; none otherwise."""
    try:
        opened: dict[str, str] = json.loads(_fernet().decrypt(sealed.encode(), ttl=seconds))
    except InvalidToken:
        return {}
    return opened


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"secrets of cards\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
