"""Invitations by mail: sent, followed, sent again, taken back; each is a code and a card to print, too."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Invitation, Notification
from accounts.operations.joining import invite, revoke_invitation, send_again
from accounts.queries.joining import is_open
from accounts.rules.sight import Sees
from certificates.rules.qr import qr_path
from cockpit.forms.joining import InvitationsForm
from cockpit.queries.joining import SHOWN, choices_of, invitations_of, mails_of, requests_of, targets_of
from cockpit.views.joining_links import UNFIT, whole
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.views.people import SeeOther


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: ManagerRequest) -> HttpResponse:
    """List invitations with what became of them; invite addresses, several at once."""
    sight, language = request.sight, get_language()
    form = InvitationsForm(
        request.POST if request.method == "POST" else None,
        choices=choices_of(sight, language=language),
        chosen=sight.chosen.public_id if sight.chosen else None,
        initial={"key": uuid4(), "language": language},
    )
    if request.method == "POST" and sight.own and form.is_valid():
        people = form.cleaned_data["addresses"]
        with scope.lifted():
            sent = [
                token
                for address, name in people
                if (
                    token := invite(
                        **form.chosen,
                        email=address,
                        name=name,
                        language=form.cleaned_data["language"],
                        by=request.user,
                        at=sight.at,
                    )[1]
                )
            ]
        _say_how_many(request, len(sent), len(people) - len(sent))
        return SeeOther(request.get_full_path())
    page = page_of(invitations_of(sight), request.GET.get("page"), size=SHOWN)
    mails, targets = mails_of(page.object_list, sight), targets_of(page.object_list, sight, language=language)
    rows = [
        (invitation, targets[invitation.pk], *_state(invitation, mails.get(invitation.pk), request))
        for invitation in page.object_list
    ]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "waiting_count": requests_of(sight).count(),
        "section": "invitations",
    }
    return render(request, "cockpit/joining/invitations.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Show one invitation, with its code and a card to print; send it again, take it back."""
    found = invitations_of(request.sight).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        with scope.lifted():
            _act(request, found)
        return SeeOther(request.path)
    mail = mails_of([found], request.sight).get(found.pk)
    state, is_problem = _state(found, mail, request)
    address = whole(reverse("cockpit:invitation", args=[found.code]))
    size, path = qr_path(address)
    context = {
        "invitation": found,
        "target": targets_of([found], request.sight, language=get_language())[found.pk],
        "state": state,
        "is_problem": is_problem,
        "mail": mail,
        "is_waiting": found.state == Invitation.State.WAITING,
        "is_open": found.state == Invitation.State.WAITING and is_open(found, at=request.sight.at),
        "address": address,
        "code_address": whole(reverse("cockpit:join_code")),
        "qr": {"size": size, "path": path},
        "section": "invitations",
    }
    return render(request, "cockpit/joining/invitation.html", context)


def _act(request: ManagerRequest, found: Invitation) -> None:
    at = request.sight.at
    if request.POST.get("do") == "again":
        sent = send_again(invitation=found, by=request.user, at=at)
        if sent is not None:
            messages.success(request, _("Sent again, with a new link. The link of the message before works no more."))
        else:
            messages.info(request, _("Not sent: it was sent a moment ago, or it does not wait any more."))
    elif request.POST.get("do") == "back":
        if revoke_invitation(invitation=found, at=at):
            messages.success(request, _("Taken back. Its link and code lead nowhere now."))
        else:
            messages.info(request, _("It was accepted a moment before. Its person has joined."))


def _say_how_many(request: ManagerRequest, sent: int, known: int) -> None:
    if sent:
        words = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", sent)
        messages.success(request, words % {"count": sent})
    if known:
        words = ngettext(
            "%(count)s address waits for an answer already. Nothing was sent to it again.",
            "%(count)s addresses wait for an answer already. Nothing was sent to them again.",
            known,
        )
        messages.info(request, words % {"count": known})


def _state(found: Invitation, mail: Notification | None, request: ManagerRequest) -> tuple[str, bool]:
    """Return how an invitation stands, in words, and whether somebody has to do something about it."""
    if found.state != Invitation.State.WAITING:
        return found.get_state_display(), False
    if not is_open(found, at=request.sight.at):
        return _("Too old: nobody answered"), True
    if mail is None:
        return _("Invited"), False
    if mail.state in {Notification.State.BOUNCED, Notification.State.FAILED}:
        return mail.get_state_display(), True
    return (_("Invited, no answer yet") if mail.state == Notification.State.SENT else mail.get_state_display()), False
