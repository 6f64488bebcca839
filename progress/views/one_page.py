"""A try at a quiz with all its questions on one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.access import Access, access
from progress import operations
from progress.forms import AnswerForm
from progress.models import Attempt
from progress.operations.answering_all import Given, save_responses
from progress.queries.layout import has_one_page
from progress.queries.questions import Question, last_saved_at, questions_of, with_answer
from progress.queries.steps import Stitch
from progress.queries.tries import time_left
from progress.rules.paging import fingerprint, reviews_first
from progress.views.own_attempts import find_own, say_closed
from progress.views.people import LearnerRequest, SeeOther, signed_in, wants_json


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is wrong with its answer, in words; "" for nothing.

    `was` tells, when the page comes back, whether the answer is another one than what was saved when it was drawn.
    """

    question: Question
    problem: str
    was: str

    @property
    def prefix(self) -> str:
        """What stands before the names and ids of its fields."""
        return f"{_prefix(self.question.number)}-"


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def all_questions(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Ask every question of an attempt, and save the answers: by a button, or by the script while the page stays."""
    own = find_own(request, public_id)
    if own.state == Attempt.State.SUBMITTED:
        return say_closed(request, own) if request.method == "POST" else _to("result", own)
    if not has_one_page(own):
        return _to("attempt", own)
    return _save(request, own) if request.method == "POST" else _draw(request, own)


def _save(request: LearnerRequest, own: Attempt) -> HttpResponse:
    by_script = wants_json(request)
    forms = _forms(request, own)
    given = {
        question_id: Given(form.answer, form.unsure, form.counter)
        for question_id, form in forms.items()
        if not form.problem
    }
    at = timezone.now()
    try:
        newer = save_responses(attempt=own, given=given, at=at, pressed=not by_script)
    except operations.AttemptClosed:
        return say_closed(request, own)
    problems = {question_id: form.problem for question_id, form in forms.items() if form.problem}
    if by_script:
        return _tell_script(own, problems, newer, at=time_format(timezone.localtime(at), "TIME_FORMAT"))
    if problems:
        return _draw(request, own, problems=problems, forms=forms, status=422)
    if "check" in request.POST:
        return _go_on(request, own)
    messages.success(request, _("Saved %(time)s") % {"time": time_format(timezone.localtime(at), "TIME_FORMAT")})
    return SeeOther(reverse("progress:all_questions", args=[own.public_id]))


def _go_on(request: LearnerRequest, own: Attempt) -> HttpResponse:
    """Show all answers, or send them where the quiz wants no look at them first and none is open."""
    if reviews_first(own.quiz_version.body) or not all(entry.is_answered for entry in questions_of(own)):
        return _to("check", own)
    operations.submit_attempt(attempt=own, at=timezone.now())
    return _to("result", own)


def _tell_script(own: Attempt, problems: Mapping[str, str], newer: frozenset[str], *, at: str) -> JsonResponse:
    numbers = {entry["id"]: number for number, entry in enumerate(own.form["questions"], start=1)}
    if newer:
        text = _("A newer answer is saved from another window. Load the page again to see it.")
        return JsonResponse({"text": text}, status=409)
    if problems:
        question_id, problem = next(iter(problems.items()))
        text = _("Question %(number)s: %(problem)s") % {"number": numbers[question_id], "problem": problem}
        return JsonResponse({"text": text}, status=422)
    return JsonResponse({"text": _("Saved %(time)s") % {"time": at}})


def _draw(
    request: LearnerRequest,
    own: Attempt,
    *,
    problems: Mapping[str, str] | None = None,
    forms: Mapping[str, AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    problems, forms = problems or {}, forms or {}
    questions = questions_of(own)
    saved = {question.id: fingerprint(question.answer, unsure=question.unsure) for question in questions}
    if request.method != "POST" and request.GET:
        questions = _with_brought(request, questions)
    asked = [
        Asked(
            # What was typed stays in its field where it is no answer; all else is as it is saved.
            forms[question.id].typed_into(question)
            if question.id in forms and forms[question.id].problem
            else question,
            problems.get(question.id, ""),
            saved[question.id],
        )
        for question in questions
    ]
    open_count = sum(not question.is_answered for question in questions)
    context: dict[str, Any] = {
        "attempt": own,
        "quiz": own.quiz_version.body,
        "asked": asked,
        "problems": [entry for entry in asked if entry.problem],
        "open_count": open_count,
        "sends": not reviews_first(own.quiz_version.body),
        "thread": [Stitch(question.is_answered, False) for question in questions],
        "saved_at": last_saved_at(questions),
        "time_left": time_left(own, at=timezone.now()),
        "page_language": get_language(),
    }
    return render(request, "progress/all_questions.html", context, status=status)


def _with_brought(request: LearnerRequest, questions: list[Question]) -> list[Question]:
    """Return the questions with the answers that came through a sign-in (`way_back`), and say that they are not saved."""
    brought = []
    for question in questions:
        form = _form(request.GET, question.entry, question.number)
        is_brought = not (form.problem or form.is_empty)
        brought.append(with_answer(question, form.answer, unsure=form.unsure) if is_brought else question)
    if brought != questions:
        messages.info(
            request,
            _("Your answers are not saved yet: you were signed out before. They stand below, press the button."),
        )
    return brought


def _form(sent: QueryDict, entry: Mapping[str, Any], number: int) -> AnswerForm:
    return AnswerForm(sent, entry=entry, language=get_language() or "en", prefix=_prefix(number))


def _forms(request: LearnerRequest, own: Attempt) -> dict[str, AnswerForm]:
    """Return the forms of the questions that were touched on the page, by question id.

    The script says which; without it, those are whose answer is another one than when the page was drawn. What nobody
    touched is left alone: it may be older than what another window saved.
    """
    numbers = set(request.POST.get("touched", "").split()) if wants_json(request) else None
    forms = {}
    for number, entry in enumerate(own.form["questions"], start=1):
        if numbers is not None and str(number) not in numbers:
            continue
        form = _form(request.POST, entry, number)
        now = fingerprint(form.answer, unsure=form.unsure)
        if numbers is not None or form.problem or now != request.POST.get(f"{_prefix(number)}-was"):
            forms[entry["id"]] = form
    return forms


def _prefix(number: int) -> str:
    return f"q{number}"


def _to(name: str, own: Attempt) -> SeeOther:
    return SeeOther(reverse(f"progress:{name}", args=[own.public_id]))
