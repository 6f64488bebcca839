"""What an organisation says of itself, and who manages and assesses there."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Invitation, Membership, Organisation, User
from accounts.operations.joining import invite
from accounts.operations.memberships import LastManager, end_membership
from accounts.operations.organisations import save_organisation
from accounts.rules.sight import Sees
from cockpit.forms.joining_settings import OrganisationForm, RoleForm
from cockpit.queries.joining import clusters_of
from cockpit.views.joining_links import UNFIT
from cockpit.views.managing import ManagerRequest, manages
from foundation import scope
from progress.views.people import SeeOther

_HELPERS = (Membership.Role.MANAGER, Membership.Role.ASSESSOR)


@manages(Sees.ORGANISATION)
@never_cache
@require_safe
def organisations(request: ManagerRequest) -> HttpResponse:
    """List a manager's organisations; with only one, go to its settings."""
    found = list(request.sight.own_organisations())
    if len(found) == 1:
        return SeeOther(reverse("cockpit:organisation", args=[found[0].public_id]))
    return render(request, "cockpit/joining/organisations.html", {"organisations": found})


@manages(Sees.ORGANISATION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Change the profile and the settings of an organisation."""
    found = _organisation(request, public_id)
    form = OrganisationForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            with scope.lifted(), transaction.atomic():
                save_organisation(organisation=form.instance, at=request.sight.at)
            messages.success(request, _("Saved."))
            return SeeOther(request.path)
        except IntegrityError:  # the same name, at the same moment
            form.add_error("name", _("Another organisation has this name."))
    name = Organisation.objects.values_list("name", flat=True).get(pk=found.pk)
    context = {
        "form": form,
        "organisation": found,
        "saved_name": name,
        "clusters": clusters_of(found, at=request.sight.at),
        "groups": _fields(form),
    }
    return render(request, "cockpit/joining/organisation.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.ORGANISATION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpers(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """List who manages and assesses; invite one more, end a role."""
    found = _organisation(request, public_id)
    sight = request.sight
    is_ending = request.method == "POST" and "end" in request.POST
    form = RoleForm(
        request.POST if request.method == "POST" and not is_ending else None, initial={"language": get_language()}
    )
    if is_ending:
        _end(request, found)
        return SeeOther(request.path)
    if request.method == "POST" and form.is_valid():
        with scope.lifted():
            _invitation, token = invite(**form.cleaned_data, organisation=found, by=request.user, at=sight.at)
        words = _("The invitation is on its way.") if token else _("This address waits for an answer already.")
        messages.success(request, words)
        return SeeOther(request.path)
    rows = sight.memberships().filter(organisation=found, role__in=_HELPERS, ended_at=None)
    waiting = sight.invitations().filter(
        organisation=found, role__in=_HELPERS, state=Invitation.State.WAITING, expires_at__gt=sight.at
    )
    context = {
        "form": form,
        "organisation": found,
        "rows": rows.select_related("user").order_by("-role", "user__display_name", "pk"),
        "waiting": waiting.order_by("-made_at"),
        "viewer": request.user,
    }
    return render(request, "cockpit/joining/helpers.html", context, status=UNFIT if form.errors else 200)


def _organisation(request: ManagerRequest, public_id: UUID) -> Organisation:
    found = request.sight.own_organisations().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _end(request: ManagerRequest, found: Organisation) -> None:
    """End a role. Who it is, the form says by the person's public id and the role."""
    person, _colon, role = request.POST["end"].partition(":")
    try:
        rows = request.sight.memberships().filter(organisation=found, user__public_id=UUID(person), role=role)
    except ValueError:
        raise Http404 from None
    row = rows.filter(role__in=_HELPERS, ended_at=None).select_related("user", "organisation").first()
    if row is None:
        return  # ended a moment before
    name = User.get_short_name(row.user)
    try:
        with scope.lifted():
            end_membership(membership=row, by=request.user, at=request.sight.at)
    except LastManager:
        messages.warning(request, _("You are its only manager. Invite another one first, then end your own role."))
        return
    messages.success(request, _("Ended: %(name)s sees nothing of this organisation any more.") % {"name": name})


def _fields(form: OrganisationForm) -> list[tuple[str, list[object]]]:
    """Return the fields in groups, each with its heading."""
    groups = (
        (_("What it is"), ("name", "country", "sector", "size_band", "tools", "is_public")),
        (_("Who sees people"), ("shows_people",)),
        (_("Who is let in"), ("approves_joining", "approved_domains")),
        (_("Reminders"), ("reminders_a_week", "quiet_from", "quiet_until")),
    )
    return [(heading, [form[name] for name in names]) for heading, names in groups]
