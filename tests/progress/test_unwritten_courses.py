"""A published course without any step: nobody is sent into it, and nobody is told that they are through with it."""

import pytest
from django.test import Client

from courses.models import Course
from courses.operations.settling import settle
from progress import operations
from progress.models import Enrolment
from tests.courses.builders import lesson_pages, make_course, quiz_pages
from tests.people import make_learner
from tests.progress.builders import NOON, do_lesson, enrol, lessons_of

pytestmark = pytest.mark.django_db
WORDS = "The steps of this course are being written. Come back soon."


@pytest.fixture
def unwritten() -> Course:
    return make_course(module_count=0)


@pytest.fixture
def learner():
    return make_learner()


@pytest.fixture
def signed_in(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def empty(course: Course) -> None:
    for entry in (*lesson_pages(course), *quiz_pages(course)):
        entry.unpublish()
    settle(course_key=course.key, cause="publish", at=NOON)


def test_its_page_says_so_and_offers_no_way_in(client, signed_in, unwritten):
    for reader in (client, signed_in):
        text = page(reader, "/en/courses/digital-basics/")
        assert WORDS in text
        assert "Enrol" not in text
        assert "0 steps" not in text


def test_enrolling_is_answered_in_the_same_words_and_writes_nothing(client, signed_in, unwritten):
    path = f"/en/enrol/{unwritten.key}/"
    assert WORDS in page(client, path, status=409)
    assert WORDS in page(signed_in, path, status=409)
    response = signed_in.post(path)
    assert (response.status_code, WORDS in response.content.decode()) == (409, True)
    assert not Enrolment.objects.exists()


def test_the_rule_holds_below_the_pages_too(unwritten):
    with pytest.raises(operations.NothingToDo):
        enrol(unwritten)
    assert not Enrolment.objects.exists()


def test_who_is_in_a_course_that_was_emptied_is_not_told_to_finish_it(signed_in, course, learner):
    enrol(course, learner)
    empty(course)
    for path in ("/en/me/", "/en/courses/digital-basics/"):
        text = page(signed_in, path)
        assert text.count(WORDS) == 1, path
        for wrong in ("Every step is done", "Finish the course", "0 of 0"):
            assert wrong not in text, (path, wrong)
    assert "0 of 0" not in page(signed_in, "/en/courses/")
    assert signed_in.post(f"/en/enrol/{course.key}/").status_code == 303
    assert Enrolment.objects.count() == 1


def test_what_was_done_in_it_is_still_shown(signed_in, course, learner):
    enrolment = enrol(course, learner)
    do_lesson(enrolment, lessons_of(course)[0])
    empty(course)
    text = page(signed_in, "/en/me/")
    assert WORDS in text
    assert "Finish the course" not in text
    assert "Also done, no longer part of the course:" in page(signed_in, "/en/courses/digital-basics/")


def test_a_course_with_steps_is_the_one_to_go_on_with(signed_in, course, learner):
    other = make_course(slug="garden", title="Garden")
    enrol(other, learner)
    do_lesson(enrol(course, learner), lessons_of(course)[0])
    empty(course)
    text = page(signed_in, "/en/me/")
    assert f"/en/courses/garden/{lessons_of(other)[0].path}/" in text
