"""Invite many addresses at once, as `accounts.operations.joining.invite` does with one, in a few statements for all."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Invitation, Organisation, Project, User
from accounts.operations.codes import random_code
from accounts.operations.joining import INVITATION_MAIL, invite
from accounts.operations.notifying import Message, notify_many
from accounts.queries.joining import digest_of
from accounts.rules import ways_in


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to be invited. The address is in small letters and stands once in a list."""

    email: str
    name: str
    language: str


def invite_many(
    *,
    organisation: Organisation,
    invitees: Sequence[Invitee],
    by: User | None,
    at: datetime,
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
) -> dict[str, Invitation]:
    """Invite learners by mail; return the invitations that were made or opened again, by address.

    An address that was invited and has not answered is not written to again, and is left out. Whether there is an
    account with an address is neither looked up nor told. Cost: 7 queries, and some for each invitation that ran out.
    """
    where: dict[str, Any] = {
        "organisation": organisation,
        "cohort_key": cohort_key,
        "course_key": course_key,
        "project": project,
    }
    if not invitees:
        return {}
    tokens = {invitee.email: secrets.token_urlsafe(32) for invitee in invitees}
    digests = {digest_of("invitation", token): email for email, token in tokens.items()}
    new = [
        Invitation(
            **where,
            email=invitee.email,
            name=invitee.name[:120],
            language=invitee.language,
            token_digest=digest_of("invitation", tokens[invitee.email]),
            code=random_code(ways_in.CODE_LENGTH),
            made_by=by,
            made_at=at,
            expires_at=at + ways_in.INVITATION_OPEN,
        )
        for invitee in invitees
    ]
    with transaction.atomic():
        # The constraint decides: one that waits for each address.
        Invitation.objects.bulk_create(new, ignore_conflicts=True)
        made = {row.email: row for row in Invitation.objects.filter(token_digest__in=digests)}
        messages = [
            Message(
                key=f"{row.public_id}:{row.token_digest[:16]}",
                values={"invitation": str(row.public_id), "token": tokens[row.email]},
                address=row.email,
                language=row.language,
            )
            for row in made.values()
        ]
        notify_many(kind=INVITATION_MAIL, messages=messages, at=at, organisation=organisation, sender=by)
        for invitee in invitees:
            if invitee.email in made:
                continue
            invitation, token = invite(
                email=invitee.email, name=invitee.name, language=invitee.language, by=by, at=at, **where
            )
            if token:  # it had run out
                made[invitee.email] = invitation
    return made
