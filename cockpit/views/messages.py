"""What became of the messages that went out for a manager's organisations, and sending again what did not arrive."""

from uuid import UUID

from django.contrib import messages as said
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Notification
from accounts.notifying import UnknownNotification, find_notification, registered_notifications
from accounts.rules.sight import Sees
from cockpit.queries.reminding import messages_of, states_counted
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.views.people import SeeOther

SHOWN = 50
_State = Notification.State
NOT_ARRIVED = (_State.FAILED, _State.BOUNCED, _State.UNSURE)
"""What can be sent again."""


@manages(Sees.MESSAGES)
@never_cache
@require_safe
def messages(request: ManagerRequest) -> HttpResponse:
    """List messages with their state, narrowed by what the address says."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    kinds = {entry.name: entry for entry in registered_notifications()}
    state, kind = state if state in _State.values else "", kind if kind in kinds else ""
    page = page_of(messages_of(request.sight, state=state, kind=kind), request.GET.get("page"), size=SHOWN)
    counts = states_counted(request.sight)
    context = {
        "page": page,
        "rows": [(row, kinds[row.kind].label if row.kind in kinds else row.kind, _may_go_again(row)) for row in page],
        "states": [(one.value, one.label, counts[one.value]) for one in _State if counts.get(one.value)],
        "state": state,
        "kind": kind,
        "troubled": sum(counts.get(one.value, 0) for one in NOT_ARRIVED),
        "section": "messages",
    }
    return render(request, "cockpit/messages/messages.html", context)


@manages(Sees.MESSAGES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Send a message again that did not arrive: as a new one, with its own row. Pressed twice, it is one."""
    row = messages_of(request.sight).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        if not _may_go_again(row):
            said.info(request, _("This message cannot be sent again: it arrived, or its state changed meanwhile."))
        else:
            with scope.lifted():
                send = find_notification(row.kind).again
                sent = send(row, by=request.user, at=request.sight.at) if send else None
            if sent is not None:
                said.success(request, _("It is sent again, as a new message."))
            else:
                said.info(request, _("It was not sent again: the reason for it is gone."))
    chosen = request.sight.chosen
    return SeeOther(reverse("cockpit:messages") + (f"?{PLACE}={chosen.public_id}" if chosen else ""))


def _may_go_again(row: Notification) -> bool:
    try:
        return row.state in NOT_ARRIVED and find_notification(row.kind).again is not None
    except UnknownNotification:
        return False
