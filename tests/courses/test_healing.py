"""A course that differs from its live pages is found, in words, and healed: whatever was lost between save and edition."""

import multiprocessing
import os
import signal
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from courses.models import Course, CourseEdition, CoursePage, EditionDue, LessonPage, ModulePage, QuizPage
from courses.operations.settling import heal_editions, one_edition, settle_due
from courses.queries.pages import course_differs_from_pages, differences_from_pages
from courses.queries.serving import course_by_key, outline_of
from tests.courses.builders import (
    NOON,
    build_course_page,
    course_page,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


@pytest.fixture
def course():
    return make_course(module_count=2, lesson_count=1, question_count=1, languages=("it",))


def words_of(course):
    return course_differs_from_pages(Course.objects.select_related("current_edition").get(pk=course.pk))


def editions(course):
    return list(CourseEdition.objects.filter(course=course).order_by("number"))


def healed(course):
    """Heal, see that it was needed and that nothing is left, and return the edition."""
    assert words_of(course) != ""
    assert heal_editions(at=LATER) == [course.key]
    assert words_of(course) == ""
    assert heal_editions(at=LATER) == []
    return editions(course)[-1]


def test_a_course_as_its_pages_are_has_no_difference(course):
    other = make_course(slug="other", title="Other", quiz_count=0)
    assert list(differences_from_pages()) == [(course.key, ""), (other.key, "")]
    assert heal_editions(at=LATER) == []
    assert len(editions(course)) == 1


def test_a_lost_flag_is_healed(course):
    publish(lesson_pages(course)[0], title="Published, then the flag was lost")
    EditionDue.objects.all().delete()
    assert settle_due(at=LATER) == 0

    edition = healed(course)

    assert (edition.number, edition.cause, edition.made_at) == (2, "heal", LATER)
    assert outline_of(course_by_key(course.key), "en").items[0].title == "Published, then the flag was lost"


def changed_key(course):
    quiz = quiz_pages(course)[0]
    questions = [dict(block) for block in quiz.questions.raw_data]
    for option in questions[0]["value"]["options"]:
        option["value"]["correct"] = not option["value"]["correct"]
    quiz.questions = questions
    return quiz.questions


UPDATES = {
    "a title": lambda c: Page.objects.filter(pk=lesson_pages(c)[0].pk).update(title="New"),
    "minutes": lambda c: LessonPage.objects.filter(pk=lesson_pages(c)[0].pk).update(minutes=99),
    "a rule": lambda c: LessonPage.objects.filter(pk=lesson_pages(c)[0].pk).update(required=False),
    "a text": lambda c: LessonPage.objects.filter(pk=lesson_pages(c)[0].pk).update(body=[]),
    "an answer key": lambda c: QuizPage.objects.filter(pk=quiz_pages(c)[0].pk).update(questions=changed_key(c)),
    "a step taken down": lambda c: Page.objects.filter(pk=lesson_pages(c)[0].pk).update(live=False),
    "a module's title": lambda c: Page.objects.filter(pk=module_pages(c)[0].pk).update(title="New"),
    "a module taken down": lambda c: Page.objects.filter(pk=module_pages(c)[0].pk).update(live=False),
    "hours of the course": lambda c: CoursePage.objects.filter(pk=course_page(c).pk).update(hours=9),
    "the course taken down": lambda c: Page.objects.filter(pk=course_page(c).pk).update(live=False),
    "an outcome": lambda c: course_page(c).outcomes.update(text="Signs out."),
    "a translation": lambda c: Page.objects.filter(
        translation_key=lesson_pages(c)[0].translation_key, locale__language_code="it"
    ).update(title="Nuovo"),
    "a translation taken down": lambda c: ModulePage.objects.filter(locale__language_code="it").update(live=False),
}


@pytest.mark.parametrize("what", list(UPDATES))
def test_what_went_past_every_signal_is_healed(course, what):
    UPDATES[what](course)
    assert not EditionDue.objects.exists()

    edition = healed(course)

    assert (edition.number, edition.cause) == (2, "heal")


def test_addresses_that_went_past_every_signal_are_healed_without_an_edition(course):
    Page.objects.filter(pk=lesson_pages(course)[0].pk).update(slug="renamed")
    assert "changed" in words_of(course) or "addresses" in words_of(course)
    assert healed(course).number == 1
    assert outline_of(course_by_key(course.key), "en").items[0].path == "module-1/renamed"

    Page.objects.filter(pk=course_page(course).pk).update(slug="other-name")
    assert healed(course).number == 1
    assert outline_of(course_by_key(course.key), "en").slug == "other-name"


def test_a_course_published_and_never_settled_is_healed(course):
    page = build_course_page(slug="new", title="New")
    build_course_page(slug="draft", title="Draft", live=False)
    EditionDue.objects.all().delete()
    assert dict(differences_from_pages())[page.translation_key] == "it has live pages, but was never settled"

    assert heal_editions(at=LATER) == [page.translation_key]

    assert outline_of(course_by_key(page.translation_key), "en").title == "New"
    assert heal_editions(at=LATER) == []


def test_a_course_whose_pages_are_gone_is_healed(course):
    course_page(course).delete()
    EditionDue.objects.all().delete()
    assert words_of(course) == "its pages are gone, but its edition is live"
    assert healed(course).manifest["live"] is False


def test_a_step_that_cannot_be_frozen_is_named_until_its_page_is_mended(course):
    quiz = quiz_pages(course)[0]
    QuizPage.objects.filter(pk=quiz.pk).update(questions=[])
    for _turn in range(2):
        assert heal_editions(at=LATER) == [course.key]
        assert str(quiz.translation_key) in words_of(course)
    assert len(editions(course)) == 1
    QuizPage.objects.filter(pk=quiz.pk).update(questions=quiz.questions)
    assert words_of(course) == ""


def test_looking_writes_nothing_and_costs_the_same_at_any_size(course):
    large = make_course(
        slug="large", title="Large", module_count=5, lesson_count=2, question_count=1, languages=("it",)
    )
    costs = []
    for each in (course, large):
        row = Course.objects.select_related("current_edition").get(pk=each.pk)
        with CaptureQueriesContext(connection) as captured:
            course_differs_from_pages(row)
        assert all(query["sql"].startswith("SELECT") for query in captured)
        costs.append(len(captured))
    assert costs == [15, 15]


def publish_and_die(pk):
    """Publish in an editor's unit of work, and be killed after the commit, before the edition."""
    with one_edition(cause="publish", at=NOON):
        publish(LessonPage.objects.get(pk=pk), title="Saved, then the power was cut")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mend", ["sweep", "heal"])
def test_a_process_killed_between_publish_and_edition_loses_nothing(mend):
    course = make_course(lesson_count=1, quiz_count=0)
    connections.close_all()  # the child opens its own
    child = multiprocessing.get_context("fork").Process(target=publish_and_die, args=(lesson_pages(course)[0].pk,))
    connections.close_all()
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert len(editions(course)) == 1
    assert EditionDue.objects.filter(course_key=course.key).exists()

    if mend == "sweep":
        assert settle_due(at=LATER) == 1
    else:
        assert heal_editions(at=LATER) == [course.key]

    assert [edition.number for edition in editions(course)] == [1, 2]
    assert outline_of(course_by_key(course.key), "en").items[0].title == "Saved, then the power was cut"
    assert not EditionDue.objects.exists()
    assert words_of(course) == ""
