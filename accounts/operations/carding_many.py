"""Add many people without an e-mail address at once, as `accounts.operations.joining.make_card` does with one."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from accounts.models import Invitation, Organisation, Project, SignInCard, User
from accounts.operations.codes import random_code
from accounts.operations.joining import UsernameTaken, make_card
from accounts.queries.joining import digest_of
from accounts.rules import ways_in

_TRIED_AT_ONCE = 30
"""Usernames of a person that are looked for in one query."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be added with a card. `key` is of the row or the form; `username` may be ""."""

    key: UUID
    name: str
    language: str
    username: str = ""


def make_cards(
    *,
    organisation: Organisation,
    newcomers: Sequence[Newcomer],
    by: User | None,
    at: datetime,
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
) -> dict[UUID, Invitation]:
    """Add people with cards; return their invitations by key. Who is left out asked for a username that somebody has.

    The cards are in force, and their secrets are told to nobody: they are made anew when they are printed. A key that
    was used before adds nobody. Cost: 7 queries, more where many people of one name ask for a username, and some for
    each person where somebody takes one of the usernames at this moment.
    """
    where: dict[str, Any] = {
        "organisation": organisation,
        "cohort_key": cohort_key,
        "course_key": course_key,
        "project": project,
    }
    if not newcomers:
        return {}
    keys = [newcomer.key for newcomer in newcomers]
    made = {row.public_id: row for row in Invitation.objects.filter(public_id__in=keys).exclude(person=None)}
    new = [newcomer for newcomer in newcomers if newcomer.key not in made]
    usernames = _usernames(new)
    try:
        with transaction.atomic():
            return made | _made([one for one in new if one.key in usernames], usernames, where, by, at)
    except IntegrityError:  # somebody took one of the usernames at this moment
        return made | _one_by_one(new, where, by, at)


def _made(
    newcomers: Sequence[Newcomer], usernames: dict[UUID, str], where: dict[str, Any], by: User | None, at: datetime
) -> dict[UUID, Invitation]:
    expires_at = at + ways_in.CARD_OPEN
    people = []
    for newcomer in newcomers:
        person = User(
            username=usernames[newcomer.key],
            display_name=newcomer.name.strip()[:120],
            language=newcomer.language,
            date_joined=at,
        )
        person.set_unusable_password()
        people.append(person)
    invitations = [
        Invitation(
            **where,
            public_id=newcomer.key,
            name=person.display_name,
            language=newcomer.language,
            token_digest=digest_of("invitation", secrets.token_urlsafe(32)),
            code=random_code(ways_in.CODE_LENGTH),
            person=person,
            made_by=by,
            made_at=at,
            expires_at=expires_at,
        )
        for newcomer, person in zip(newcomers, User.objects.bulk_create(people), strict=True)
    ]
    Invitation.objects.bulk_create(invitations)
    SignInCard.objects.bulk_create(
        SignInCard(
            person=person,
            organisation=where["organisation"],
            secret_digest=digest_of("card", random_code(ways_in.CARD_LENGTH)),
            made_by=by,
            made_at=at,
            expires_at=expires_at,
        )
        for person in people
    )
    return {invitation.public_id: invitation for invitation in invitations}


def _one_by_one(
    newcomers: Sequence[Newcomer], where: dict[str, Any], by: User | None, at: datetime
) -> dict[UUID, Invitation]:
    made = {}
    for newcomer in newcomers:
        try:
            card = make_card(
                name=newcomer.name,
                language=newcomer.language,
                username=newcomer.username,
                key=newcomer.key,
                by=by,
                at=at,
                **where,
            )
        except UsernameTaken:
            continue
        made[newcomer.key] = card.invitation
    return made


def _usernames(newcomers: Sequence[Newcomer]) -> dict[UUID, str]:
    """Return a username that is free for each; none for who asked for one that is not. Who asked for one goes first."""
    found: dict[UUID, str] = {}
    taken: set[str] = set()
    open_ones = [(one, iter([one.username])) for one in newcomers if one.username]
    open_ones += [(one, ways_in.usernames_for(one.name.strip()[:120])) for one in newcomers if not one.username]
    while open_ones:
        tried = [
            (one, names, [User.normalize_username(name) for name in islice(names, _TRIED_AT_ONCE)])
            for one, names in open_ones
        ]
        in_small = {name.lower() for _one, _names, some in tried for name in some}
        known = User.objects.annotate(small=Lower("username")).filter(small__in=in_small)
        taken.update(known.values_list("small", flat=True))
        open_ones = []
        for one, names, some in tried:
            free = next((name for name in some if name.lower() not in taken), None)
            if free is not None:
                taken.add(free.lower())
                found[one.key] = free
            elif some:
                open_ones.append((one, names))
    return found
