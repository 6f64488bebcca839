"""The draft of a quiz, answered by its editor as a learner would, and how it would be marked. Nothing is written.

What is right is shown with it, so it is for those who may edit the quiz, and for nobody else (they answer as to an
absent one).
"""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods

from courses.models import QuizPage
from courses.operations.versions import Preview, preview_item
from courses.rendering import question_text
from courses.views.preview import freeze_input_of, may_edit, may_see_bank_of, new_pictures
from foundation.access import Access, access
from progress.forms import AnswerForm
from progress.queries.feedback import Feedback, feedback_on, feedback_texts
from progress.queries.questions import Question, right_in_words, unanswered_questions, with_answer
from progress.rules.drawing import build_form
from progress.rules.marking import mark_attempt, points_needed

_LONGEST_SEED = 32


@dataclass(frozen=True, slots=True)
class Tried:
    """A question as it was asked, what was typed wrongly ("" for nothing), and, once it is marked, what is said of it."""

    question: Question
    problem: str = ""
    feedback: Feedback | None = None
    texts: tuple[str, ...] = ()
    ways: tuple[tuple[str, ...], ...] = ()
    explanation: str = ""

    @property
    def prefix(self) -> str:
        """What stands before the names of its fields."""
        return f"q{self.question.number}-"


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def try_quiz(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask the questions of the draft as it was saved last; of what is sent, say how it would be marked.

    Cost: at most 14 queries, none of which writes.

    :raises Http404: where there is no such quiz, and where somebody may not edit it, or not see what it takes from the bank.
    """
    page = QuizPage.objects.filter(pk=page_id).first()
    if page is None or not may_edit(request, page):
        raise Http404
    draft = page.get_latest_revision_as_object()
    if not may_see_bank_of(request, draft):
        raise Http404
    with translation.override(draft.locale.language_code):
        return _answer(request, draft, preview_item(freeze_input_of(draft)))


def _answer(request: HttpRequest, draft: QuizPage, preview: Preview) -> HttpResponse:
    problems = [words for _field, words in preview.problems]
    language = draft.locale.language_code
    seed = request.POST.get("seed", "")[:_LONGEST_SEED] or secrets.token_hex(8)
    questions = [] if problems else _questions(preview, seed)
    is_other = request.method == "POST" and request.POST.get("version") != preview.item.version_sha
    context: dict[str, Any] = {
        "page": draft,
        "language": language,
        "page_language": language,
        "quiz": preview.body,
        "problems": problems,
        "seed": seed,
        "version": preview.item.version_sha,
        "is_other": is_other,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[draft.pk]),
        "tried": [Tried(question) for question in questions],
    }
    if request.method != "POST" or is_other or problems:
        return render(request, "progress/cms/try_quiz.html", context)
    forms = {
        question.id: AnswerForm(request.POST, entry=question.entry, language=language, prefix=f"q{question.number}")
        for question in questions
    }
    if any(form.problem for form in forms.values()):
        context["tried"] = [
            Tried(forms[question.id].typed_into(question), forms[question.id].problem) for question in questions
        ]
        context["has_problem"] = True
        return render(request, "progress/cms/try_quiz.html", context, status=422)
    answers = {question_id: form.answer for question_id, form in forms.items()}
    marking = mark_attempt(
        key=preview.key,
        form={"questions": [question.entry for question in questions]},
        answers=answers,
        pass_mark=preview.body["pass_mark"],
    )
    answered = [
        _told(with_answer(question, answers[question.id], unsure=forms[question.id].unsure), preview)
        for question in questions
    ]
    context |= {
        "marking": marking,
        "needed": points_needed(max_score=marking.max_score, pass_mark=marking.pass_mark),
        "waiting_count": sum(entry.feedback is not None and entry.feedback.verdict == "waiting" for entry in answered),
        "tried": answered,
    }
    return render(request, "progress/cms/try_quiz.html", context)


def _questions(preview: Preview, seed: str) -> list[Question]:
    """Return what an attempt with this seed would ask, with pictures that are not frozen yet."""
    files = new_pictures(preview)
    frozen = {question["id"]: question for question in preview.body["questions"]}
    asked = unanswered_questions(preview.body, build_form(preview.body, seed=seed))
    if not files:
        return asked
    return [replace(question, asked=question_text(frozen[question.id], files=files)) for question in asked]


def _told(question: Question, preview: Preview) -> Tried:
    key = preview.key["questions"][question.id]
    feedback = feedback_on(question, key)
    return Tried(
        question,
        feedback=feedback,
        texts=() if feedback.pairs else feedback_texts(question, key),
        ways=right_in_words(question.asked, key),
        explanation=key.get("explanation", ""),
    )
