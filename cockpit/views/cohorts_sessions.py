"""Live sessions of a cohort: planned, changed, cancelled, and who was there."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.rules.sight import Sees
from cockpit.forms.cohorts import SessionForm
from cockpit.queries import cohorts as found
from cockpit.views.cohorts import UNFIT, cohort_of, to_page
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.models import Cohort, LiveSession
from progress.operations.cohort_sessions import (
    NotYet,
    StepIsSettled,
    cancel_session,
    change_session,
    is_over,
    note_attendance,
    plan_session,
)

TICKED_AT_ONCE = 100


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Plan a session; who is in the cohort is told."""
    row = cohort_of(request, public_id)
    form = _form(request, row, {"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        with scope.lifted():
            session = plan_session(
                cohort=row,
                public_id=form.cleaned_data["key"],
                values=form.values,
                by=request.user,
                at=request.sight.at,
            )
        is_past = is_over(session, at=request.sight.at)
        messages.success(request, _("Saved.") if is_past else _("The session is planned, and the group is told."))
        return to_page(request, "cohort_session", public_id, session.public_id)
    context = {"cohort": row, "session": None, "form": form}
    return render(request, "cockpit/cohorts/session_form.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ManagerRequest, public_id: UUID, session_id: UUID) -> HttpResponse:
    """Change a session or cancel it; who is in the cohort is told."""
    row = cohort_of(request, public_id)
    session = _session(request, row, session_id)
    if request.method == "POST" and request.POST.get("act") == "cancel":
        with scope.lifted():
            cancel_session(session=session, by=request.user, at=request.sight.at)
        is_past = is_over(session, at=request.sight.at)
        messages.success(request, _("Saved.") if is_past else _("The session is cancelled, and the group is told."))
        return to_page(request, "cohort_session", public_id, session_id)
    begins = localtime(session.begins_at)
    initial = {
        "key": session.public_id,
        "title": session.title,
        "day": begins.date(),
        "time": begins.time(),
        "minutes": session.minutes,
        "place": session.place,
        "link": session.link,
        "step": str(session.item_key or ""),
    }
    form = _form(request, row, initial)
    if request.method == "POST" and form.is_valid():
        try:
            with scope.lifted():
                change_session(session=session, values=form.values, by=request.user, at=request.sight.at)
        except StepIsSettled:
            form.add_error("step", _("Somebody was ticked off already, so it stays a session of that step."))
        else:
            messages.success(request, _("Saved. Where something is another, the group is told."))
            return to_page(request, "cohort_session", public_id, session_id)
    context = {"cohort": row, "session": session, "form": form}
    return render(request, "cockpit/cohorts/session_form.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: ManagerRequest, public_id: UUID, session_id: UUID) -> HttpResponse:
    """Show a session, and tick off who was there."""
    sight = request.sight
    row = cohort_of(request, public_id)
    shown = _session(request, row, session_id)
    members = found.members(sight, row).select_related("person").order_by("person__display_name", "pk")
    if request.method == "POST":
        on_page = {str(member.person.public_id): member.person for member in members}
        listed = [key for key in request.POST.getlist("listed") if key in on_page][:TICKED_AT_ONCE]
        ticked = set(request.POST.getlist("there"))
        try:
            with scope.lifted():
                note_attendance(
                    session=shown,
                    there=[on_page[key] for key in listed if key in ticked],
                    away=[on_page[key] for key in listed if key not in ticked],
                    by=request.user,
                    at=sight.at,
                )
            messages.success(request, _("Noted who was there."))
        except NotYet:
            messages.info(request, _("Nothing was noted: the session is on a later day, or was cancelled."))
        return to_page(request, "cohort_session", public_id, session_id)
    page = page_of(members, request.GET.get("page"), size=TICKED_AT_ONCE)
    there = found.there_at(sight, shown)
    courses = found.courses_of_cohort(row, language=get_language())
    context = {
        "cohort": row,
        "session": shown,
        "step": courses.step(shown.course_id, shown.item_key),
        "may_tick": shown.cancelled_at is None and localdate(shown.begins_at) <= localdate(sight.at),
        "page": page,
        "rows": [(member.person, member.person_id in there) for member in page.object_list],
        "there_count": len(there),
        "time_zone": settings.TIME_ZONE,
        "page_language": get_language(),
    }
    return render(request, "cockpit/cohorts/session.html", context)


def _session(request: ManagerRequest, cohort: Cohort, public_id: UUID) -> LiveSession:
    row = found.sessions_of(request.sight, cohort).filter(public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _form(request: ManagerRequest, cohort: Cohort, initial: dict[str, Any]) -> SessionForm:
    courses = found.courses_of_cohort(cohort, language=get_language())
    return SessionForm(
        request.POST if request.method == "POST" else None,
        steps=courses.done_by_attendance(),
        zone=settings.TIME_ZONE,
        initial=initial,
    )
