"""What is on record and why: how an attempt was marked, what completes a course, what changed, everything with dates.

Read only. The learner reads their own; assessors of the organisation it was for, or of the course, read it too, but for what changed.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.models import Course
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.models import Attempt, Enrolment
from progress.queries.attempts import mark_events_of
from progress.queries.changes import changes_since
from progress.queries.enrolments import CourseProgress, progress_of
from progress.queries.explaining import explanation_of
from progress.queries.history import history_of
from progress.queries.markings import marking_story
from progress.queries.my_learning import next_url
from progress.queries.readers import assessed_for, readable_attempt, readable_enrolment
from progress.queries.telling import telling_of
from progress.rules.marking import fold_marks
from progress.views.people import LearnerRequest, SeeOther, signed_in


@access(Access.OWN)
@require_safe
@signed_in
def marking(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Answer "how was this marked?": every marking in order, and what counted for each question."""
    try:
        attempt = readable_attempt(request.user, public_id, on=_today())
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    events = mark_events_of(attempt)
    standing = fold_marks(events)
    if standing is None:
        return SeeOther(reverse("progress:check", args=[public_id]))
    own = progress_of(attempt.enrolment, language=get_language())
    is_passed = standing.passed or str(attempt.item_key) in own.done
    item = own.outline.by_key.get(str(attempt.item_key))
    telling = telling_of(attempt, item, is_passed=is_passed, at=timezone.now())
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz_version.body,
        "story": marking_story(attempt, names_right=telling.names_right, events=events),
        "is_passed": is_passed,
        **_shared(request, own),
    }
    return render(request, "progress/marking.html", context)


@access(Access.OWN)
@require_safe
@signed_in
def explain(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Answer "why am I not complete?": every rule, met or not, with its evidence, edition and time."""
    enrolment = _readable(request, public_id)
    own = progress_of(enrolment, language=get_language())
    context = {
        "explanation": explanation_of(own, language=get_language()),
        "go_on": own.go_on,
        "next_url": next_url(own, get_language()),
        **_shared(request, own),
    }
    return render(request, "progress/explain.html", context)


@access(Access.OWN)
@require_safe
@signed_in
def changes(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Answer "what changed since I started?"."""
    enrolment = _readable(request, public_id)
    if enrolment.learner_id != request.user.pk:
        raise Http404
    own = progress_of(enrolment, language=get_language())
    context = {"changes": changes_since(own, language=get_language()), **_shared(request, own)}
    return render(request, "progress/changes.html", context)


@access(Access.OWN)
@require_safe
@signed_in
def history(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show everything that happened in an enrolment, with dates, also when the course is gone."""
    own = progress_of(_readable(request, public_id), language=get_language())
    context = {"lines": history_of(own), **_shared(request, own)}
    return render(request, "progress/history.html", context)


def _readable(request: LearnerRequest, public_id: UUID) -> Enrolment:
    try:
        return readable_enrolment(request.user, public_id, on=_today())
    except Enrolment.DoesNotExist as error:
        raise Http404 from error


def _shared(request: LearnerRequest, own: CourseProgress) -> dict[str, Any]:
    """Return what all these pages say: of which course and enrolment, and to whom."""
    return {
        "own": own,
        "outline": own.outline,
        "enrolment": own.enrolment,
        "assessed_for": _assessed_for(own, request),
        "course_url": course_address(own.outline, get_language()),
        "page_language": get_language(),
    }


def _assessed_for(own: CourseProgress, request: LearnerRequest) -> str:
    """Return the name of the organisation or course whose assessor reads this; "" where it is their own."""
    assessed = assessed_for(own.enrolment, request.user, on=_today())
    return own.outline.title if isinstance(assessed, Course) else str(assessed or "")


def _today() -> date:
    """Return the day in the site's time zone, by which memberships begin and end."""
    return timezone.localdate()
