"""The page of one person, and the end of a membership."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Look, Membership, User
from accounts.operations.memberships import LastManager, end_membership
from accounts.rules.sight import Sees
from cockpit.queries.people import members_without_a_course
from cockpit.queries.people_person import find_membership, find_person, person_page
from cockpit.queries.scope import Sight
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.people_looks import note
from foundation import scope
from progress.queries.accommodations import people_of, token_of
from progress.views.people import SeeOther

_MOST_WITHOUT = 500


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def person(request: ManagerRequest, public_id: UUID) -> HttpResponseBase:
    """Show courses, dates, certificates and roles of a person."""
    found = _person(request.sight, public_id)
    note(request.sight, Look.Kind.PERSON, [found.pk])
    context = {
        "shown": person_page(request.sight, found, language=get_language()),
        "person": found,
        "accommodation": _accommodation(request, found),
        "today": timezone.localdate(request.sight.at),
        "page_language": get_language(),
    }
    return render(request, "cockpit/managers/person.html", context)


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: ManagerRequest, public_id: UUID, organisation: UUID, role: str) -> HttpResponse:
    """Ask whether a membership should end, say what that means, and end it at once."""
    sight = request.sight
    found = _person(sight, public_id)
    try:
        membership = find_membership(sight, found, organisation=organisation, role=role)
    except Membership.DoesNotExist:
        raise Http404 from None
    back = reverse("cockpit:person", args=[public_id]) + (f"?{PLACE}={sight.chosen.public_id}" if sight.chosen else "")
    if membership.ended_at is not None and membership.ended_at <= sight.at:
        messages.info(request, _("This has ended already."))
        return SeeOther(back)
    problem = ""
    if request.method == "POST":
        try:
            with scope.lifted():
                end_membership(membership=membership, by=request.user, at=sight.at)
        except LastManager:
            problem = _("You are the only manager of this organisation. Let somebody else become manager first.")
        else:
            words = {"name": found, "organisation": membership.organisation}
            messages.success(request, _("%(name)s is not in %(organisation)s any more.") % words)
            return SeeOther(reverse("progress:my_learning") if found.pk == request.user.pk else back)
    context = {"person": found, "membership": membership, "back": back, "problem": problem}
    return render(request, "cockpit/managers/end.html", context, status=409 if problem else 200)


@manages(Sees.PEOPLE)
@require_safe
def without_course(request: ManagerRequest) -> HttpResponse:
    """Name the members who are in no course yet."""
    members = members_without_a_course(request.sight).select_related("user", "organisation")
    rows = list(members.order_by("user__display_name", "user__username")[: _MOST_WITHOUT + 1])
    note(request.sight, Look.Kind.LIST, [row.user_id for row in rows])
    context = {"rows": rows[:_MOST_WITHOUT], "is_cut": len(rows) > _MOST_WITHOUT, "most": _MOST_WITHOUT}
    return render(request, "cockpit/managers/without_course.html", context)


def _person(sight: Sight, public_id: UUID) -> User:
    try:
        return find_person(sight, public_id)
    except User.DoesNotExist:
        raise Http404 from None


def _accommodation(request: ManagerRequest, found: User) -> str:
    """Return the address where the viewer sets what a person needs to be assessed fairly; "" where they may not."""
    with scope.lifted():  # the rule of that page itself, about somebody out of the sight
        if not people_of(request.user, on=timezone.localdate(request.sight.at)).filter(pk=found.pk).exists():
            return ""
    return reverse("progress:accommodation", args=[token_of(found)])
