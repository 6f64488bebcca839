"""Who waits to be let in, where an organisation asks first."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import JoinRequest
from accounts.rules.sight import Sees
from cockpit.operations.joining import decide_request
from cockpit.queries.joining import SHOWN, confirmed_domains, requests_of
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.views.people import SeeOther


@manages(Sees.PEOPLE)
@never_cache
@require_safe
def join_requests(request: ManagerRequest) -> HttpResponse:
    """List who waits, longest first."""
    page = page_of(requests_of(request.sight), request.GET.get("page"), size=SHOWN)
    domains = confirmed_domains(row.person for row in page.object_list)
    context = {
        "page": page,
        "rows": [(row, domains.get(row.person_id, "")) for row in page.object_list],
        "waiting_count": page.paginator.count,
        "section": "requests",
    }
    return render(request, "cockpit/joining/requests.html", context)


@manages(Sees.PEOPLE)
@never_cache
@require_POST
def join_request(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Let somebody in, or not."""
    rows = request.sight.join_requests().filter(public_id=public_id)
    found = rows.select_related("person", "link__organisation", "link__project").first()
    act = request.POST.get("do", "")
    if found is None or act not in {"let-in", "refuse"}:
        raise Http404
    name = found.person.get_short_name()
    with scope.lifted():
        decided = decide_request(request=found, is_approved=act == "let-in", by=request.user, at=request.sight.at)
    words = {
        JoinRequest.State.APPROVED: _("%(name)s is in, and was told."),
        JoinRequest.State.REFUSED: _("%(name)s was not let in, and was told."),
        JoinRequest.State.WITHDRAWN: _("%(name)s took the request back a moment before."),
    }
    messages.success(request, words[JoinRequest.State(decided.state)] % {"name": name})
    return SeeOther(reverse("cockpit:join_requests"))
