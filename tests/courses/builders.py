"""Courses for tests, built and changed through the real page API, as an editor and the loader do.

course = make_course(lesson_count=3)          # live, settled, edition 1
lesson = lesson_pages(course)[0]
with one_edition(cause="publish", at=at):
    publish(lesson, title="A better title")
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.apps import apps
from django.conf import settings
from wagtail.models import Locale, Page

from courses.models import (
    AssignmentPage,
    CertificateDefinition,
    Course,
    CourseAudience,
    CourseIndexPage,
    CourseOutcome,
    CoursePage,
    LessonPage,
    ModulePage,
    QuizPage,
)
from courses.models.vocabularies import Audience, CertificateKind
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key
from home.operations import ensure_site

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
READ_AGAIN = date(2099, 1, 31)
TEXT_FIELDS = {
    "text",
    "html",
    "title",
    "description",
    "feedback",
    "feedback_true",
    "feedback_false",
    "word",
    "meaning",
    "caption",
}


def course_index() -> CourseIndexPage:
    """Return the catalogue page, making the site where a test's flush took it away."""
    index = CourseIndexPage.objects.first()
    if index is None or Locale.objects.count() < len(settings.LANGUAGES):
        ensure_site(
            apps,
            languages=tuple(code for code, _ in settings.LANGUAGES),
            default_language=settings.LANGUAGE_CODE,
            host="localhost",
            port=80,
        )
        index = CourseIndexPage.objects.get()
    return index


def make_course(
    *,
    slug: str = "digital-basics",
    title: str = "Digital basics",
    module_count: int = 1,
    lesson_count: int = 2,
    quiz_count: int = 1,
    question_count: int = 3,
    languages: Sequence[str] = (),
    has_certificate: bool = True,
    at: datetime = NOON,
    **course_fields: Any,
) -> Course:
    """Build a live course, each module with its lessons and then its quizzes, and settle it. Returns the anchor.

    The slugs are `module-1`, `lesson-1-1`, `quiz-1-1`. `languages` are translated in full.
    """
    with one_edition(cause="content", at=at):
        page = build_course_page(slug=slug, title=title, has_certificate=has_certificate, **course_fields)
        for module_number in range(1, module_count + 1):
            module = add_module(page, module_number)
            for number in range(1, lesson_count + 1):
                add_lesson(module, f"{module_number}-{number}")
            for number in range(1, quiz_count + 1):
                add_quiz(module, f"{module_number}-{number}", question_count=question_count)
        for language in languages:
            for source in [page, *page.get_descendants().specific()]:
                translate(source, language)
    return course_by_key(page.translation_key)


def build_course_page(*, slug: str, title: str, has_certificate: bool = True, **fields: Any) -> CoursePage:
    """Add a live course page with an outcome, an audience and, unless told not to, a certificate of participation."""
    index = course_index()
    page = CoursePage(
        title=title,
        slug=slug,
        **{
            "summary": f"What {title} is about.",
            "description": "<p>For everybody who wants to learn it.</p>",
            "topics": "safety, privacy",
            "hours": 2,
            "author": "The editors",
            "source": "<p>Written for this portal.</p>",
            "review_by_date": READ_AGAIN,
            **fields,
        },
    )
    page.outcomes = [CourseOutcome(text="Signs in safely.", locale=Locale.objects.get(language_code="en"))]
    page.audiences = [CourseAudience(audience=Audience.WORKER)]
    if has_certificate:
        page.certificate_definitions = [
            CertificateDefinition(
                kind=CertificateKind.PARTICIPATION,
                statement=f"took part in the course {title} and did every step of it.",
                signatory_name="Ada Byron",
                signatory_role="Head of training",
                locale=Locale.objects.get(language_code="en"),
            )
        ]
    added: CoursePage = index.add_child(instance=page)
    return added


def add_module(course_page: CoursePage, number: int, **fields: Any) -> ModulePage:
    parent = Page.objects.get(pk=course_page.pk)
    module = ModulePage(**{"title": f"Module {number}", "slug": f"module-{number}", "summary": "A part.", **fields})
    added: ModulePage = parent.add_child(instance=module)
    return added


