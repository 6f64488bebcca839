"""Coming in: by a code or link, an invitation, a card. Each page says who sees what first; only its button acts.

What leads nowhere is one text, whether it is unknown, too old or taken back: guessing finds nothing out (THREATS T19).
"""

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Invitation, JoinLink, JoinRequest, Membership, Organisation, Project, User
from accounts.operations.joining import count_miss, may_try
from accounts.queries.joining import (
    card_by,
    invitation_by,
    is_open,
    join_link_by_code,
    join_link_by_token,
    needs_approval,
    running_membership,
    waiting_request,
)
from accounts.rules import ways_in
from accounts.rules.shared_devices import mark_shared
from cockpit.forms.joining import CodeForm, OwnPassphraseForm
from cockpit.operations.joining import (
    Closed,
    Full,
    Joined,
    accept_invitation,
    cohort_of,
    course_of,
    join_by_link,
    open_with_card,
    takes_part,
    withdraw_request,
)
from cockpit.queries.joining import clusters_of
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.views.people import LearnerRequest, SeeOther, person_of, signed_in, way_back

GONE, CONFLICT, MANY, UNFIT = 404, 409, 429, 422


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_code(request: HttpRequest) -> HttpResponse:
    """Type a join code, or that of an invitation; it leads to the page that says what it is."""
    hint = _("Eight letters and figures, such as 7KQ2-9XHA. Small letters, spaces and dashes do not matter.")
    form = CodeForm(request.POST if request.method == "POST" else None, hint=hint)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        code = ways_in.read_code(typed)
        if code is not None:
            at = timezone.now()
            link = join_link_by_code(code)
            if link is not None and is_open(link, at=at):
                return SeeOther(reverse("cockpit:join", args=[link.token]))
            invitation = invitation_by(code)
            if invitation is not None and _is_answerable(invitation, person_of(request)):
                return SeeOther(reverse("cockpit:invitation", args=[code]))
        return _code_missed(request, form, "cockpit/joining/code.html")
    return render(request, "cockpit/joining/code.html", {"form": form}, status=UNFIT if form.errors else 200)


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites, to what, and who will see what; let somebody join by a link, or ask to."""
    link, person, at = join_link_by_token(token), person_of(request), timezone.now()
    if link is None or not is_open(link, at=at):
        return _nothing_there(request)
    if request.method == "POST":
        if person is None:
            return _to_sign_in(request)
        try:
            joined = join_by_link(link=link, person=person, at=at)
        except Closed:
            return _nothing_there(request)
        except Full:
            return SeeOther(request.path)
        if joined.membership is None:
            return SeeOther(request.path)
        return _joined(request, link, joined)
    membership = running_membership(person, link.organisation, at=at) if person else None
    is_in = person is not None and membership is not None and takes_part(person, link)
    waiting = waiting_request(person, link.organisation) if person and membership is None else None
    context = _page(link, person) | {
        "is_in": is_in,
        "is_member": membership is not None,
        "is_full": not is_in and waiting is None and link.used_count >= link.limit,
        "waiting": waiting,
        "asks_first": link.organisation.approves_joining
        and membership is None
        and (person is None or needs_approval(person, link.organisation)),
    }
    return render(request, "cockpit/joining/join.html", context)


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites, to what, and who will see what; let whoever holds the link accept with their account."""
    found, person, at = invitation_by(token), person_of(request), timezone.now()
    if found is None or not _is_answerable(found, person):
        return _nothing_there(request)
    is_mine = found.state == Invitation.State.JOINED
    if request.method == "POST":
        if person is None:
            return _to_sign_in(request)
        try:
            joined = accept_invitation(invitation=found, person=person, at=at)
        except Closed:
            return _nothing_there(request)
        return _joined(request, found, joined)
    context = _page(found, person) | {"is_in": is_mine, "role": found.role, "invited_name": found.name}
    return render(request, "cockpit/joining/join.html", context)


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card_code(request: HttpRequest) -> HttpResponse:
    """Type the code of a printed card."""
    hint = _("Twelve letters and figures, such as 7KQ2-9XHA-4M8R. Small letters, spaces and dashes do not matter.")
    form = CodeForm(request.POST if request.method == "POST" else None, hint=hint)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        card = card_by(typed)
        if card is not None and card.used_at is None and is_open(card, at=timezone.now()):
            code = ways_in.read_code(typed, length=ways_in.CARD_LENGTH)
            return SeeOther(reverse("cockpit:card", args=[code]))
        return _code_missed(request, form, "cockpit/joining/card_code.html")
    return render(request, "cockpit/joining/card_code.html", {"form": form}, status=UNFIT if form.errors else 200)


