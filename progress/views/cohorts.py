"""The pages of somebody in a cohort: its plan, its sessions, its messages, and the way out."""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries.visibility import visibility_of
from foundation.access import Access, access
from progress.models import CohortMember, Enrolment, LiveSession
from progress.operations.cohorts import leave_cohort
from progress.operations.participants import NoSuchList, agree_to_list, take_back_agreement
from progress.queries.cohorts import courses_in, own_place, page_of
from progress.queries.enrolments import enrolments_of, own_enrolment, progress_of_all
from progress.rules.calendar_file import Event, calendar_file
from progress.views.people import LearnerRequest, SeeOther, signed_in

PRODUCT = "-//Common Thread//Live sessions//EN"


@access(Access.OWN)
@require_safe
@signed_in
def cohort(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show a cohort to somebody in it."""
    member = _place(request, public_id)
    language = get_language()
    courses = {course.pk for course in courses_in([member.cohort])[member.cohort_id]}
    enrolments = [row for row in enrolments_of(request.user) if row.course_id in courses]
    progresses = progress_of_all(enrolments, language=language)
    at = timezone.now()
    context = {
        "group": page_of(member, language=language, at=at, progresses=progresses),
        "support": visibility_of(member.cohort.project, language),
        "time_zone": settings.TIME_ZONE,
        "page_language": language,
    }
    return render(request, "progress/cohorts/cohort.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def leave(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Leave a cohort, after a page that says what stays."""
    member = _place(request, public_id)
    if request.method == "POST":
        leave_cohort(cohort=member.cohort, person=request.user, at=timezone.now())
        messages.success(request, _("You have left “%(cohort)s”.") % {"cohort": member.cohort.name})
        return SeeOther(reverse("progress:my_learning"))
    return render(request, "progress/cohorts/leave.html", {"cohort": member.cohort})


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def stand_in_list(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Agree to stand in the list of the cohort's project, or take that back."""
    member = _place(request, public_id)
    if request.method == "POST":
        try:
            enrolment = own_enrolment(request.user, UUID(request.POST.get("enrolment", "")))
            if enrolment.project_id != member.cohort.project_id:
                raise Http404
            if request.POST.get("agree"):
                agree_to_list(enrolment=enrolment)
                messages.success(request, _("Your name stands in the list of the project now."))
            else:
                take_back_agreement(enrolment=enrolment)
                messages.success(request, _("Your name is no longer in the list of the project."))
        except (ValueError, Enrolment.DoesNotExist, NoSuchList):
            raise Http404 from None
    return SeeOther(reverse("progress:cohort", args=[public_id]))


@access(Access.OWN)
@require_safe
@signed_in
def session_file(request: LearnerRequest, public_id: UUID, session_id: UUID) -> HttpResponse:
    """Give a session as a file for a calendar."""
    member = _place(request, public_id)
    session = LiveSession.objects.filter(cohort=member.cohort, public_id=session_id).first()
    if session is None:
        raise Http404
    host = urlsplit(settings.PORTAL_BASE_URL).hostname or "localhost"
    event = Event(
        uid=f"{session.public_id}@{host}",
        sequence=session.revision,
        begins_at=session.begins_at,
        minutes=session.minutes,
        title=session.title,
        description=member.cohort.name,
        place=session.place,
        url=session.link,
        made_at=timezone.now(),
        is_cancelled=session.cancelled_at is not None,
    )
    response = HttpResponse(calendar_file(event, product=PRODUCT), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{session.public_id}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def _place(request: LearnerRequest, public_id: UUID) -> CohortMember:
    try:
        return own_place(request.user, public_id, at=timezone.now())
    except CohortMember.DoesNotExist:
        raise Http404 from None
