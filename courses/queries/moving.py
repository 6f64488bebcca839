"""What a move of a step to another course means, before it is made."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext, ngettext
from wagtail.models import Page

from courses.models import Course, CoursePage, LessonPage, QuizPage
from courses.queries.tree import ITEM_KINDS
from courses.rules.rich_text import linked_pages

_STEPS = frozenset({"modulepage", *ITEM_KINDS})


def words_before_move(page: Page, destination: Page) -> list[str]:
    """Return what somebody should know who moves a page of a course below another page, in words.

    Nothing where it stays in its course, or is no page of one. Cost: 3 queries; 4 more where it goes to another course,
    and it reads the quizzes and lessons of the course it leaves.
    """
    if page.content_type.model not in _STEPS:
        return []
    old, new = course_above(page), course_above(destination)
    if old is None or new is None or old.pk == new.pk:
        return []
    values = {"title": page.draft_title, "old": old.draft_title, "new": new.draft_title}
    words = []
    if _known(old):
        words.append(
            gettext(
                "In “%(old)s” this is taken out: nobody has to do it there any more. Who did it keeps it in their history, "
                "with marks and answers, and certificates stay as they are."
            )
        )
    if _known(new):
        words.append(
            gettext(
                "In “%(new)s” it is a new step: who enrols from then on does it. People who are enrolled there already see "
                "it and do not have to do it, and what somebody did in “%(old)s” does not count there."
            )
        )
    moved = set(page.get_descendants(inclusive=True).values_list("pk", flat=True))
    words += _named(moved, old)
    return [text % values for text in words]


def course_above(page: Page) -> CoursePage | None:
    """Return the course that a page belongs to, if it does. Cost: 1 query."""
    found: CoursePage | None = CoursePage.objects.ancestor_of(page, inclusive=True).first()
    return found


def _known(course: CoursePage) -> bool:
    return Course.objects.filter(key=course.translation_key, current_edition__isnull=False).exists()


def _named(moved: set[int], old: CoursePage) -> Iterable[str]:
    """Say what in the course that is left names what goes, and what goes names what stays."""
    stays, goes = 0, 0
    for quiz in QuizPage.objects.filter(path__startswith=old.path).order_by("path"):
        lessons = {int(number) for number in _lessons(quiz.questions.raw_data)}
        if quiz.pk in moved:
            goes += len(lessons - moved)
        else:
            stays += sum(number in moved for number in _lessons(quiz.questions.raw_data))
    linking = [
        lesson
        for lesson in LessonPage.objects.filter(path__startswith=old.path).order_by("path")
        if lesson.pk not in moved and _links(list(lesson.body.raw_data)) & moved
    ]
    if stays:
        yield ngettext(
            "%(count)s question of “%(old)s” names a lesson that goes as the one that explains it. Choose another there.",
            "%(count)s questions of “%(old)s” name a lesson that goes as the one that explains them. Choose another there.",
            stays,
        ).replace("%(count)s", str(stays))
    if goes:
        yield ngettext(
            "Questions that go name %(count)s lesson that stays in “%(old)s” as the one that explains them.",
            "Questions that go name %(count)s lessons that stay in “%(old)s” as those that explain them.",
            goes,
        ).replace("%(count)s", str(goes))
    if linking:
        yield ngettext(
            "%(count)s lesson of “%(old)s” links to what goes. Look at whether the link still helps.",
            "%(count)s lessons of “%(old)s” link to what goes. Look at whether the links still help.",
            len(linking),
        ).replace("%(count)s", str(len(linking)))


def _lessons(questions: Iterable[Any]) -> list[int]:
    """Return the page numbers of the lessons that questions name, each as often as it is named."""
    numbers = ((block.get("value") or {}).get("lesson") for block in questions if isinstance(block.get("value"), dict))
    return [number for number in numbers if isinstance(number, int)]


def _links(value: Any) -> set[int]:
    if isinstance(value, str):
        return linked_pages(value)
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {number for entry in entries for number in _links(entry)}