def add_lesson(module: Page, name: str, **fields: Any) -> LessonPage:
    """Add a live lesson `lesson-<name>` with a heading, a text, and no picture."""
    parent = Page.objects.get(pk=module.pk)
    lesson = LessonPage(
        **{
            "title": f"Lesson {name}",
            "slug": f"lesson-{name}",
            "summary": f"What lesson {name} is about.",
            "minutes": 5,
            "author": "The editors",
            "source": "<p>Written for this portal.</p>",
            "review_by_date": READ_AGAIN,
            "body": lesson_body(f"{module.translation_key}/{name}", words=f"Words of lesson {name}."),
            **fields,
        }
    )
    added: LessonPage = parent.add_child(instance=lesson)
    return added


def add_quiz(module: Page, name: str, *, question_count: int = 3, **fields: Any) -> QuizPage:
    """Add a live quiz `quiz-<name>`: one right answer, several right answers, true or false, in turn."""
    parent = Page.objects.get(pk=module.pk)
    quiz = QuizPage(
        **{
            "title": f"Quiz {name}",
            "slug": f"quiz-{name}",
            "introduction": "<p>Some questions.</p>",
            "minutes": 4,
            "pass_mark": 60,
            "questions": quiz_questions(f"{module.translation_key}/{name}", question_count),
            **fields,
        }
    )
    added: QuizPage = parent.add_child(instance=quiz)
    return added


def add_assignment(module: Page, name: str = "1", **fields: Any) -> AssignmentPage:
    """Add a live assignment `assignment-<name>` that takes a text and files, judged by two criteria of three levels."""
    parent = Page.objects.get(pk=module.pk)
    assignment = AssignmentPage(
        **{
            "title": f"Assignment {name}",
            "slug": f"assignment-{name}",
            "task": "<p>Write a plan.</p>",
            "minutes": 60,
            "rubric": rubric(f"{module.translation_key}/{name}"),
            "author": "The editors",
            **fields,
        }
    )
    added: AssignmentPage = parent.add_child(instance=assignment)
    return added


def rubric(namespace: str, *criteria: str) -> list[dict[str, Any]]:
    """Return raw criteria, "Goals" and "Budget" unless others are named: levels worth 0, 2 and 4 points."""
    return [
        {
            "type": "criterion",
            "id": block_id(namespace, title),
            "value": {
                "title": title,
                "description": f"How good the {title.lower()} are.",
                "levels": [
                    {
                        "type": "item",
                        "id": block_id(namespace, f"{title}/{level}"),
                        "value": {"title": level, "description": f"{title}: {level.lower()}.", "points": points},
                    }
                    for level, points in (("Missing", 0), ("Begun", 2), ("Convincing", 4))
                ],
            },
        }
        for title in criteria or ("Goals", "Budget")
    ]


def lesson_body(namespace: str, *, words: str) -> list[dict[str, Any]]:
    """Return raw blocks of a lesson: a heading and a text under it."""
    return [
        {"type": "heading", "id": block_id(namespace, "heading"), "value": {"text": "First of all"}},
        {"type": "rich_text", "id": block_id(namespace, "text"), "value": {"html": f"<p>{words}</p>"}},
    ]


def quiz_questions(namespace: str, count: int) -> list[dict[str, Any]]:
    """Return raw question blocks; the right answers are the options `right` (and `also-right`), and "true"."""
    makers = (_single_choice, _multiple_choice, _true_false)
    return [makers[number % 3](namespace, f"question-{number + 1}") for number in range(count)]


def block_id(namespace: str, name: str) -> str:
    """Return the lasting id of a block, question or option: the same for the same names."""
    return str(uuid5(NAMESPACE_URL, f"{namespace}/{name}"))


def _single_choice(namespace: str, name: str) -> dict[str, Any]:
    options = [_option(namespace, name, "right", correct=True), _option(namespace, name, "wrong", correct=False)]
    return _question(namespace, name, "single_choice", {"options": options})


def _multiple_choice(namespace: str, name: str) -> dict[str, Any]:
    options = [
        _option(namespace, name, "right", correct=True),
        _option(namespace, name, "also-right", correct=True),
        _option(namespace, name, "wrong", correct=False),
    ]
    return _question(namespace, name, "multiple_choice", {"options": options})


def _true_false(namespace: str, name: str) -> dict[str, Any]:
    value = {"answer": "true", "feedback_true": "Yes. It is so.", "feedback_false": "Not quite. It is so."}
    return _question(namespace, name, "true_false", value)