@access(Access.EVERYONE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the holder of a card choose a passphrase of their own, join where they were added, and sign them in."""
    found, at = card_by(secret), timezone.now()
    if found is None or found.used_at is not None or not is_open(found, at=at) or not found.person.is_active:
        return _nothing_there(request, is_card=True)
    holder = found.person
    waiting = (
        Invitation.objects.filter(person=holder, state=Invitation.State.WAITING, organisation=found.organisation)
        .select_related("organisation", "project", "made_by")
        .first()
    )
    form = OwnPassphraseForm(request.POST if request.method == "POST" else None, person=holder)
    if request.method == "POST" and form.is_valid():
        try:
            joined = open_with_card(card=found, passphrase=form.cleaned_data["passphrase"], at=at)
        except Closed:  # taken back at this very moment: the card is not used up
            joined = None
        if joined is None:
            return _nothing_there(request, is_card=True)
        holder.refresh_from_db()
        get_adapter(request).login(request, holder)
        if form.cleaned_data["shared_device"]:
            mark_shared(request.session, at=at)
            request.session.set_expiry(0)
        words = _("Your passphrase is set. From now on you sign in with the username %(username)s.")
        messages.success(request, words % {"username": holder.username})
        if waiting is not None and joined.membership is not None:
            return _joined(request, waiting, joined)
        return SeeOther(reverse("progress:my_learning"))
    context = {"form": form, "holder": holder, "card": found, "is_reset": waiting is None}
    if waiting is not None:
        context |= _page(waiting, holder)
    return render(request, "cockpit/joining/card.html", context, status=UNFIT if form.errors else 200)


@access(Access.OWN)
@never_cache
@require_POST
@signed_in
def withdraw(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request to join back."""
    found = JoinRequest.objects.filter(public_id=public_id, person=request.user).select_related("link").first()
    if found is None:
        raise Http404
    withdraw_request(request=found, at=timezone.now())
    messages.success(request, _("Taken back. Nobody there sees anything of you."))
    return SeeOther(reverse("cockpit:join", args=[found.link.token]))


def _is_answerable(found: Invitation, person: User | None) -> bool:
    """Say whether an invitation can be accepted, or was by this very person."""
    if found.state == Invitation.State.JOINED:
        return person is not None and found.person_id == person.pk
    return found.state == Invitation.State.WAITING and is_open(found, at=timezone.now())


def _page(way: JoinLink | Invitation, person: User | None) -> dict[str, Any]:
    organisation: Organisation = way.organisation
    cohort, course = cohort_of(way), course_of(way)
    project: Project | None = (cohort.project if cohort else None) or way.project
    outline = serving.outline_of(course, get_language()) if course and course.current_edition_id else None
    return {
        "way": way,
        "person": person,
        "organisation": organisation,
        "inviter": way.made_by,
        "cohort": cohort,
        "outline": outline,
        "project": project,
        "clusters": clusters_of(organisation, at=timezone.now()) if organisation.shows_people else [],
        "is_link": isinstance(way, JoinLink),
        "role": "learner",
        "page_language": get_language(),
    }


def _joined(request: HttpRequest, way: JoinLink | Invitation, joined: Joined) -> HttpResponse:
    words = _("You belong to %(organisation)s now.") % {"organisation": way.organisation.name}
    messages.success(request, words)
    if not joined.is_enrolled:
        messages.info(request, _("The course takes nobody in now. Whoever invited you can say when it does."))
    role = joined.membership.role if joined.membership else Membership.Role.LEARNER
    if role != Membership.Role.LEARNER:
        return SeeOther(reverse("cockpit:people" if role == Membership.Role.MANAGER else "cockpit:queue"))
    course = course_of(way)
    if course is not None and joined.is_enrolled:
        return SeeOther(course_address(serving.outline_of(course, get_language()), get_language()))
    return SeeOther(reverse("progress:my_learning"))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return SeeOther(f"{reverse('account_login')}?{urlencode({'next': way_back(request)})}")


def _nothing_there(request: HttpRequest, *, is_card: bool = False) -> HttpResponse:
    """Answer for what leads nowhere, and slow down who tries one after the other."""
    address = get_adapter().get_client_ip(request)
    is_slowed = not may_try(address)
    if not is_slowed:
        count_miss(address)
    context = {"is_card": is_card, "is_slowed": is_slowed}
    return render(request, "cockpit/joining/nothing.html", context, status=MANY if is_slowed else GONE)


def _code_missed(request: HttpRequest, form: CodeForm, template: str) -> HttpResponse:
    address = get_adapter().get_client_ip(request)
    if may_try(address):
        count_miss(address)
        words = _("This code leads nowhere. Check it once more; it may also be too old, used already, or taken back.")
        form.add_error("code", words)
        return render(request, template, {"form": form}, status=UNFIT)
    form.add_error("code", _("There were many codes that lead nowhere. Wait 10 minutes, then try again."))
    return render(request, template, {"form": form}, status=MANY)
