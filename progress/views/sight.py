"""Who sees what of me: read it, agree, show an enrolment or not, leave."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Membership
from accounts.operations import LastManager, end_membership, tell
from accounts.queries.joining import resets_of
from foundation.access import Access, access
from progress.models import Enrolment, EnrolmentShare
from progress.operations import NotTheirs, end_share, share_enrolment
from progress.queries.sight import enrolment_made_alone, looks_at, running_memberships, who_sees
from progress.views.people import LearnerRequest, SeeOther, signed_in

LOOKS_A_PAGE = 20


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def sight(request: LearnerRequest) -> HttpResponse:
    """Show who sees what, and who looked, the latest first."""
    language = get_language()
    organisations = who_sees(request.user, at=timezone.now(), language=language)
    looks = Paginator(looks_at(request.user), LOOKS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "organisations": organisations,
        "looks": looks,
        "resets": resets_of(request.user),
        "page_language": language,
    }
    return render(request, "progress/sight/sight.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def agree(request: LearnerRequest, organisation_id: UUID) -> HttpResponse:
    """Agree to what an organisation sees, for somebody who was entered there. Twice is once."""
    at = timezone.now()
    memberships = _own(request, organisation_id)
    if request.method == "POST":
        told = [tell(membership=membership, at=at) for membership in memberships]
        if not any(told):  # pressed twice
            return SeeOther(reverse("progress:sight"))
        words = _("You agreed. %(name)s sees from now on what this page says.")
        messages.success(request, words % {"name": memberships[0].organisation.name})
    return SeeOther(reverse("progress:sight"))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def leave(request: LearnerRequest, organisation_id: UUID) -> HttpResponse:
    """Say what leaving an organisation means, and leave it, in all roles at once."""
    at = timezone.now()
    try:
        memberships = _own(request, organisation_id)
    except Http404:
        left = Membership.objects.filter(user=request.user, organisation__public_id=organisation_id)
        if left.exists():  # pressed twice, in another window, or come back to with Back
            return SeeOther(reverse("progress:sight"))
        raise
    organisation = memberships[0].organisation
    is_last_manager = False
    if request.method == "POST":
        try:
            with transaction.atomic():
                for membership in memberships:
                    end_membership(membership=membership, by=request.user, at=at)
        except LastManager:
            is_last_manager = True
        else:
            words = _("You left %(name)s. What you do from now on is not seen there.")
            messages.success(request, words % {"name": organisation.name})
            return SeeOther(reverse("progress:sight"))
    context = {"organisation": organisation, "is_last_manager": is_last_manager}
    return render(request, "progress/sight/leave.html", context, status=422 if is_last_manager else 200)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show(request: LearnerRequest, organisation_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """Show an enrolment made alone to an organisation."""
    memberships, enrolment = _own(request, organisation_id), _alone(request, enrolment_id)
    organisation = memberships[0].organisation
    if request.method == "POST":
        try:
            share_enrolment(enrolment=enrolment, organisation=organisation, at=timezone.now())
        except NotTheirs:  # left in another window, or not agreed to yet
            return SeeOther(reverse("progress:sight"))
        words = _("The managers of %(name)s see this course now. You can end that here at any time.")
        messages.success(request, words % {"name": organisation.name})
    return SeeOther(reverse("progress:sight"))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def stop_showing(request: LearnerRequest, organisation_id: UUID, enrolment_id: UUID) -> HttpResponse:
    """Stop showing an enrolment to an organisation: nothing of it is seen there any more."""
    memberships, enrolment = _own(request, organisation_id), _alone(request, enrolment_id)
    organisation = memberships[0].organisation
    if request.method == "POST":
        for share in EnrolmentShare.objects.filter(enrolment=enrolment, organisation=organisation, ended_at=None):
            end_share(share=share, at=timezone.now())
        messages.success(request, _("%(name)s sees nothing of this course any more.") % {"name": organisation.name})
    return SeeOther(reverse("progress:sight"))


def _own(request: LearnerRequest, organisation_id: UUID) -> list[Membership]:
    try:
        return running_memberships(request.user, organisation_id, at=timezone.now())
    except Membership.DoesNotExist as error:
        raise Http404 from error


def _alone(request: LearnerRequest, enrolment_id: UUID) -> Enrolment:
    try:
        return enrolment_made_alone(request.user, enrolment_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
