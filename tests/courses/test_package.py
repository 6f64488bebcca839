"""A course goes out as a package and comes in as drafts, and nothing is lost on the way."""

import pytest

from courses.models import CoursePackage
from tests.courses.builders import course_page
from tests.courses.likeness import likeness_of
from tests.courses.packages import imported, package_of
from tests.courses.test_likeness import full_course
from tests.people import make_editor

pytestmark = pytest.mark.django_db


def test_a_course_that_went_out_and_came_in_is_alike(own_storage):
    course = full_course()

    record = imported(package_of(course), by=make_editor())

    assert (record.problem, record.state) == ("", CoursePackage.State.IMPORTED)
    assert likeness_of(record.course_page.specific) == likeness_of(course_page(course))