def _question(namespace: str, name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    common = {"text": f"What about {name}?", "html": "", "points": 1, "feedback": "Remember this.", "section": ""}
    return {"type": kind, "id": block_id(namespace, name), "value": {**common, **value}}


def _option(namespace: str, question: str, name: str, *, correct: bool) -> dict[str, Any]:
    return {
        "type": "item",
        "id": block_id(namespace, f"{question}/{name}"),
        "value": {"text": f"Answer {name}.", "correct": correct, "feedback": f"Feedback on {name}."},
    }


def course_page(course: Course, language: str | None = None) -> CoursePage:
    """Return a course's page in its source language, or in another."""
    language = language or course.source_language
    return CoursePage.objects.get(translation_key=course.key, locale__language_code=language)


def module_pages(course: Course) -> list[ModulePage]:
    return list(ModulePage.objects.descendant_of(course_page(course)).order_by("path"))


def lesson_pages(course: Course) -> list[LessonPage]:
    return list(LessonPage.objects.descendant_of(course_page(course)).order_by("path"))


def quiz_pages(course: Course) -> list[QuizPage]:
    return list(QuizPage.objects.descendant_of(course_page(course)).order_by("path"))


def in_language(page: Page, language: str) -> Any:
    """Return the translation of a page."""
    return type(page).objects.get(translation_key=page.translation_key, locale__language_code=language)


def publish(page: Page, **changes: Any) -> Any:
    """Change fields of a page and publish it, as the editor's button does. Returns the page as it is now."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save_revision().publish()
    return Page.objects.get(pk=page.pk).specific


def translate(page: Page, language: str, **texts: Any) -> Any:
    """Publish a translation of a page: its texts begin with the language's code, unless they are given."""
    draft = page.copy_for_translation(Locale.objects.get(language_code=language), copy_parents=True).specific
    names = ["title", *(name for name in ("summary", "introduction", "description", "task") if hasattr(draft, name))]
    changes = {name: _begun(getattr(draft, name), language) for name in names if getattr(draft, name)}
    for name in ("body", "questions", "rubric"):
        if hasattr(draft, name):
            changes[name] = [translated_block(dict(block), language) for block in getattr(draft, name).raw_data]
    return publish(draft, **{**changes, **texts})


def translated_block(value: Any, language: str) -> Any:
    """Return raw block data with its texts begun by the language's code; ids and the answer key as they are."""
    if isinstance(value, dict):
        return {
            name: _begun(entry, language)
            if name in TEXT_FIELDS and isinstance(entry, str) and entry
            else translated_block(entry, language)
            for name, entry in value.items()
        }
    if isinstance(value, list):
        return [translated_block(entry, language) for entry in value]
    return value


def _begun(text: str, language: str) -> str:
    if text.startswith("<p>"):
        return f"<p>{language}: {text.removeprefix('<p>')}"
    return f"{language}: {text}"


ELEMENTS = {
    "criteria": "Every step done, and the quiz passed with 60 per cent.",
    "assessment_types": ["quiz"],
    "assessment_text": "A quiz of three questions.",
    "mode": "online",
    "eqf_reason": "People follow simple rules at work.",
    "quality_text": "Read again each year by two trainers.",
    "quality_reviewer": "Marta Kowal, trainer",
}
"""What an editor writes into a certificate of achievement, every element of it."""


def achievement(**fields: Any) -> CertificateDefinition:
    """Return a certificate of achievement with every element, for a course page that has hours, a level and a review."""
    return CertificateDefinition(
        **{
            "kind": CertificateKind.ACHIEVEMENT,
            "statement": "has shown what people can do after the course.",
            "signatory_name": "Ada Byron",
            "signatory_role": "Head of training",
            "locale": Locale.objects.get(language_code="en"),
            **ELEMENTS,
            **fields,
        }
    )


def offer_achievement(course: Course, *, at: datetime = NOON, **fields: Any) -> Course:
    """Have a course offer a certificate of achievement beside what it offers; its first quiz is needed for it."""
    with one_edition(cause="content", at=at):
        publish(quiz_pages(course)[0], needed_for_achievement=True)
        page = course_page(course)
        definitions = [*page.certificate_definitions.all(), achievement(**fields)]
        publish(page, certificate_definitions=definitions, eqf_level=2, reviewed_date=date(2026, 10, 12))
    return course_by_key(course.key)
