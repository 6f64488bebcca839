"""Practice: a quiz answered for oneself. It writes no row; where somebody is in it goes along, signed, with the page."""

import secrets
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from courses.models import QuizVersion
from courses.queries import serving
from courses.rules.addresses import item_address
from foundation.access import Access, access
from progress.forms import AnswerForm, empty_words
from progress.models import Enrolment
from progress.queries.attempts import tries_at
from progress.queries.enrolments import own_enrolment, progress_of
from progress.queries.feedback import feedback_on
from progress.queries.questions import Question, unanswered_questions, with_answer
from progress.queries.steps import may_practise
from progress.rules.drawing import build_form
from progress.rules.practice import Practice
from progress.views.people import LearnerRequest, SeeOther, signed_in

_LASTS = 3 * 60 * 60
"""Seconds that a page of practice may lie open."""


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def practice(request: LearnerRequest, public_id: UUID, item_key: UUID) -> HttpResponse:
    """Ask the next question of a practice, or say of the answer how near it is; at the end, how many were right.

    What is right is never named here: the quiz may be one to pass. Cost: 5 queries, 7 for an answer.
    """
    try:
        enrolment = own_enrolment(request.user, public_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    language = get_language()
    own = progress_of(enrolment, language=language)
    step = own.outline.by_key.get(str(item_key))
    if step is None:
        raise Http404
    address = item_address(own.outline, step, language)
    if not may_practise(step, own) or tries_at(enrolment, item_key).open_attempt:
        return SeeOther(address)
    salt = f"progress.practice.{public_id}.{item_key}"
    sent = request.POST if request.method == "POST" else request.GET
    state, is_too_old = _read(sent.get("at", ""), salt)
    is_new = state is None
    if state is None:
        state = Practice(version=step.version, seed=secrets.token_hex(8))
    try:
        version = serving.quiz_version(state.version)
    except QuizVersion.DoesNotExist as error:
        raise Http404 from error
    questions = unanswered_questions(version.body, build_form(version.body, seed=state.seed))
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "item": step,
        "item_url": address,
        "quiz": version.body,
        "quiz_language": version.language,
        "state": state,
        "token": signing.dumps(state.as_json(), salt=salt),
        "count": len(questions),
        "is_too_old": is_too_old,
        "page_language": language,
    }
    if not questions:
        return SeeOther(address)
    if state.number > len(questions):
        return render(request, "progress/practice_end.html", context)
    question = questions[state.number - 1]
    if request.method == "POST" and not is_new:
        return _answer(request, question, version, state, salt, context)
    return render(request, "progress/practice.html", context | {"question": question})


def _answer(
    request: LearnerRequest,
    question: Question,
    version: QuizVersion,
    state: Practice,
    salt: str,
    context: dict[str, Any],
) -> HttpResponse:
    form = AnswerForm(request.POST, entry=question.entry, language=get_language() or "en")
    problem = empty_words(question.kind) if form.is_empty else form.problem
    if problem:
        context |= {"question": form.typed_into(question), "problem": problem}
        return render(request, "progress/practice.html", context, status=422)
    answered = with_answer(question, form.answer, unsure=form.unsure)
    feedback = feedback_on(answered, serving.quiz_key(version)["questions"][question.id])
    # What only a person can mark counts neither way.
    worth = 0 if feedback.verdict == "waiting" else feedback.worth
    after = state.after(points=feedback.points, worth=worth)
    context |= {
        "question": answered,
        "feedback": feedback,
        "next_token": signing.dumps(after.as_json(), salt=salt),
        "is_last": state.number == context["count"],
    }
    return render(request, "progress/practice.html", context)


def _read(token: str, salt: str) -> tuple[Practice | None, bool]:
    """Return where a practice is; None for a new one. And whether it had been going on for too long."""
    if not token:
        return None, False
    try:
        return Practice.from_json(signing.loads(token, salt=salt, max_age=_LASTS)), False
    except signing.SignatureExpired:
        return None, True
    except signing.BadSignature:
        return None, False
