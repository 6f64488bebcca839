"""Previews in the CMS: the draft in its frozen form, drawn as learners will see it, with nothing written.

No attempt can be made of a preview: its controls post nowhere. The answer key is in the one preview that is made for it,
and there only for those who may edit the page.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page

from courses.models import AssignmentPage, Course, CoursePage, LearningPathPage, LessonPage, QuizPage
from courses.models.items import Item
from courses.models.pages import FrozenPage
from courses.operations.versions import FreezeInput, Preview, preview_item
from courses.queries.serving import titles_of
from courses.queries.tree import ITEM_KINDS
from courses.rendering import key_text, question_text, render_html, render_lesson
from courses.rules.rich_text import frozen_html


def show_preview(request: HttpRequest, page: FrozenPage, mode: str) -> HttpResponse:
    """Answer the preview of a page, saved or not.

    `mode` is "" for a visitor, "learner" for somebody enrolled; of a quiz, "" for a learner, "key" for its editors.
    """
    language = page.locale.language_code
    with translation.override(language):
        context = {"page": page, "language": language, "is_learner": mode == "learner"}
        if isinstance(page, Item):
            preview = preview_item(freeze_input_of(page))
            context |= {"body": preview.body, "problems": [words for _, words in preview.problems]}
            context |= {"source_html": render_html(preview.body["source_html"], outline=None, language=language)}
            if isinstance(page, LessonPage):
                context |= _lesson(preview, language)
            elif isinstance(page, AssignmentPage):
                context["task_html"] = render_html(preview.body["task_html"], outline=None, language=language)
            elif isinstance(page, QuizPage):
                context |= _quiz(
                    preview,
                    language,
                    may_see_key=mode == "key" and may_edit(request, page) and may_see_bank_of(request, page),
                )
        else:
            context |= _frame(page, language)
        return render(request, f"courses/preview/{page._meta.model_name}.html", context)


def _lesson(preview: Preview, language: str) -> dict[str, Any]:
    files = new_pictures(preview) | {
        file["sha256"]: reverse("wagtaildocs_serve", args=(preview.new_files[file["sha256"]], file["name"]))
        for block in preview.body["blocks"]
        for file in block.values()
        if isinstance(file, Mapping) and file.get("sha256") in preview.new_files
    }
    return {"lesson_html": render_lesson(preview.body, outline=None, language=language, files=files)}


def _quiz(preview: Preview, language: str, *, may_see_key: bool) -> dict[str, Any]:
    introduction = render_html(preview.body["introduction_html"], outline=None, language=language)
    questions = shown_questions(preview, may_see_key=may_see_key)
    return {"questions": questions, "introduction_html": introduction, "may_see_key": may_see_key}


def shown_questions(preview: Preview, *, may_see_key: bool) -> list[dict[str, Any]]:
    """Return the questions of a draft as their template needs them, with the answer key only where it may be seen."""
    files = new_pictures(preview)
    questions = []
    for question in preview.body["questions"]:
        shown = question_text(question, files=files)
        if may_see_key:
            shown["key"] = key_text(shown, preview.key["questions"][question["id"]])
        questions.append(shown)
    return questions


def new_pictures(preview: Preview) -> dict[str, str]:
    """Return addresses of the pictures of a draft that are not frozen yet, by SHA-256, for who works in the CMS."""
    return {sha: reverse("wagtailimages:preview", args=(pk, "width-1600")) for sha, pk in preview.new_pictures.items()}


def _frame(page: FrozenPage, language: str) -> dict[str, Any]:
    """Return what a course, a module or the catalogue shows of itself; below it are the titles of its drafts."""
    context: dict[str, Any] = {}
    if page.pk:
        context["below"] = list(page.get_children().order_by("path").values_list("draft_title", flat=True))
    if isinstance(page, LearningPathPage):
        keys = [str(entry.course.key) for entry in page.courses.all()]
        outlines = titles_of(keys, language)
        context["description_html"] = render_html(frozen_html(page.description, {}), outline=None, language=language)
        context["courses"] = [outlines[key] for key in keys if key in outlines]
        context["certificates"] = [entry.get_kind_display() for entry in page.certificate_definitions.all()]
    if isinstance(page, CoursePage):
        # Links show their words only: where they lead is known when the page is published.
        context["description_html"] = render_html(frozen_html(page.description, {}), outline=None, language=language)
        context["source_html"] = render_html(frozen_html(page.source, {}), outline=None, language=language)
        context["outcomes"] = [outcome.text for outcome in page.outcomes.all()]
    return context


def freeze_input_of(page: Item) -> FreezeInput:
    """Return what freezing reads of a step as it is given. Cost: 2 queries, 3 of a translation."""
    text = page.raw_columns()
    source_language = _source_language(page) or page.locale.language_code
    source = text
    if source_language != page.locale.language_code:
        original = (
            type(page)
            .objects.filter(translation_key=page.translation_key, locale__language_code=source_language)
            .first()
        )
        source = original.raw_columns() if original else text
    return FreezeInput(
        kind=ITEM_KINDS[page._meta.model_name or ""],
        key=page.translation_key,
        language=page.locale.language_code,
        source=source,
        text=text,
        source_language=source_language if source is not text else page.locale.language_code,
    )


def _source_language(page: Page) -> str:
    course = CoursePage.objects.ancestor_of(page).only("translation_key").first()
    if course is None:
        return ""
    languages = Course.objects.filter(key=course.translation_key).values_list("source_language", flat=True)
    return languages.first() or ""


def may_edit(request: HttpRequest, page: Page) -> bool:
    """Return whether whoever asks may edit a page, and so see what is right in it. Cost: at most 3 queries."""
    user = getattr(request, "user", None)
    if user is None or not user.is_active or not user.has_perm("wagtailadmin.access_admin"):
        return False
    if page.pk is None:
        parent = page.get_parent()
        return bool(parent and parent.permissions_for_user(user).can_add_subpage())
    return bool(page.permissions_for_user(user).can_edit())


def may_see_bank_of(request: HttpRequest, page: Page) -> bool:
    """Return whether whoever asks may see the questions that a quiz takes from the bank, where it takes any.

    A tag in a quiz of one's own would lead to all of the bank, with what is right. Cost: 2 queries at most.
    """
    questions = getattr(page, "questions", None)
    takes = any(str(block["type"]).startswith("bank_question") for block in questions.raw_data) if questions else False
    user = getattr(request, "user", None)
    return not takes or (user is not None and user.has_perm("courses.view_bankquestion"))
