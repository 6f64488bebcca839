"""Ways into an organisation: join links, invitations, and the accounts and cards of people without e-mail."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.models import (
    Invitation,
    JoinLink,
    JoinRequest,
    Membership,
    Notification,
    Organisation,
    Project,
    SignInCard,
    User,
)
from accounts.operations.cards import new_card
from accounts.operations.codes import random_code
from accounts.operations.notifying import notify
from accounts.queries.joining import digest_of
from accounts.rules import ways_in
from foundation.operations import limiting

INVITATION_MAIL = "accounts.invitation"
MISSES_ALLOWED = 60
_MISSES = "joining:misses"


class UsernameTaken(Exception):
    """Somebody has the username that was asked for."""


@dataclass(frozen=True, slots=True)
class NewCard:
    """A person without e-mail who was just added. `secret` is "" where the same form was sent before: shown once only."""

    person: User
    invitation: Invitation
    card: SignInCard | None
    secret: str


def may_try(address: str) -> bool:
    """Return whether somebody at this network address is told once more that a link, code or card leads nowhere.

    Only misses are counted, 60 in 10 minutes, and only misses are refused: a right code is answered before this is
    asked, so that fifty people in one office are never held up by one another's slips of the pen.
    """
    return limiting.counted(_MISSES, address) < MISSES_ALLOWED


def count_miss(address: str) -> None:
    """Count a link, code or card that leads nowhere against this network address."""
    limiting.count(_MISSES, address)


def make_join_link(
    *,
    organisation: Organisation,
    days: int,
    limit: int,
    by: User | None,
    at: datetime,
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
    key: UUID | None = None,
) -> JoinLink:
    """Make a link by which `limit` people can join for `days` days. `key` is of the form: sent twice, it is one link."""
    fields = {
        "organisation": organisation,
        "token": secrets.token_urlsafe(32),
        "code": random_code(ways_in.CODE_LENGTH),
        "limit": limit,
        "cohort_key": cohort_key,
        "course_key": course_key,
        "project": project,
        "made_by": by,
        "made_at": at,
        "expires_at": at + timedelta(days=days),
    }
    link, _is_new = JoinLink.objects.get_or_create(public_id=key or uuid4(), defaults=fields)
    return link


def revoke_join_link(*, link: JoinLink, at: datetime) -> None:
    """Take a link back. Who joined stays; nobody joins by it any more. Again, it changes nothing."""
    JoinLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at)


def invite(
    *,
    organisation: Organisation,
    email: str,
    name: str,
    language: str,
    role: str = Membership.Role.LEARNER,
    by: User | None,
    at: datetime,
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
) -> tuple[Invitation, str]:
    """Invite an address by mail; return the invitation and the token of its link.

    An address that was invited to the same role and has not answered is not written to again: its invitation is
    returned with "" for the token, unless it ran out: then it is opened again, and mailed. Whether there is an account
    with this address is neither looked up nor told.
    """
    email = email.strip().lower()
    waiting = Invitation.objects.filter(
        organisation=organisation, email=email, role=role, state=Invitation.State.WAITING
    )
    with transaction.atomic():
        token = secrets.token_urlsafe(32)
        try:
            with transaction.atomic():
                invitation = Invitation.objects.create(
                    organisation=organisation,
                    email=email,
                    name=name.strip()[:120],
                    language=language,
                    role=role,
                    token_digest=digest_of("invitation", token),
                    code=random_code(ways_in.CODE_LENGTH),
                    cohort_key=cohort_key,
                    course_key=course_key,
                    project=project,
                    made_by=by,
                    made_at=at,
                    expires_at=at + ways_in.INVITATION_OPEN,
                )
        except IntegrityError:  # the constraint decides: one that waits for each address and role
            invitation = waiting.select_for_update().get()
            if at < invitation.expires_at:
                return invitation, ""
            _open_again(invitation, token, at)
        _mail(invitation, token, by=by, at=at)
    return invitation, token


def send_again(*, invitation: Invitation, by: User, at: datetime) -> Notification | None:
    """Mail an invitation that waits once more, with a new link and all its days again; return the message.

    The link of the mail before stops working. Within a minute of the last one nothing is sent: it was pressed twice.
    Return None then, and for an invitation that was answered or taken back meanwhile.
    """
    with transaction.atomic():
        row = Invitation.objects.select_for_update().filter(pk=invitation.pk, state=Invitation.State.WAITING).first()
        just_sent = ways_in.INVITATION_OPEN - timedelta(minutes=1)
        if row is None or not row.email or row.expires_at - at > just_sent:
            return None
        token = secrets.token_urlsafe(32)
        _open_again(row, token, at)
        return _mail(row, token, by=by, at=at)


def make_card(
    *,
    organisation: Organisation,
    name: str,
    language: str,
    by: User | None,
    at: datetime,
    username: str = "",
    cohort_key: UUID | None = None,
    course_key: UUID | None = None,
    project: Project | None = None,
    key: UUID | None = None,
) -> NewCard:
    """Add somebody who has no e-mail address: an account that nobody can sign in to, an invitation, and a card.

    The account gets a readable username, or `username` where that is free. Its owner chooses the passphrase, with the
    card. `key` is of the row or the form: the same one again adds nobody, and shows no secret.

    :raises UsernameTaken: if `username` is somebody's.
    """
    key = key or uuid4()
    with transaction.atomic():
        known = Invitation.objects.filter(public_id=key).select_related("person").first()
        if known is not None and known.person is not None:
            return NewCard(known.person, known, known.person.cards.order_by("-pk").first(), "")
        person = _make_person(name.strip()[:120], language, username, at)
        invitation = Invitation.objects.create(
            public_id=key,
            organisation=organisation,
            name=person.display_name,
            language=language,
            token_digest=digest_of("invitation", secrets.token_urlsafe(32)),
            code=random_code(ways_in.CODE_LENGTH),
            person=person,
            cohort_key=cohort_key,
            course_key=course_key,
            project=project,
            made_by=by,
            made_at=at,
            expires_at=at + ways_in.CARD_OPEN,
        )
        card, secret = new_card(person=person, organisation=organisation, by=by, at=at)
    return NewCard(person, invitation, card, secret)


def revoke_invitation(*, invitation: Invitation, at: datetime) -> bool:
    """Take an invitation back, with the card of an account that was made for it. Return False if it was answered.

    Taken back again, it stays as it is.
    """
    with transaction.atomic():
        waits = Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.WAITING)
        if not waits.update(state=Invitation.State.REVOKED, revoked_at=at, ended_at=at):
            return Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.REVOKED).exists()
        if invitation.person_id is not None:
            SignInCard.objects.filter(person=invitation.person_id, used_at=None, revoked_at=None).update(revoked_at=at)
    return True


def delete_ended_invitations(*, at: datetime) -> int:
    """Delete invitations and join links 60 days after their end; return how many invitations.

    With a link go the requests by it that were decided; with an invitation the account made for it, if nobody opened it. Cost: a few statements, whatever there is.
    """
    ended = at - ways_in.KEPT_AFTER_END
    over = Q(ended_at__lt=ended) | Q(state=Invitation.State.WAITING, expires_at__lt=ended)
    gone = Invitation.objects.filter(over)
    never_opened = User.objects.filter(
        invitations__in=gone.exclude(state=Invitation.State.JOINED),
        last_login=None,
        memberships=None,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
    ).exclude(cards__used_at__isnull=False)
    with transaction.atomic():
        people = list(never_opened.values_list("pk", flat=True))
        count, _by_model = gone.delete()
        User.objects.filter(pk__in=people, invitations=None).delete()
        links = JoinLink.objects.filter(Q(revoked_at__lt=ended) | Q(expires_at__lt=ended))
        links.exclude(requests__state=JoinRequest.State.WAITING).delete()
    return count


def take_place(*, link: JoinLink, at: datetime) -> bool:
    """Take one of the places of a link that is open; return False if there is none. Many at once never take more."""
    open_ones = JoinLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=at, used_count__lt=F("limit"))
    return bool(open_ones.update(used_count=F("used_count") + 1))


def give_place_back(*, link: JoinLink) -> None:
    """Give a place of a link back that a request took which came to nothing."""
    JoinLink.objects.filter(pk=link.pk, used_count__gt=0).update(used_count=F("used_count") - 1)


def _make_person(name: str, language: str, username: str, at: datetime) -> User:
    for candidate in [username] if username else ways_in.usernames_for(name):
        if User.objects.filter(username__iexact=candidate).exists():
            continue
        person = User(username=User.normalize_username(candidate), display_name=name, language=language, date_joined=at)
        person.set_unusable_password()
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:  # somebody took it at this moment
            continue
        return person
    raise UsernameTaken(username)


def _open_again(invitation: Invitation, token: str, at: datetime) -> None:
    invitation.token_digest = digest_of("invitation", token)
    invitation.expires_at = at + ways_in.INVITATION_OPEN
    invitation.save(update_fields=["token_digest", "expires_at"])


def _mail(invitation: Invitation, token: str, *, by: User | None, at: datetime) -> Notification:
    return notify(
        kind=INVITATION_MAIL,
        key=f"{invitation.public_id}:{invitation.token_digest[:16]}",
        values={"invitation": str(invitation.public_id), "token": token},
        at=at,
        address=invitation.email,
        language=invitation.language,
        organisation=invitation.organisation,
        sender=by,
    )
