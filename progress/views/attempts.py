"""A try at a quiz: question by question, then all answers. `progress.views.one_page` has those that ask all at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.queries import serving
from foundation.access import Access, access
from progress import operations
from progress.forms import AnswerForm, empty_words
from progress.models import Attempt
from progress.queries.feedback import feedback_on
from progress.queries.layout import has_one_page
from progress.queries.questions import Question, last_saved_at, questions_of, with_answer
from progress.queries.steps import Stitch
from progress.queries.tries import time_left
from progress.rules.paging import reviews_first, sends_with_last
from progress.rules.telling import feedback_timing, telling_of_answer, tells_at_once
from progress.views.own_attempts import find_own, say_closed
from progress.views.people import LearnerRequest, SeeOther, signed_in, wants_json

_FINAL = gettext_lazy("This answer was given before and stays as it is: you have read what is said of it.")


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
    if has_one_page(own):
        return SeeOther(reverse("progress:all_questions", args=[public_id]))
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
        "has_one_page": has_one_page(own),
        "is_final": tells_at_once(own.quiz_version.body),
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
        return _tell_script(outcome, at)
    return _go_on(request, own, number, outcome)


def _tell_script(outcome: operations.SaveOutcome, at: datetime) -> JsonResponse:
    if outcome is operations.SaveOutcome.NEWER_EXISTS:
        text = _("A newer answer is saved from another window. Load the page again to see it.")
        return JsonResponse({"text": text}, status=409)
    if outcome is operations.SaveOutcome.IS_FINAL:
        return JsonResponse({"text": _FINAL}, status=409)
    time = time_format(timezone.localtime(at), "TIME_FORMAT")
    return JsonResponse({"text": _("Saved %(time)s") % {"time": time}})


def _go_on(request: LearnerRequest, own: Attempt, number: int, outcome: operations.SaveOutcome) -> HttpResponse:
    """Lead on after an answer: to what is said of it, the next question, all answers, or the result."""
    quiz, count = own.quiz_version.body, len(own.form["questions"])
    if outcome is operations.SaveOutcome.IS_FINAL:
        messages.info(request, _FINAL)
    if tells_at_once(quiz):
        address = reverse("progress:question", args=[own.public_id, number])
        # Where it leads on to stays known: the page of the answer has the button that goes on.
        return SeeOther(f"{address}?from=check" if request.POST.get("from") == "check" else address)
    if request.POST.get("from") != "check" and number < count:
        return SeeOther(reverse("progress:question", args=[own.public_id, number + 1]))
    if number == count and not reviews_first(quiz) and all(entry.is_answered for entry in questions_of(own)):
        operations.submit_attempt(attempt=own, at=timezone.now())
        return SeeOther(reverse("progress:result", args=[own.public_id]))
    return SeeOther(reverse("progress:check", args=[own.public_id]))


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
    if asked.is_final:
        return _draw_answered(request, own, questions, asked)
    if sent is not None:
        asked = sent.typed_into(asked)
    elif (brought := _brought_answer(request, asked)) != asked:
        asked = brought
        messages.info(
            request,
            _("This answer is not saved yet: you were signed out before. It is chosen below, press the button."),
        )
    context = _frame(request, own, questions, asked) | {
        "saved_at": asked.answered_at,
        "last_saved_at": last_saved_at(questions),
        "problem": problem,
        "is_final": tells_at_once(own.quiz_version.body),
    }
    return render(request, "progress/question.html", context, status=status)


def _draw_answered(request: HttpRequest, own: Attempt, questions: list[Question], asked: Question) -> HttpResponse:
    """Say of an answer that is final how near it is, and why. Cost: 1 query more than asking."""
    context = _frame(request, own, questions, asked)
    if telling_of_answer(timing=feedback_timing(own.quiz_version.body), is_checked=True).says_why:
        context["feedback"] = feedback_on(asked, serving.quiz_key(own.quiz_version)["questions"][asked.id])
    return render(request, "progress/answered.html", context)


def _frame(request: HttpRequest, own: Attempt, questions: list[Question], asked: Question) -> dict[str, Any]:
    """Return what the page of a question shows around it, before and after it is answered."""
    is_open_elsewhere = any(not entry.is_answered for entry in questions if entry.id != asked.id)
    back_to_check = "check" in (request.GET.get("from"), request.POST.get("from"))
    return {
        "attempt": own,
        "quiz": own.quiz_version.body,
        "question": asked,
        "count": len(questions),
        "thread": [Stitch(entry.is_answered, False) for entry in questions],
        "back_to_check": back_to_check,
        "sends": not back_to_check
        and sends_with_last(
            own.quiz_version.body, number=asked.number, count=len(questions), open_elsewhere=is_open_elsewhere
        ),
        "time_left": time_left(own, at=timezone.now()),
        "page_language": get_language(),
    }
