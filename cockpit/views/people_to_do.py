"""A manager's own list, and what waits by itself."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.rules.sight import Sees
from cockpit.forms.people import ToDoForm
from cockpit.models import ToDo
from cockpit.operations.to_do import ListFull, add_to_do, delete_to_do, mark_done, mark_open
from cockpit.queries.people_certificates import SOON
from cockpit.queries.people_to_do import waiting_for
from cockpit.views.managing import PLACE, ManagerRequest, manages
from foundation import scope
from progress.views.people import SeeOther

_DONE_SHOWN = 20


@manages(Sees.OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def to_do(request: ManagerRequest) -> HttpResponse:
    """Show the list; add a line, tick it off, open it again, take it away."""
    sight = request.sight
    back = reverse("cockpit:to_do") + (f"?{PLACE}={sight.chosen.public_id}" if sight.chosen else "")
    form = ToDoForm()
    if request.method == "POST":
        if request.POST.get("do") != "add":
            _change(request)
            return SeeOther(back)
        form = ToDoForm(request.POST)
        if form.is_valid() and _added(request, form):
            return SeeOther(back)
    mine = sight.mine(ToDo, path="person")
    context = {
        "form": form,
        "open": list(mine.filter(done_at=None)),
        "done": list(mine.exclude(done_at=None).order_by("-done_at")[:_DONE_SHOWN]),
        "waiting": waiting_for(sight),
        "soon": SOON,
        "today": localdate(sight.at),
    }
    return render(request, "cockpit/managers/to_do.html", context, status=422 if form.errors else 200)


def _added(request: ManagerRequest, form: ToDoForm) -> bool:
    try:
        with scope.lifted():
            add_to_do(person=request.user, at=request.sight.at, **form.cleaned_data)
    except ListFull:
        form.add_error(None, _("Your list is full. Tick something off or delete it first."))
        return False
    messages.success(request, _("It is on your list."))
    return True


def _change(request: ManagerRequest) -> None:
    """Do what a button of a line says. A line that is gone already is no fault: the form was sent twice."""
    act = request.POST.get("do", "")
    if act not in {"done", "open", "delete"}:
        raise Http404
    try:
        key = UUID(request.POST.get("line", ""))
    except ValueError:
        raise Http404 from None
    line = request.sight.mine(ToDo, path="person").filter(public_id=key).first()
    if line is None:
        return
    with scope.lifted():
        if act == "done":
            mark_done(to_do=line, at=request.sight.at)
        elif act == "open":
            mark_open(to_do=line)
        else:
            delete_to_do(to_do=line)
