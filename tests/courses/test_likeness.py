"""What compares a course with its copy and its import sees every kind of field, and no identity."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Page

from courses.models import BankQuestion, CourseCompetence, CourseOutcome, CoursePage, CoursePrerequisite
from tests.courses.bank import add_question, bank_question, change, translate_question
from tests.courses.builders import (
    add_assignment,
    add_module,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)
from tests.courses.every_kind import every_kind
from tests.courses.likeness import likeness_of
from tests.courses.uploads import drawing_bytes, upload_document, upload_picture

pytestmark = pytest.mark.django_db


class _Undone(Exception):
    """Takes back what a change wrote."""


def test_the_same_course_made_twice_is_alike_whatever_its_keys_and_its_address():
    first, second = make_course(slug="one", languages=["it"]), make_course(slug="two", languages=["it"])

    assert likeness_of(course_page(first)) == likeness_of(course_page(second))


def test_a_draft_counts_not_what_is_published():
    course = make_course(quiz_count=0)
    before = likeness_of(course_page(course))
    lesson = lesson_pages(course)[0]
    lesson.title = "Another title"
    lesson.save_revision()

    assert likeness_of(course_page(course)) != before


def test_a_change_of_each_kind_of_field_is_noticed(own_storage):
    course = full_course()
    page = course_page(course)
    before = likeness_of(page)
    lesson, quiz = lesson_pages(course)[0], quiz_pages(course)[0]
    unnoticed = []

    for name, change_it in _changes(course, page, lesson, quiz).items():
        try:
            with transaction.atomic():
                change_it()
                if likeness_of(CoursePage.objects.get(pk=page.pk)) == before:
                    unnoticed.append(name)
                raise _Undone
        except _Undone:
            continue

    assert unnoticed == []
    assert likeness_of(CoursePage.objects.get(pk=page.pk)) == before


def full_course() -> Any:
    course = make_course(languages=["it"], question_count=1)
    other = make_course(slug="other", title="Other", lesson_count=1, quiz_count=0)
    page, (lesson, second) = course_page(course), lesson_pages(course)
    picture, document = upload_picture(drawing_bytes(), name="drawing.png"), upload_document()
    question = add_question()
    translate_question(question, "it")
    outcome = page.outcomes.get()
    publish(
        page,
        competences=[CourseCompetence(framework="digcomp", version="2.2", code="4.1", level=2)],
        prerequisites=[CoursePrerequisite(course=other)],
    )
    body = [
        {"type": "rich_text", "id": "a", "value": {"html": f'<p><a linktype="page" id="{second.pk}">On</a></p>'}},
        {"type": "image", "id": "b", "value": {"picture": picture.pk, "alt": "A drawing", "decorative": False}},
        {"type": "download", "id": "c", "value": {"title": "Sheet", "file": document.pk, "description": ""}},
    ]
    publish(lesson, body=body)
    questions = every_kind()
    questions[0]["value"] |= {"outcome": str(outcome.translation_key), "lesson": lesson.pk, "section": "a"}
    publish(quiz_pages(course)[0], questions=[*questions, bank_question(question)])
    publish(in_language(quiz_pages(course)[0], "it"), questions=[*questions, bank_question(question)])
    add_assignment(module_pages(course)[0])
    return course


def _changes(course: Any, page: CoursePage, lesson: Any, quiz: Any) -> dict[str, Any]:
    body, questions = list(lesson.body.raw_data), list(quiz.questions.raw_data)
    bank = questions[-1]["value"]["question"]
    other_picture = upload_picture(drawing_bytes(), name="other.png", title="Other")
    other_document = upload_document(b"four questions", name="sheet.txt")
    second = lesson_pages(course)[1]
    assignment = Page.objects.get(slug="assignment-1").specific
    return {
        "text of the course": lambda: _draft(page, summary="Another."),
        "rich text": lambda: _draft(page, description="<p>Another.</p>"),
        "number": lambda: _draft(page, hours=3),
        "choice": lambda: _draft(page, level="advanced"),
        "day": lambda: _draft(page, review_by_date=date(2027, 1, 1)),
        "outcome": lambda: _draft(page, outcomes=[CourseOutcome(text="Other.", locale=page.locale)]),
        "competence": lambda: _draft(page, competences=[]),
        "prerequisite": lambda: _draft(page, prerequisites=[]),
        "audience": lambda: _draft(page, audiences=[]),
        "certificate": lambda: _draft(page, certificate_definitions=[]),
        "title in another language": lambda: _draft(in_language(page, "it"), title="Altro"),
        "slug of a step": lambda: _draft(lesson, slug="another"),
        "required": lambda: _draft(lesson, required=False),
        "order of steps": lambda: second.move(Page.objects.get(pk=lesson.pk), pos="left"),
        "a step less": lambda: Page.objects.get(pk=second.pk).delete(),
        "a module more": lambda: add_module(page, 2),
        "summary of a module": lambda: _draft(module_pages(course)[0], summary="Other."),
        "order of blocks": lambda: _draft(lesson, body=body[::-1]),
        "where a link leads": lambda: _draft(
            lesson,
            body=[{**body[0], "value": {"html": f'<p><a linktype="page" id="{lesson.pk}">On</a></p>'}}, *body[1:]],
        ),
        "another picture": lambda: _draft(lesson, body=_with(body, 1, picture=other_picture.pk)),
        "alternative text": lambda: _draft(lesson, body=_with(body, 1, alt="Another.")),
        "decorative": lambda: _draft(lesson, body=_with(body, 1, alt="", decorative=True)),
        "another document": lambda: _draft(lesson, body=_with(body, 2, file=other_document.pk)),
        "correct option": lambda: _draft(quiz, questions=_other_answer(questions)),
        "outcome of a question": lambda: _draft(quiz, questions=_with(questions, 0, outcome="")),
        "lesson of a question": lambda: _draft(quiz, questions=_with(questions, 0, lesson=second.pk)),
        "section of a question": lambda: _draft(quiz, questions=_with(questions, 0, section="b")),
        "points": lambda: _draft(quiz, questions=_with(questions, 1, points=9)),
        "rule of a quiz": lambda: _draft(quiz, max_attempts=2),
        "draws": lambda: _draft(quiz, draws=[{"type": "draw", "id": "d", "value": {"count": 2, "by": "all"}}]),
        "name of a match in another language": lambda: _draft(
            in_language(quiz, "it"), questions=_other_match(questions)
        ),
        "question of the bank": lambda: change(_bank(bank), tags="other"),
        "rubric": lambda: _draft(assignment, rubric=list(assignment.rubric.raw_data)[:1]),
    }


def _with(blocks: list[Any], place: int, **fields: Any) -> list[Any]:
    return [{**block, "value": {**block["value"], **fields}} if n == place else block for n, block in enumerate(blocks)]


def _other_answer(questions: list[Any]) -> list[Any]:
    options = [
        {**option, "value": {**option["value"], "correct": place == 1}}
        for place, option in enumerate(questions[0]["value"]["options"])
    ]
    return _with(questions, 0, options=options)


def _other_match(questions: list[Any]) -> list[Any]:
    """Two entries of a matching question exchange the inner names of what belongs to them."""
    place = [question["type"] for question in questions].index("matching")
    first, second, *rest = questions[place]["value"]["options"]
    names = first["value"]["match_id"], second["value"]["match_id"]
    swapped = [
        {**entry, "value": {**entry["value"], "match_id": name}}
        for entry, name in zip((first, second), names[::-1], strict=True)
    ]
    return _with(questions, place, options=[*swapped, *rest])


def _bank(number: int) -> Any:
    return BankQuestion.objects.get(pk=number)


def _draft(page: Page, **changes: Any) -> None:
    """Save a draft of a page as it is now, with changes."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save_revision()
