"""Settling costs work in the number of rows, never a query an item."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import SettledItem
from courses.operations.settling import settle
from courses.queries.tree import read_tree
from tests.courses.builders import NOON, lesson_pages, make_course, module_pages, publish

pytestmark = pytest.mark.django_db


def queries_of(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


@pytest.mark.parametrize("module_count", [1, 10])
def test_settling_costs_the_same_number_of_queries_at_any_size(module_count):
    course = make_course(module_count=module_count, lesson_count=1, quiz_count=1, question_count=2, languages=("it",))

    def settling():
        return queries_of(lambda: settle(course_key=course.key, cause="test", at=NOON))

    costs = {"reading the tree": queries_of(lambda: read_tree(course.key, "en")), "nothing changed": settling()}
    publish(lesson_pages(course)[0], title="A better title")
    costs["a lesson changed"] = settling()
    publish(module_pages(course)[0], slug="renamed")
    costs["a module was renamed"] = settling()
    SettledItem.objects.update(fingerprint="")
    costs["everything frozen anew"] = settling()

    assert costs == {
        "reading the tree": 12,
        "nothing changed": 26,
        # With an edition: 5 to see whom it binds and to start the job that follows it up, 1 to see what it gives anew.
        "a lesson changed": 44,
        "a module was renamed": 35,
        "everything frozen anew": 32,
    }
