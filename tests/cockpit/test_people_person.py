"""One person as their managers see them, and the end of a membership."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Look, Membership, Organisation
from courses.models import Course
from progress.models import EnrolmentShare
from tests.cockpit.test_people import LONG_SINCE, follow
from tests.courses.builders import make_course
from tests.people import (
    join,
    make_cluster,
    make_cluster_manager,
    make_learner,
    make_manager,
    make_organisation,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def course() -> Course:
    return make_course(lesson_count=3, quiz_count=1, at=LONG_SINCE)


def test_the_page_of_a_person_names_courses_and_roles_and_is_noted(hub: Organisation, course: Course) -> None:
    ana, manager = make_learner("ana"), make_manager(organisation=hub)
    follow(ana, course, hub, steps=2, last=20)

    page = signed_in(manager).get(f"/en/cockpit/people/{ana.public_id}/").text

    assert "<h1>Ana</h1>" in page
    assert "2 of 4" in page
    assert "Stuck for 20 days" in page
    assert "<b>Repair Hub</b>: Learner" in page
    assert "Cannot sign in: give a new way in" in page
    look = Look.objects.get(kind="person")
    assert (look.viewer, look.subject, look.viewer_of) == (manager, ana, "Repair Hub")


def test_who_manages_a_cluster_is_offered_only_what_opens(hub: Organisation, course: Course) -> None:
    ana = make_learner("ana")
    follow(ana, course, hub, steps=1)
    browser = signed_in(make_cluster_manager(cluster=make_cluster("East", hub)))

    assert "give a new way in" not in browser.get(f"/en/cockpit/people/{ana.public_id}/").text
    assert "From a file" not in browser.get("/en/cockpit/join-links/").text


def test_enrolments_of_others_and_those_made_alone_are_not_on_it(hub: Organisation, course: Course) -> None:
    ana, other = make_learner(), make_organisation("Elsewhere")
    join(ana, hub)
    follow(ana, course, other, steps=1)
    alone = follow(ana, make_course(slug="alone", title="Alone", at=LONG_SINCE), None)
    browser = signed_in(make_manager(organisation=hub))

    page = browser.get(f"/en/cockpit/people/{ana.public_id}/").text
    assert "No course that you see." in page
    assert "Elsewhere" not in page

    EnrolmentShare.objects.create(enrolment=alone, organisation=hub, shared_at=timezone.now())
    assert "Begun alone, shown to you" in browser.get(f"/en/cockpit/people/{ana.public_id}/").text


def test_a_foreign_person_is_as_an_absent_one(hub: Organisation) -> None:
    browser = signed_in(make_manager(organisation=hub))
    foreign, elsewhere = make_learner(), make_organisation()
    join(foreign, elsewhere)

    for tail in ("", f"memberships/{elsewhere.public_id}/learner/end/"):
        assert browser.get(f"/en/cockpit/people/{foreign.public_id}/{tail}").status_code == 404
    assert browser.post(f"/en/cockpit/people/{foreign.public_id}/{tail}").status_code == 404


def test_a_membership_ends_after_a_last_look_and_only_once(hub: Organisation, course: Course) -> None:
    ana = make_learner("ana")
    follow(ana, course, hub, steps=1)
    browser = signed_in(make_manager(organisation=hub))
    address = f"/en/cockpit/people/{ana.public_id}/memberships/{hub.public_id}/learner/end/"
    assert "End the time of Ana in Repair Hub (Learner)?" in browser.get(address).text
    assert Membership.objects.get(user=ana).ended_at is None

    answers = [browser.post(address) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    ended = Membership.objects.get(user=ana)
    assert ended.ended_at is not None
    assert ended.ended_at <= timezone.now()
    assert "Left on" in browser.get(f"/en/cockpit/people/{ana.public_id}/").text


def test_the_only_manager_cannot_leave_nobody_behind(hub: Organisation) -> None:
    manager = make_manager(organisation=hub)

    answer = signed_in(manager).post(f"/en/cockpit/people/{manager.public_id}/memberships/{hub.public_id}/manager/end/")

    assert answer.status_code == 409
    assert "You are the only manager of this organisation." in answer.text


def test_a_manager_of_a_cluster_sees_a_person_and_ends_nothing(hub: Organisation, course: Course) -> None:
    ana = make_learner("ana")
    follow(ana, course, hub, steps=1)
    browser = signed_in(make_cluster_manager(cluster=make_cluster("", hub)))

    assert "Belongs to" not in browser.get(f"/en/cockpit/people/{ana.public_id}/").text
    address = f"/en/cockpit/people/{ana.public_id}/memberships/{hub.public_id}/learner/end/"
    assert browser.post(address).status_code == 404
    assert Membership.objects.get(user=ana).ended_at is None


def test_members_without_a_course_are_named_on_a_page_of_their_own(hub: Organisation, course: Course) -> None:
    follow(make_learner("busy"), course, hub)
    join(make_learner("idle"), hub)
    gone = make_learner("gone")
    join(gone, hub, until=timezone.localdate() - timedelta(days=1))

    page = signed_in(make_manager(organisation=hub)).get("/en/cockpit/people/without-course/").text

    assert "Idle" in page
    assert "Busy" not in page
    assert "Gone" not in page
