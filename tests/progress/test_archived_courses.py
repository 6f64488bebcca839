"""An archived course takes nobody in; who is in it reads on and finishes."""

import pytest
from django.urls import reverse

from courses.operations.archiving import archive_course
from tests.people import make_learner
from tests.progress.builders import NOON, do_lesson, enrol, lessons_of, quizzes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def ana(db):
    return make_learner()


@pytest.fixture
def enrolment(course, ana):
    """Ana has done the first lesson; then the course was archived."""
    enrolment = enrol(course, ana)
    do_lesson(enrolment, lessons_of(course)[0])
    archive_course(course_key=course.key, at=NOON)
    return enrolment


def address(item) -> str:
    return f"/en/courses/digital-basics/{item.path}/"


def test_who_is_enrolled_reads_and_does_the_next_lesson(client, ana, course, enrolment):
    client.force_login(ana)
    lesson = lessons_of(course)[1]

    assert client.get(address(lesson)).status_code == 200
    client.post(reverse("progress:lesson_done", args=[enrolment.public_id, lesson.key]))

    assert enrolment.item_completions.count() == 2


def test_who_is_enrolled_starts_the_quiz(client, ana, course, enrolment):
    client.force_login(ana)
    quiz = quizzes_of(course)[0]

    page = client.get(address(quiz))
    client.post(reverse("progress:start_attempt", args=[enrolment.public_id, quiz.key]))

    assert reverse("progress:start_attempt", args=[enrolment.public_id, quiz.key]) in page.text
    assert enrolment.attempts.count() == 1


def test_others_are_told_that_it_is_not_offered(client, course, enrolment):
    first, second = lessons_of(course)

    assert client.get(address(first)).status_code == 404
    client.force_login(make_learner("bob"))
    assert client.get(address(second)).status_code == 404
    assert client.post(reverse("progress:enrol", args=[course.key])).status_code == 404
