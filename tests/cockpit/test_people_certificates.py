"""Certificates of my people: what runs out soon comes first, and what does not stand is left out."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Look, Membership, Organisation, User
from certificates import operations as certifying
from certificates.models import Certificate
from courses.models import Course
from progress import operations
from tests.cockpit.test_people_files import lines
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation, signed_in
from tests.progress.builders import NOON, counted_queries, do_everything

pytestmark = pytest.mark.django_db
PAGE = "/en/cockpit/people/certificates/"


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def course() -> Course:
    return make_course(lesson_count=1, quiz_count=0)


def certify(person: User, course: Course, hub: Organisation, *, until: date | None = None) -> Certificate:
    """Let somebody of an organisation complete a course for it, and give the certificate an end."""
    join(person, hub)
    enrolment = operations.enrol_learner(learner=person, course=course, at=NOON, organisation=hub)
    do_everything(enrolment)
    certifying.confirm_name(enrolment=enrolment, name=person.get_short_name(), at=NOON)
    certifying.issue_due_certificates(enrolment=enrolment, at=NOON)
    Certificate.objects.filter(enrolment=enrolment).update(valid_until=until)
    return Certificate.objects.get(enrolment=enrolment)


def days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


def test_what_runs_out_soonest_comes_first_and_what_is_over_last(hub: Organisation, course: Course) -> None:
    for name, until in (("over", days(-3)), ("late", days(300)), ("soon", days(20)), ("never", None)):
        certify(make_learner(name), course, hub, until=until)
    certify(make_learner("foreign"), course, make_organisation(), until=days(1))
    manager = make_manager(organisation=hub)
    browser = signed_in(manager)

    rows = lines(browser.get("/en/cockpit/people/certificates.csv"))
    page = browser.get(PAGE).text

    assert [row[0] for row in rows[1:]] == ["Soon", "Late", "Never", "Over"]
    assert rows[1][2] == "Digital basics"
    assert "4 certificates" in page
    assert page.index("Soon</a>") < page.index("Late</a>") < page.index("Over</a>")
    assert "Foreign" not in page
    assert Look.objects.filter(viewer=manager).count() == 8  # four people, in a list and in a file


def test_filters_and_order_tell_the_truth(hub: Organisation, course: Course) -> None:
    for name, until in (("late", days(170)), ("soon", days(20)), ("never", None)):
        certify(make_learner(name), course, hub, until=until)
    browser = signed_in(make_manager(organisation=hub))

    def names(query: str) -> list[str]:
        return [row[0] for row in lines(browser.get(f"/en/cockpit/people/certificates.csv?{query}"))[1:]]

    assert names("within=60") == ["Soon"]
    assert names("within=180") == ["Soon", "Late"]
    assert names("within=7") == ["Soon", "Late", "Never"]
    assert names("sort=-name") == ["Soon", "Never", "Late"]
    assert names("q=la") == ["Late"]
    assert "1 certificate runs out within 60 days" in browser.get("/en/cockpit/to-do/").text


def test_a_certificate_of_after_somebody_left_is_not_seen(hub: Organisation, course: Course) -> None:
    certify(make_learner(), course, hub)
    Membership.objects.filter(organisation=hub).update(ended_at=NOON - timedelta(days=1), end_date=NOON.date())

    assert "Nobody has a certificate that you see yet." in signed_in(make_manager(organisation=hub)).get(PAGE).text


def test_ten_times_the_certificates_cost_as_many_queries(hub: Organisation, course: Course) -> None:
    browser = signed_in(make_manager(organisation=hub))
    counts = []
    for people in (1, 9):
        for _number in range(people):
            certify(make_learner(), course, hub)
        with counted_queries() as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 15
