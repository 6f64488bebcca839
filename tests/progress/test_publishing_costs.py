"""What publishing costs does not depend on how many people are in the course. Seconds are measured by `bench/`."""

import pytest
from django.test import Client

from courses.operations.settling import settle
from courses.queries.serving import course_by_key
from foundation.models import Job
from progress.models import Enrolment
from tests.courses.builders import NOON, lesson_pages, make_course, publish
from tests.courses.forms import edit
from tests.people import make_editor
from tests.progress.builders import counted_queries, lessons_of
from tests.progress.crowds import make_crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    browser = Client()
    browser.force_login(make_editor())
    return browser


def test_publishing_costs_the_same_with_10_and_1000_people_and_touches_no_row_of_theirs(editor):
    course = make_course()
    lesson = lesson_pages(course)[0]
    edit(editor, lesson, action="publish", title="First")  # holds what a process holds from its first request on
    costs, titles = [], ["Second", "Third"]
    for size, title in zip((10, 990), titles, strict=True):
        make_crowd(course_by_key(course.key), size, done=lessons_of(course)[:1])
        with counted_queries() as statements:
            assert edit(editor, lesson, action="publish", title=title).status_code == 302
        costs.append(len(statements))
        assert not [sql for sql in statements if '"progress_' in sql]

    assert Enrolment.objects.count() == 1000
    assert course_by_key(course.key).current_edition.number == 4
    assert costs[0] == costs[1]
    assert Job.objects.filter(kind="progress.fold").count() == 4


def test_an_edition_of_50_steps_costs_as_many_queries_as_one_of_5():
    costs = []
    for count in (5, 50):
        course = make_course(slug=f"course-{count}", title=f"Course {count}", lesson_count=count - 1)
        publish(lesson_pages(course)[0], title="A better title")
        with counted_queries() as statements:
            assert settle(course_key=course.key, cause="test", at=NOON) is not None
        costs.append(len(statements))

    assert costs[0] == costs[1]
