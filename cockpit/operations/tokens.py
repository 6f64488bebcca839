"""Tokens by which programs read the reports of an organisation: made, shown once, revoked."""

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Organisation, User
from cockpit.models import ReportToken

PREFIX = "ctr_"
"""So that a token that lies somewhere by mistake can be recognised and found."""


class TokenThere(Exception):
    """The organisation has a token of this name in force: perhaps the form was sent twice."""


def make_token(*, organisation: Organisation, name: str, by: User, at: datetime) -> tuple[ReportToken, str]:
    """Make a token and return it with its text, which is kept nowhere: 256 random bits after the prefix.

    :raises TokenThere: if the organisation has one of this name in force.
    """
    text = PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():  # the constraint decides, so that two clicks do not make two
            token = ReportToken.objects.create(
                organisation=organisation, name=name, digest=digest_of(text), made_by=by, made_at=at
            )
    except IntegrityError:
        raise TokenThere from None
    return token, text


def revoke_token(*, token: ReportToken, at: datetime) -> None:
    """End a token at once. One that is revoked stays as it is."""
    ReportToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def note_token_used(*, token: ReportToken, at: datetime) -> None:
    """Note the day a token was used: one write a day, so that a manager sees which of them nobody needs."""
    if token.last_used_on != at.date():
        ReportToken.objects.filter(pk=token.pk).update(last_used_on=at.date())


def digest_of(text: str) -> str:
    """Return what is kept of a token. Its 256 random bits need no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()
