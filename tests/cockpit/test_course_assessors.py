"""Operators say at /ops/ who assesses a course; nobody else does."""

import pytest

from progress.models import CourseAssessor
from tests.people import make_operator, make_user, signed_in
from tests.progress.pages import page
from tests.progress.works import make_capstone

pytestmark = pytest.mark.django_db

ADD = "/ops/progress/courseassessor/add/"


def test_an_operator_makes_somebody_assessor_of_a_course_and_takes_it_away():
    course, karin, operator = make_capstone(), make_user("karin", role="assessor"), make_operator()
    browser = signed_in(operator)
    assert ">Capstone</option>" in page(browser, ADD)

    browser.post(ADD, {"course": course.pk, "person": karin.pk})

    row = CourseAssessor.objects.get()
    karin.refresh_from_db()
    assert (row.course, row.person, row.set_by, karin.shows_marking_link) == (course, karin, operator, True)
    assert "Capstone" in page(browser, "/ops/progress/courseassessor/")

    browser.post(f"/ops/progress/courseassessor/{row.pk}/delete/", {"post": "yes"})
    assert not CourseAssessor.objects.exists()
