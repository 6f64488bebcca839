import uuid
from datetime import timedelta

import pytest

from progress import operations
from progress.models import CourseCompletion, ItemCompletion, ReadingPosition
from tests.courses.builders import lesson_pages, make_course, publish
from tests.progress.builders import (
    NOON,
    counted_queries,
    do_everything,
    do_lesson,
    do_lessons,
    enrol,
    lessons_of,
    pass_quiz,
    quizzes_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = NOON + timedelta(hours=1)


def test_a_lesson_is_done_once_and_keeps_its_date(course):
    enrolment, lesson = enrol(course), lessons_of(course)[0]
    do_lesson(enrolment, lesson)
    operations.mark_lesson_done(enrolment=enrolment, item_key=lesson.key, language="it", at=LATER)

    completion = ItemCompletion.objects.get()
    assert (completion.completed_at, completion.language, completion.evidence) == (NOON, "en", "marked")


def test_a_quiz_cannot_be_marked_as_done(course):
    with pytest.raises(operations.NotALesson):
        do_lesson(enrol(course), quizzes_of(course)[0])
    assert not ItemCompletion.objects.exists()


def test_a_lesson_of_another_course_is_no_step_of_this_one(course):
    other = make_course(slug="other", title="Other")
    with pytest.raises(operations.UnknownItem):
        do_lesson(enrol(course), lessons_of(other)[0])
    assert not ItemCompletion.objects.exists()


def test_a_lesson_that_was_taken_out_cannot_be_done(course):
    enrolment, lesson = enrol(course), lessons_of(course)[0]
    lesson_pages(course)[0].unpublish()
    _settle(course)
    enrolment.course.refresh_from_db()
    with pytest.raises(operations.UnknownItem):
        do_lesson(enrolment, lesson)


def test_an_invented_step_is_unknown(course):
    with pytest.raises(operations.UnknownItem):
        operations.mark_lesson_done(enrolment=enrol(course), item_key=uuid.uuid4(), language="en", at=NOON)


def test_the_last_step_completes_the_course_and_asks_for_the_certificate(course, django_capture_on_commit_callbacks):
    enrolment = enrol(course)
    pass_quiz(enrolment, quizzes_of(course)[0])
    assert not CourseCompletion.objects.exists()
    do_lessons(enrolment)

    completion = CourseCompletion.objects.get()
    assert (completion.enrolment, completion.completed_at, completion.cause) == (enrolment, NOON, "item")
    assert _messages() == [("certificates.issue", f"{enrolment.public_id}:completed", {"enrolment": enrolment.pk})]


def test_a_completion_is_recorded_once(course):
    enrolment = enrol(course)
    do_everything(enrolment)
    first = CourseCompletion.objects.get()

    assert operations.finish_course(enrolment=enrolment, at=LATER) == first
    assert CourseCompletion.objects.get().completed_at == NOON


def test_a_course_is_not_finished_while_a_step_is_missing(course):
    enrolment = enrol(course)
    do_lessons(enrolment)

    assert operations.finish_course(enrolment=enrolment, at=NOON) is None
    assert not CourseCompletion.objects.exists()


def test_taking_down_the_last_step_completes_nobody_until_they_finish_it_themselves(course):
    enrolment = enrol(course)
    lessons = lessons_of(course)
    do_lesson(enrolment, lessons[0])
    pass_quiz(enrolment, quizzes_of(course)[0])
    lesson_pages(course)[1].unpublish()
    _settle(course)
    assert not CourseCompletion.objects.exists()

    assert operations.finish_course(enrolment=enrolment, at=LATER).cause == "finish"


def test_a_lesson_done_in_italian_and_the_rest_in_english_are_one_progress():
    course = make_course(languages=("it",))
    enrolment = enrol(course)
    first, second = lessons_of(course)
    do_lesson(enrolment, first, language="it")
    do_lesson(enrolment, second, language="en")
    pass_quiz(enrolment, quizzes_of(course)[0], language="it")

    assert CourseCompletion.objects.get().enrolment == enrolment


def test_editing_a_lesson_after_it_was_done_changes_nothing(course):
    enrolment = enrol(course)
    do_everything(enrolment)
    publish(lesson_pages(course)[0], title="A better title")
    _settle(course)

    assert ItemCompletion.objects.count() == 3
    assert CourseCompletion.objects.count() == 1


def test_a_place_is_kept_once_a_lesson_and_the_last_word_wins(course):
    enrolment, lesson = enrol(course), lessons_of(course)[0]
    operations.save_position(enrolment=enrolment, item_key=lesson.key, section="first", at=NOON)
    operations.save_position(enrolment=enrolment, item_key=lesson.key, section="second", at=LATER)

    position = ReadingPosition.objects.get()
    assert (position.section, position.saved_at) == ("second", LATER)


def test_a_place_in_a_quiz_or_a_foreign_lesson_is_not_kept(course):
    other = make_course(slug="other", title="Other")
    enrolment = enrol(course)
    with pytest.raises(operations.NotALesson):
        operations.save_position(enrolment=enrolment, item_key=quizzes_of(course)[0].key, section="", at=NOON)
    with pytest.raises(operations.UnknownItem):
        operations.save_position(enrolment=enrolment, item_key=lessons_of(other)[0].key, section="", at=NOON)
    assert not ReadingPosition.objects.exists()


def test_marking_a_lesson_costs_the_same_in_a_long_course():
    short = enrol(make_course(slug="short", title="Short", lesson_count=2))
    long = enrol(make_course(slug="long", title="Long", lesson_count=20))
    costs = []
    for enrolment in (short, long):
        lesson = lessons_of(enrolment.course)[0]
        with counted_queries() as queries:
            do_lesson(enrolment, lesson)
        costs.append(len(queries))
    assert costs == [6, 6]


def _messages():
    from foundation.models import OutboxMessage

    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "key", "payload"))


def _settle(course):
    from courses.operations.settling import settle

    settle(course_key=course.key, cause="publish", at=NOON)
