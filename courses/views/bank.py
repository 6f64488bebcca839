"""The question bank in the CMS: its preview."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from courses.models import BankQuestion
from courses.operations.versions import FreezeInput, preview_item
from courses.rules.freezing_question import tags_of
from courses.views.preview import shown_questions


def show_question(request: HttpRequest, question: BankQuestion, mode: str) -> HttpResponse:
    """Answer the preview of a bank question, saved or not: `mode` "" for a learner, "key" for its editors.

    It is shown as a quiz would ask it: frozen, with nothing written.
    """
    language = question.locale.language_code
    with translation.override(language):
        columns = {"title": question.title, "questions": list(question.question.raw_data)}
        preview = preview_item(FreezeInput("quiz", question.translation_key, language, source=columns, text=columns))
        context = {
            "page": question,
            "language": language,
            "tags": tags_of(question.tags),
            "problems": [words for _field, words in preview.problems],
            "questions": shown_questions(preview, may_see_key=mode == "key" and _may_edit(request, question)),
        }
        return render(request, "courses/preview/bankquestion.html", context)


def _may_edit(request: HttpRequest, question: BankQuestion) -> bool:
    user = getattr(request, "user", None)
    if user is None or not user.is_active or not user.has_perm("wagtailadmin.access_admin"):
        return False
    return bool(user.has_perm("courses.change_bankquestion" if question.pk else "courses.add_bankquestion"))
