"""The result of a try at a quiz."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.rules.addresses import course_address, item_address
from foundation.access import Access, access
from progress.models import MarkEvent
from progress.queries.attempts import Reply, mark_events_of, needed_points, replies_of, tries_at
from progress.queries.checks import Checks, checks_of
from progress.queries.enrolments import progress_of
from progress.queries.notices import notices_of
from progress.queries.questions import questions_of
from progress.queries.steps import Stitch, may_practise
from progress.queries.telling import telling_of
from progress.queries.tries import allowance_at
from progress.rules.attempts import bars_to_start
from progress.rules.checking import why_no_check
from progress.rules.marking import fold_marks
from progress.rules.tries import limits_tries
from progress.views.own_attempts import find_own
from progress.views.people import LearnerRequest, SeeOther, signed_in


@access(Access.OWN)
@require_safe
@signed_in
def result(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show the result: how many, what of each answer as far as it may be said, where to read on, and who else can look."""
    own = find_own(request, public_id)
    events = mark_events_of(own)
    event = fold_marks(events)
    if event is None:
        return SeeOther(reverse("progress:check", args=[public_id]))
    language, at = get_language(), timezone.now()
    progress = progress_of(own.enrolment, language=language)  # of a course they left, too: it is their record
    outline, key = progress.outline, str(own.item_key)
    step = outline.by_key.get(key)
    is_passed = event.passed or key in progress.done
    tries = tries_at(own.enrolment, own.item_key) if step and limits_tries(step) else None
    telling = telling_of(own, step, is_passed=is_passed, at=at, tries=tries)
    questions = questions_of(own)
    replies = replies_of(own, questions, events=events, telling=telling)
    lessons = {entry.key: item_address(outline, entry, language) for entry in outline.items if entry.kind == "lesson"}
    upcoming = progress.next_after(key)
    bars = (
        bars_to_start(
            step,
            outline,
            start=progress.start,
            done=progress.done.keys(),
            allowance=allowance_at(own.enrolment, step, at=at, attempts=tries.attempts if tries else None),
        )
        if step
        else ()
    )
    context = {
        "attempt": own,
        "quiz": own.quiz_version.body,
        "event": event,
        "before": events[-2] if len(events) > 1 else None,
        "notices": notices_of([progress], language=language),
        "needed": needed_points(event),
        "is_passed": is_passed,
        "telling": telling,
        "thread": [Stitch(event.points.get(entry.id, 0) > 0, False) for entry in questions],
        "replies": [(reply, _lesson_url(lessons, reply.lesson_key, reply.section)) for reply in replies],
        "own": progress,
        "enrolment": progress.enrolment,
        "outline": outline,
        "item": step,
        "upcoming": {"item": upcoming, "url": item_address(outline, upcoming, language)} if upcoming else None,
        "may_try_again": step is not None and not bars,
        "may_practise": step is not None and may_practise(step, progress) and not (tries and tries.open_attempt),
        "course_url": course_address(outline, language),
        "page_language": language,
        **_people(event, checks_of(own), replies),
    }
    return render(request, "progress/result.html", context)


def _people(event: MarkEvent, checks: Checks, replies: list[Reply]) -> dict[str, Any]:
    """Return what people did and still do about the result, and whether one may be asked."""
    reason = why_no_check(
        score=event.score,
        max_score=event.max_score,
        waits_for_person=checks.waits_for_person,
        checked_at=checks.answered.closed_at if checks.answered else None,
        marked_at=event.marked_at,
    )
    return {
        "checks": checks,
        "may_ask": reason is None and checks.open_check is None,
        "waiting_count": sum(reply.waits for reply in replies) if checks.waits_for_person else 0,
        "is_by_person": event.kind == MarkEvent.Kind.BY_HAND,
    }


def _lesson_url(lessons: dict[str, str], key: str, section: str) -> str:
    """Return the address of the place that explains a question; nothing where the lesson is no longer a step."""
    address = lessons.get(key, "")
    return f"{address}#{section}" if address and section else address
