"""Printed cards of people without e-mail: added, printed, made anew. And resets that a manager asks for."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Invitation, SignInCard
from accounts.operations.cards import (
    NoAddress,
    NotTheirs,
    new_card,
    open_secrets,
    reset_by_card,
    reset_by_mail,
    revoke_card,
    seal_secrets,
)
from accounts.operations.joining import make_card, revoke_invitation
from accounts.queries.joining import is_open, made_for
from accounts.rules.sight import Sees
from certificates.rules.qr import qr_path
from cockpit.forms.joining import CardsForm
from cockpit.queries.joining import SHOWN, cards_of, choices_of, requests_of
from cockpit.views.joining_links import UNFIT, whole
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.views.people import SeeOther

SHEET_SECONDS = 30 * 60
"""How long a sheet of new cards can be printed. Its secrets lie sealed in the manager's session, then nowhere."""

MOST_AT_ONCE = 500
_SHEET = "sheet_of_cards"


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: ManagerRequest) -> HttpResponse:
    """List people with cards; add people without e-mail, who get one each."""
    sight, language = request.sight, get_language()
    form = CardsForm(
        request.POST if request.method == "POST" else None,
        choices=choices_of(sight, language=language),
        chosen=sight.chosen.public_id if sight.chosen else None,
        initial={"key": uuid4(), "language": language},
    )
    if request.method == "POST" and sight.own and form.is_valid():
        key, secrets = form.cleaned_data["key"], {}
        with scope.lifted():
            sent: Counter[str] = Counter()
            for name in form.cleaned_data["names"]:
                sent[name] += 1
                made = make_card(
                    **form.chosen,
                    name=name,
                    language=form.cleaned_data["language"],
                    by=request.user,
                    at=sight.at,
                    # Of the form and the name: sent twice, nobody is added twice; with other names, all of them are.
                    key=uuid5(key, f"{sent[name]}:{name}"),
                )
                card, secret = made.card, made.secret
                if not secret and made.invitation.state == Invitation.State.WAITING:  # the same form, sent twice
                    card, secret = new_card(
                        person=made.person, organisation=made.invitation.organisation, by=request.user, at=sight.at
                    )
                if card is not None and secret:
                    secrets[str(card.public_id)] = secret
        return to_sheet(request, secrets)
    page = page_of(cards_of(sight), request.GET.get("page"), size=SHOWN)
    context = {
        "form": form,
        "page": page,
        "rows": [(card, _state(card, request)) for card in page.object_list],
        "unused_count": _unused(request).count(),
        "waiting_count": requests_of(sight).count(),
        "section": "cards",
    }
    return render(request, "cockpit/joining/cards.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.PEOPLE)
@never_cache
@require_POST
def cards_anew(request: ManagerRequest) -> HttpResponse:
    """Make new cards for whoever has not used theirs, to print them: secrets of cards are nowhere to be read again."""
    chosen = _unused(request)
    if (public_id := request.POST.get("card", "")) != "":
        try:
            chosen = chosen.filter(public_id=UUID(public_id))
        except ValueError:
            raise Http404 from None
    found = list(chosen[:MOST_AT_ONCE])
    if public_id and not found:
        raise Http404
    secrets = {}
    with scope.lifted():
        for old in found:
            card, secret = new_card(
                person=old.person, organisation=old.organisation, by=request.user, at=request.sight.at
            )
            secrets[str(card.public_id)] = secret
    if not secrets:
        messages.info(request, _("There is no card to print: all were used."))
        return SeeOther(reverse("cockpit:cards"))
    return to_sheet(request, secrets)


@manages(Sees.PEOPLE)
@never_cache
@require_safe
def cards_sheet(request: ManagerRequest) -> HttpResponse:
    """Show the cards that were just made, each with its secret, to be printed and cut."""
    secrets = open_secrets(request.session.get(_SHEET, ""), seconds=SHEET_SECONDS)
    found = cards_of(request.sight).filter(public_id__in=list(secrets), used_at=None, revoked_at=None)
    printed = [_printed(card, secrets[str(card.public_id)]) for card in found.order_by("person__display_name", "pk")]
    return render(request, "cockpit/joining/cards_sheet.html", {"cards": printed, "section": "cards"})


@manages(Sees.PEOPLE)
@never_cache
@require_POST
def card_back(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Take a card back that was not used, and the invitation of somebody who never came."""
    card = cards_of(request.sight).filter(public_id=public_id).first()
    if card is None:
        raise Http404
    waiting = request.sight.invitations().filter(person=card.person_id, state=Invitation.State.WAITING).first()
    with scope.lifted():
        revoke_card(card=card, at=request.sight.at)
        if waiting is not None:
            revoke_invitation(invitation=waiting, at=request.sight.at)
    messages.success(request, _("Taken back. The card opens nothing any more."))
    return SeeOther(reverse("cockpit:cards"))


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Help a member who cannot sign in: a mail to their own address, or a new card for who has none."""
    memberships = request.sight.memberships().filter(user__public_id=public_id, user__erased_at=None, ended_at=None)
    membership = memberships.select_related("user", "organisation").order_by("pk").first()
    if membership is None:
        raise Http404
    person, organisation, at = membership.user, membership.organisation, request.sight.at
    with scope.lifted():
        can_card = not person.email and made_for(person, organisation)
    if request.method != "POST":
        context = {"member": person, "organisation": organisation, "can_mail": bool(person.email), "can_card": can_card}
        return render(request, "cockpit/joining/reset.html", context)
    try:
        with scope.lifted():
            if not person.email:
                card, secret = reset_by_card(person=person, organisation=organisation, by=request.user, at=at)
                return to_sheet(request, {str(card.public_id): secret})
            reset_by_mail(person=person, organisation=organisation, by=request.user, at=at)
        messages.success(request, _("A link to choose a new passphrase is on its way, to the person's own address."))
    except (NotTheirs, NoAddress):
        messages.info(
            request, _("Nothing was changed: only the person themselves can change the way into this account.")
        )
    return SeeOther(request.path)


def to_sheet(request: ManagerRequest, secrets: Mapping[str, str]) -> HttpResponse:
    request.session[_SHEET] = seal_secrets(secrets)
    return SeeOther(reverse("cockpit:cards_sheet"))


def _unused(request: ManagerRequest) -> Any:
    """Return cards of people who were added and have not come, and that can still be printed."""
    waiting = request.sight.invitations().filter(state=Invitation.State.WAITING, person__isnull=False)
    return cards_of(request.sight).filter(used_at=None, revoked_at=None, person__in=waiting.values("person"))


def _printed(card: SignInCard, secret: str) -> dict[str, Any]:
    address = whole(reverse("cockpit:card", args=[secret]))
    size, path = qr_path(address)
    return {
        "card": card,
        "secret": secret,
        "size": size,
        "path": path,
        "code_address": whole(reverse("cockpit:card_code")),
    }


def _state(card: SignInCard, request: ManagerRequest) -> str:
    if card.used_at is not None:
        return _("Used")
    if card.revoked_at is not None:
        return _("Taken back")
    return _("Not used yet") if is_open(card, at=request.sight.at) else _("Too old")
