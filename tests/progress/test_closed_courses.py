"""A course that is taken down while people are in it: no page sends them to a step that is not shown."""

import pytest
from django.test import Client

from courses.operations.settling import settle
from tests.courses.builders import course_page, make_course
from tests.people import make_learner
from tests.progress.builders import NOON, do_lesson, enrol, lessons_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return make_learner()


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def take_down(course) -> None:
    course_page(course).unpublish()
    settle(course_key=course.key, cause="publish", at=NOON)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_listed_without_a_way_to_go_on(client, course, learner):
    enrolment = enrol(course, learner)
    do_lesson(enrolment, lessons_of(course)[0])
    take_down(course)
    lesson = lessons_of(course)[1].path

    shown = page(client, "/en/me/")
    assert "The course is not open now" in shown
    assert "Nothing sewn yet" not in shown
    for path in ("/en/me/", "/en/courses/digital-basics/", f"/en/enrolments/{enrolment.public_id}/why/"):
        assert "Continue" not in page(client, path)
    assert lesson not in shown


def test_another_course_is_the_one_to_go_on_with(client, course, learner):
    other = make_course(slug="garden", title="Garden")
    enrol(other, learner)
    enrol(course, learner)
    take_down(course)

    shown = page(client, "/en/me/")
    assert f"/en/courses/garden/{lessons_of(other)[0].path}/" in shown
    assert "The course is not open now" in shown
