"""A try at a quiz: question by question, all answers, the result."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.rules.addresses import course_address, item_address
from foundation.access import Access, access
from progress import operations
from progress.forms import AnswerForm, empty_words
from progress.models import Attempt
from progress.queries.attempts import (
    mark_events_of,
    needed_points,
    replies_of,
)
from progress.queries.enrolments import progress_of
from progress.queries.notices import notices_of
from progress.queries.questions import Question, last_saved_at, questions_of, with_answer
from progress.queries.steps import Stitch
from progress.queries.tries import allowance_at, time_left
from progress.rules.attempts import bars_to_start
from progress.rules.marking import fold_marks
from progress.views.own_attempts import find_own, say_closed
from progress.views.people import LearnerRequest, SeeOther, signed_in, wants_json


@access(Access.OWN)
@require_safe
@signed_in
def attempt(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Lead to where the attempt stands: the first open question, all answers, or the result."""
    own = find_own(request, public_id)
    if own.state == Attempt.State.SUBMITTED:
        return SeeOther(reverse("progress:result", args=[public_id]))
    unanswered = next((entry for entry in questions_of(own) if not entry.is_answered), None)
    if unanswered is None:
        return SeeOther(reverse("progress:check", args=[public_id]))
    return SeeOther(reverse("progress:question", args=[public_id, unanswered.number]))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def question(request: LearnerRequest, public_id: UUID, number: int) -> HttpResponse:
    """Ask one question, and save the answer: by the button, or by the script while the page stays."""
    own = find_own(request, public_id)
    if not 1 <= number <= len(own.form["questions"]):
        raise Http404
    if request.method == "POST":
        return _save(request, own, number)
    if own.state == Attempt.State.SUBMITTED:
        return SeeOther(reverse("progress:result", args=[public_id]))
    return _draw_question(request, own, number)


@access(Access.OWN)
@require_safe
@signed_in
def check(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show all answers before they are sent."""
    own = find_own(request, public_id)
    if own.state == Attempt.State.SUBMITTED:
        return SeeOther(reverse("progress:result", args=[public_id]))
    questions = questions_of(own)
    answered = sum(entry.is_answered for entry in questions)
    context = {
        "attempt": own,
        "quiz": own.quiz_version.body,
        "questions": questions,
        "answered": answered,
        "open_count": len(questions) - answered,
        "saved_at": last_saved_at(questions),
        "time_left": time_left(own, at=timezone.now()),
        "page_language": get_language(),
    }
    return render(request, "progress/check.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def submit(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Send the answers. Sending them again leads to the same result."""
    own = find_own(request, public_id)
    if request.method != "POST":
        return SeeOther(reverse("progress:check", args=[public_id]))
    operations.submit_attempt(attempt=own, at=timezone.now())
    return SeeOther(reverse("progress:result", args=[public_id]))


@access(Access.OWN)
@require_safe
@signed_in
def result(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show the result: how many, what of each answer, and where to read on."""
    own = find_own(request, public_id)
    events = mark_events_of(own)
    event = fold_marks(events)
    if event is None:
        return SeeOther(reverse("progress:check", args=[public_id]))
    language = get_language()
    progress = progress_of(own.enrolment, language=language)  # of a course they left, too: it is their record
    outline, key = progress.outline, str(own.item_key)
    step = outline.by_key.get(key)
    is_passed = event.passed or key in progress.done
    questions = questions_of(own)
    replies = replies_of(own, questions, events=events, passed=is_passed)
    lessons = {entry.key: item_address(outline, entry, language) for entry in outline.items if entry.kind == "lesson"}
    upcoming = progress.next_after(key)
    bars = (
        bars_to_start(
            step,
            outline,
            start=progress.start,
            done=progress.done.keys(),
            allowance=allowance_at(own.enrolment, step, at=timezone.now()),
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
        "thread": [Stitch(event.points.get(entry.id, 0) > 0, False) for entry in questions],
        "replies": [(reply, _lesson_url(lessons, reply.lesson_key, reply.section)) for reply in replies],
        "own": progress,
        "enrolment": progress.enrolment,
        "outline": outline,
        "item": step,
        "upcoming": {"item": upcoming, "url": item_address(outline, upcoming, language)} if upcoming else None,
        "may_try_again": step is not None and not bars,
        "course_url": course_address(outline, language),
        "page_language": language,
    }
    return render(request, "progress/result.html", context)


def _lesson_url(lessons: dict[str, str], key: str, section: str) -> str:
    """Return the address of the place that explains a question; nothing where the lesson is no longer a step."""
    address = lessons.get(key, "")
    return f"{address}#{section}" if address and section else address


def _save(request: LearnerRequest, own: Attempt, number: int) -> HttpResponse:
    if own.state == Attempt.State.SUBMITTED:
        return say_closed(request, own)
    entry = own.form["questions"][number - 1]
    form = _answer_form(request.POST, entry)
    by_script = wants_json(request)
    problem = form.problem
    if form.is_empty and not by_script:
        problem = empty_words(entry["kind"])
    if problem:
        if by_script:
            return JsonResponse({"text": problem}, status=422)
        return _draw_question(request, own, number, problem=problem, sent=form, status=422)
    at = timezone.now()
    try:
        outcome = operations.save_response(
            attempt=own,
            question_id=entry["id"],
            answer=form.answer,
            unsure=form.unsure,
            sequence=form.counter,
            at=at,
            pressed=not by_script,
        )
    except operations.AttemptClosed:
        return say_closed(request, own)
    if by_script:
        if outcome is operations.SaveOutcome.NEWER_EXISTS:
            text = _("A newer answer is saved from another window. Load the page again to see it.")
            return JsonResponse({"text": text}, status=409)
        time = time_format(timezone.localtime(at), "TIME_FORMAT")
        return JsonResponse({"text": _("Saved %(time)s") % {"time": time}})
    if request.POST.get("from") == "check" or number == len(own.form["questions"]):
        return SeeOther(reverse("progress:check", args=[own.public_id]))
    return SeeOther(reverse("progress:question", args=[own.public_id, number + 1]))


def _answer_form(sent: QueryDict, entry: Mapping[str, Any]) -> AnswerForm:
    return AnswerForm(sent, entry=entry, language=get_language() or "en")


def _brought_answer(request: HttpRequest, asked: Question) -> Question:
    """Return the question with the answer that came through a sign-in (`way_back`); as it is where none did."""
    form = _answer_form(request.GET, asked.entry)
    return asked if form.problem or form.is_empty else with_answer(asked, form.answer, unsure=form.unsure)


def _draw_question(
    request: HttpRequest,
    own: Attempt,
    number: int,
    *,
    problem: str = "",
    sent: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    questions = questions_of(own)
    asked = questions[number - 1]
    if sent is not None:
        asked = sent.typed_into(asked)
    elif (brought := _brought_answer(request, asked)) != asked:
        asked = brought
        messages.info(
            request,
            _("This answer is not saved yet: you were signed out before. It is chosen below, press the button."),
        )
    context = {
        "attempt": own,
        "quiz": own.quiz_version.body,
        "question": asked,
        "count": len(questions),
        "thread": [Stitch(entry.is_answered, False) for entry in questions],
        "saved_at": asked.answered_at,
        "last_saved_at": last_saved_at(questions),
        "back_to_check": "check" in (request.GET.get("from"), request.POST.get("from")),
        "problem": problem,
        "time_left": time_left(own, at=timezone.now()),
        "page_language": get_language(),
    }
    return render(request, "progress/question.html", context, status=status)
