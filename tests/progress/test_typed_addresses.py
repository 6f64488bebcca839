"""Addresses as people type them from paper: in capitals, without the last stroke, from before a renaming."""

import pytest

from courses.operations.settling import settle
from tests.courses.builders import course_page, publish
from tests.progress.builders import NOON, lessons_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course) -> str:
    publish(course_page(course), slug="basics")
    settle(course_key=course.key, cause="publish", at=NOON)
    return f"basics/{lessons_of(course)[0].path}"


@pytest.mark.parametrize("language", ["en", "it"])
def test_each_leads_to_the_page_in_one_hop(client, lesson, language):
    old = lesson.replace("basics/", "digital-basics/", 1)
    for typed in (lesson.upper() + "/", lesson.upper(), lesson, old, old.title() + "/"):
        answer = client.get(f"/{language}/courses/{typed}")
        assert (answer.status_code, answer["Location"]) == (301, f"/{language}/courses/{lesson}/"), typed


def test_a_course_in_capitals(client, lesson):
    for typed in ("BASICS", "Digital-Basics"):
        answer = client.get(f"/en/courses/{typed}/")
        assert (answer.status_code, answer["Location"]) == (301, "/en/courses/basics/")


def test_what_was_never_there_is_not_found_at_once(client, lesson):
    for typed in ("NOWHERE/", "basics/no/lesson", "basics/NO/LESSON/", "nowhere/no"):
        assert client.get(f"/en/courses/{typed}").status_code == 404
