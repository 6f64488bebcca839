"""What a browser sends from the CMS: the forms of pages as an editor fills them in."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import CoursePage, LessonPage, ModulePage, QuizPage
from courses.rules.certificate_terms import COLUMNS


def options(*entries: tuple[str, bool]) -> dict[str, Any]:
    """Return the form fields of a list of options given as (text, is right)."""
    fields: dict[str, Any] = {"count": str(len(entries))}
    for number, (text, is_right) in enumerate(entries):
        value = {"text": text, "feedback": "", **({"correct": "on"} if is_right else {})}
        fields[str(number)] = {"value": value, "order": str(number), "deleted": "", "id": "", "type": "item"}
    return fields


def question(*entries: tuple[str, bool], kind: str = "single_choice") -> tuple[str, dict[str, Any]]:
    return (
        kind,
        {
            "text": "What do you do?", "html": rich_text(""), "options": options(*entries), "feedback": "", "lesson": "",
            "section": "", "points": "1",
        },
    )  # fmt: skip


SOURCE_AND_REVIEW = {"source": rich_text("<p>Written for this portal.</p>"), "review_by_date": "2099-01-31"}
"""What a lesson and a course say of themselves before they are published."""

GOOD_QUESTION = question(("Yes.", True), ("No.", False))


def quiz_form(*questions: Any, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Quiz: new", "slug": "quiz-new", "introduction": rich_text("<p>About it.</p>"), "minutes": "4",
        "required": "on", "pass_mark": "60", "max_attempts": "0", "author": "", "licence": "CC BY 4.0",
        "source": rich_text(""), "questions": streamfield(list(questions)), "draws": streamfield([]),
        "tries_period": "ever", "wait_minutes": "0", "counting": "best", "time_limit_minutes": "",
        "layout": "one-a-page", "feedback_timing": "after-submit", "reviews_first": "on", **fields,
    }  # fmt: skip


def lesson_form(*blocks: Any, **fields: Any) -> dict[str, Any]:
    return {
        "title": "Lesson: new", "slug": "lesson-new", "summary": "", "minutes": "5", "required": "on", "author": "",
        "licence": "CC BY 4.0", **SOURCE_AND_REVIEW, "body": streamfield(list(blocks)), **fields,
    }  # fmt: skip


def module_form(**fields: Any) -> dict[str, Any]:
    return {"title": "Module: new", "slug": "module-new", "summary": "", **fields}


def course_form(*, prerequisites: Any = (), **fields: Any) -> dict[str, Any]:
    """Return a course's form; `prerequisites` are anchors, or rows of the list as they are sent."""
    rows = [row if isinstance(row, dict) else {"course": str(row.pk)} for row in prerequisites]
    return {
        "title": "Course: new", "slug": "course-new", "summary": "About it.", "description": rich_text(""),
        "level": "basic", "eqf_level": "", "hours": "1", "category": "ict-basic", "topics": "", "art": "office",
        "author": "", "licence": "CC BY 4.0", **SOURCE_AND_REVIEW, "outcomes": inline_formset([]),
        "audiences": inline_formset([]), "competences": inline_formset([]),
        "prerequisites": inline_formset(rows), "certificate_definitions": inline_formset([]), **fields,
    }  # fmt: skip


def form_of(page: Page, **fields: Any) -> dict[str, Any]:
    """Return the form of a page as it is live, for a lesson, quiz, module or course made by the builders."""
    same = {"title": page.title, "slug": page.slug}
    if isinstance(page, QuizPage):
        texts = {"introduction": rich_text(page.introduction), "questions": blocks_of(page, "questions")}
        same |= {**numbers_of(page), **texts, "pass_mark": str(page.pass_mark), "max_attempts": str(page.max_attempts)}
        return {**quiz_form(), **same, **fields}
    if isinstance(page, LessonPage):
        return {
            **lesson_form(), **same, **numbers_of(page), "summary": page.summary, "body": blocks_of(page, "body"),
            **fields,
        }  # fmt: skip
    if isinstance(page, ModulePage):
        return {**module_form(), **same, "summary": page.summary, **fields}
    assert isinstance(page, CoursePage)
    return {**course_form(), **same, "summary": page.summary, "hours": str(page.hours), **fields}


def numbers_of(page: Any) -> dict[str, Any]:
    return {
        "minutes": str(page.minutes),
        "author": page.author,
        "required": "on" if page.required else "",
    }


def blocks_of(page: Any, name: str) -> dict[str, Any]:
    """Return the form of a page's blocks as they are: texts, headings and questions, with their ids."""
    form: dict[str, Any] = {}
    raw = list(getattr(page, name).raw_data)
    for number, block in enumerate(raw):
        value = {key: _sent(key, entry) for key, entry in block["value"].items()}
        form[str(number)] = {
            "deleted": "",
            "order": str(number),
            "type": block["type"],
            "id": block["id"],
            "value": value,
        }
    return {"count": str(len(raw)), **form}


def _sent(key: str, value: Any) -> Any:
    if key == "html":
        return rich_text(value)
    if key == "options":
        return {
            "count": str(len(value)),
            **{
                str(number): {
                    "deleted": "", "order": str(number), "type": "item", "id": entry["id"],
                    "value": {name: part for name, part in _checked(entry["value"]).items() if part is not False},
                }
                for number, entry in enumerate(value)
            },
        }  # fmt: skip
    return "" if value is None else str(value)


def _checked(value: dict[str, Any]) -> dict[str, Any]:
    return {name: "on" if part is True else part for name, part in value.items()}


def sent(form: dict[str, Any], action: str = "") -> dict[str, Any]:
    data = nested_form_data({**form, **({f"action-{action}": "x"} if action else {})})
    if not data.get("required", "on"):
        del data["required"]
    return data


def add(browser: Client, parent: Page, model: type[Page], form: dict[str, Any], *, action: str = "") -> HttpResponse:
    """Fill in the form of a new page and press a button: none saves a draft."""
    address = reverse("wagtailadmin_pages:add", args=("courses", model._meta.model_name, parent.pk))
    return browser.post(address, sent(form, action))


def edit(browser: Client, page: Page, form: dict[str, Any] | None = None, *, action: str = "", **fields: Any) -> Any:
    """Change a page's form and press a button: none saves a draft."""
    address = reverse("wagtailadmin_pages:edit", args=(page.pk,))
    return browser.post(address, sent(form or form_of(page, **fields), action))


def certificate_row(definition: Any, **fields: Any) -> dict[str, Any]:
    """Return the row of a certificate in the form of its course, as it is sent."""
    names = (*COLUMNS, "issuer_id")
    values = {name: getattr(definition, name) for name in names} | fields
    row = {name.removesuffix("_id"): "" if value is None else value for name, value in values.items()}
    # A list would be taken for the fields of a form.
    return {**row, "assessment_types": tuple(row["assessment_types"]), "id": str(definition.pk or "")}


def certificates(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return the list of certificates in the form of a course, as it is sent."""
    return inline_formset(list(rows), initial=sum(bool(row["id"]) for row in rows))
