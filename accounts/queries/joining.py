"""Reads about ways in: who holds a link, a code or a card gets what it leads to, and nobody else learns anything."""

import hmac
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Q

from accounts.models import (
    ClusterManager,
    Invitation,
    JoinLink,
    JoinRequest,
    Membership,
    Notification,
    Organisation,
    SignInCard,
    User,
)
from accounts.rules import ways_in

RESET_MAIL = "accounts.reset"
_LONGEST_SECRET = 100
_RESETS_SHOWN = 20


def digest_of(purpose: str, secret: str) -> str:
    """Return what is stored instead of a secret: keyed, so that a copy of the database alone opens nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{secret}".encode(), "sha256").hexdigest()


def join_link_by_token(token: str) -> JoinLink | None:
    """Return the join link with this token, open or not, with its organisation and project. Cost: 1 query."""
    links = JoinLink.objects.select_related("organisation", "project", "made_by")
    return links.filter(token=token).first() if _is_text(token) else None


def join_link_by_code(code: str) -> JoinLink | None:
    """Return the join link with this code, as `ways_in.read_code` gave it. Cost: 1 query."""
    return JoinLink.objects.select_related("organisation", "project", "made_by").filter(code=code).first()


def invitation_by(secret: str) -> Invitation | None:
    """Return the invitation with this token of a mail, or this code as typed, open or not. Cost: 1 query.

    One that is bound to an account made for a card answers to no code: the card is the way in.
    """
    if not _is_text(secret):
        return None
    code = ways_in.read_code(secret)
    is_it = Q(code=code) if code else Q(token_digest=digest_of("invitation", secret))
    bound = Q(state=Invitation.State.WAITING, person__isnull=False)
    found = Invitation.objects.select_related("organisation", "project", "made_by").exclude(bound)
    return found.filter(is_it).first()


def card_by(secret: str) -> SignInCard | None:
    """Return the card with this secret, in force or not, with its person and organisation. Cost: 1 query."""
    code = ways_in.read_code(secret, length=ways_in.CARD_LENGTH) if _is_text(secret) else None
    if code is None:
        return None
    cards = SignInCard.objects.select_related("person", "organisation", "made_by")
    return cards.filter(secret_digest=digest_of("card", code)).first()


def is_open(way: JoinLink | Invitation | SignInCard, *, at: datetime) -> bool:
    """Return whether a way in is neither taken back nor too old; used up is another question."""
    return way.revoked_at is None and at < way.expires_at


def running_membership(
    person: User, organisation: Organisation, *, at: datetime, role: str = Membership.Role.LEARNER
) -> Membership | None:
    """Return the membership by which a person, who was told who sees what, belongs somewhere now. Cost: 1 query."""
    running = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), user=person, organisation=organisation, role=role
    )
    return running.filter(told_at__isnull=False).first()


def waiting_request(person: User, organisation: Organisation) -> JoinRequest | None:
    """Return the person's request that waits there, by whichever link. Cost: 1 query."""
    waiting = JoinRequest.objects.filter(
        person=person, link__organisation=organisation, state=JoinRequest.State.WAITING
    )
    return waiting.select_related("link__organisation").order_by("told_at").first()


def needs_approval(person: User, organisation: Organisation) -> bool:
    """Return whether a manager has to let this person in. Cost: none, or 1 query where the organisation asks first.

    Only an address that its owner confirmed counts; it has to be of an approved domain itself, not of one below it.
    """
    if not organisation.approves_joining:
        return False
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return not {ways_in.domain_of(address) for address in confirmed} & set(organisation.approved_domains)


def made_for(person: User, organisation: Organisation) -> bool:
    """Return whether the account was made by this organisation, and opens nothing beyond it. Cost: up to 5 queries.

    It belongs to no other organisation, manages no cluster and has no rights over the site: whoever holds a new card
    would have those too. Cards stay as rows for good, so that this can be told; an account that its owner made never
    had one.
    """
    if person.is_staff or person.is_superuser:
        return False
    belongs = Membership.objects.filter(user=person).exclude(organisation=organisation)
    cards = SignInCard.objects.filter(person=person)
    return (
        cards.filter(organisation=organisation).exists()
        and not cards.exclude(organisation=organisation).exists()
        and not belongs.exists()
        and not ClusterManager.objects.filter(user=person).exists()
        and not person.groups.exists()
    )


def resets_of(person: User) -> list[tuple[str, str, datetime]]:
    """Return resets that managers asked for: who, of which organisation, and when; the latest first. Cost: 2 queries.

    The first card of an account is how it came to be, and no reset.
    """
    cards = SignInCard.objects.filter(person=person).select_related("made_by", "organisation").order_by("made_at", "pk")
    mails = Notification.objects.filter(person=person, kind=RESET_MAIL).select_related("sender", "organisation")
    found = [(card.made_by, card.organisation.name, card.made_at) for card in cards[1:]]
    found += [(mail.sender, mail.organisation.name if mail.organisation else "", mail.posted_at) for mail in mails]
    rows = [(by.get_short_name() if by else "", name, at) for by, name, at in found]
    return sorted(rows, key=lambda row: row[2], reverse=True)[:_RESETS_SHOWN]


def _is_text(secret: str) -> bool:
    return 0 < len(secret) <= _LONGEST_SECRET and "\x00" not in secret
