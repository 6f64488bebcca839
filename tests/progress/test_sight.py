"""Who sees what of me: the page, agreeing, showing, leaving, and who looked."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import ClusterMembership, Look, Membership, Organisation, User
from progress import operations
from progress.models import Enrolment, EnrolmentShare
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
from tests.progress.builders import NOON, counted_queries, enrol

pytestmark = pytest.mark.django_db
PAGE = "/en/me/sight/"


def read(browser: Client, path: str = PAGE, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def of(organisation: Organisation, act: str, enrolment: Enrolment | None = None) -> str:
    return f"{PAGE}{organisation.public_id}/{act}/" + (f"{enrolment.public_id}/" if enrolment else "")


@pytest.fixture
def ana() -> User:
    return make_learner("ana")


@pytest.fixture
def hub() -> Organisation:
    hub = make_organisation("Repair Hub")
    make_manager(organisation=hub, display_name="Mia Manager")
    return hub


def test_who_belongs_nowhere_reads_that_no_manager_sees_anything(ana) -> None:
    assert "You belong to no organisation here" in read(signed_in(ana))


def test_the_page_names_managers_clusters_and_the_courses_that_are_seen(ana, hub) -> None:
    join(ana, hub, told_at=NOON)
    make_cluster_manager(cluster=make_cluster("Green Cluster", hub), display_name="Carla Cluster")
    make_cluster_manager(cluster=make_cluster("Far Cluster"), display_name="Nobody Here")
    through = make_course(slug="through", title="Course through it")
    operations.enrol_learner(learner=ana, course=through, at=NOON, organisation=hub)
    enrol(make_course(slug="alone", title="Course alone"), ana)

    page = read(signed_in(ana))

    assert "Its manager: Mia Manager" in page
    assert "The manager of the cluster Green Cluster sees the same of courses taken through it: Carla Cluster" in page
    assert "Nobody Here" not in page
    assert "You agreed on 24 November 2026" in page
    assert page.count("Course through it") == 1
    assert "Repair Hub sees nothing of it" in page


def test_who_was_entered_by_somebody_else_reads_it_on_my_learning_and_agrees(ana, hub) -> None:
    membership = join(ana, hub, told_at=None)
    browser = signed_in(ana)
    assert "You were entered as belonging to Repair Hub" in read(browser, "/en/me/")
    assert "From the moment you agree, the managers of Repair Hub see your name" in read(browser)

    for _twice in range(2):
        answer = browser.post(of(hub, "agree"))
        assert (answer.status_code, answer["Location"]) == (303, PAGE)

    membership.refresh_from_db()
    assert membership.told_at is not None
    assert "You were entered" not in read(browser, "/en/me/")


def test_opening_the_addresses_of_forms_changes_nothing(ana, hub) -> None:
    membership = join(ana, hub, told_at=None)
    alone = enrol(make_course(), ana)
    for path in (of(hub, "agree"), of(hub, "show", alone), of(hub, "stop", alone)):
        assert signed_in(ana).get(path).status_code == 303
    assert signed_in(ana).get(of(hub, "leave")).status_code == 200

    membership.refresh_from_db()
    assert (membership.told_at, membership.ended_at, EnrolmentShare.objects.count()) == (None, None, 0)


@pytest.mark.both_databases
def test_a_course_taken_alone_is_shown_and_not_shown_again(ana, hub) -> None:
    join(ana, hub)
    alone = enrol(make_course(), ana)
    browser = signed_in(ana)

    for _twice in range(2):
        assert browser.post(of(hub, "show", alone)).status_code == 303
    assert "shown to the managers of Repair Hub, all of it" in read(browser)
    assert EnrolmentShare.objects.get().ended_at is None

    for _twice in range(2):
        assert browser.post(of(hub, "stop", alone)).status_code == 303
    assert "Repair Hub sees nothing of it" in read(browser)
    assert EnrolmentShare.objects.get().ended_at is not None


def test_nothing_is_shown_before_the_person_agreed(ana, hub) -> None:
    join(ana, hub, told_at=None)
    alone = enrol(make_course(), ana)

    assert signed_in(ana).post(of(hub, "show", alone)).status_code == 303

    assert not EnrolmentShare.objects.exists()


def test_leaving_asks_once_and_the_organisation_stays_on_the_list_with_what_it_still_sees(ana, hub) -> None:
    membership = join(ana, hub)
    course = make_course(title="Course through it")
    operations.enrol_learner(learner=ana, course=course, at=NOON, organisation=hub)
    Enrolment.objects.update(enrolled_at=NOON - timedelta(days=800))
    browser = signed_in(ana)
    assert "Leave Repair Hub?" in read(browser, of(hub, "leave"))

    for _twice in range(2):
        answer = browser.post(of(hub, "leave"))
        assert (answer.status_code, answer["Location"]) == (303, PAGE)
    back = browser.get(of(hub, "leave"))
    assert (back.status_code, back["Location"]) == (303, PAGE)

    membership.refresh_from_db()
    assert (membership.ended_by, membership.ended_at is None) == (ana, False)
    page = read(browser)
    assert "You left on" in page
    assert "Still seen, as it stood then:" in page
    assert "Course through it" in page
    assert "Show it to the managers" not in page


def test_the_only_manager_reads_why_they_cannot_leave(hub) -> None:
    manager = User.objects.get(display_name="Mia Manager")
    join(manager, hub)

    answer = signed_in(manager).post(of(hub, "leave"))

    assert answer.status_code == 422
    assert "You are the only manager of Repair Hub." in answer.content.decode()
    assert not Membership.objects.exclude(ended_at=None).exists()


def test_foreign_organisations_and_enrolments_answer_as_absent_ones(ana, hub) -> None:
    other = make_organisation()
    join(ana, hub)
    theirs = enrol(make_course())
    through = operations.enrol_learner(learner=ana, course=make_course(slug="b"), at=NOON, organisation=hub)
    browser = signed_in(ana)
    for path in (of(other, "agree"), of(other, "leave"), of(hub, "show", theirs), of(hub, "stop", through)):
        assert (browser.get(path).status_code, browser.post(path).status_code) == (404, 404)
    assert signed_in(make_learner()).get(PAGE).status_code == 200
    assert Client().get(PAGE).status_code == 302


def test_who_looked_is_listed_by_day_the_latest_first_in_pages(ana, hub) -> None:
    mia = User.objects.get(display_name="Mia Manager")
    for number in range(25):
        day = date(2026, 10, 1) + timedelta(days=number)
        Look.objects.create(viewer=mia, viewer_of="Repair Hub", subject=ana, kind="person", day=day)
    Look.objects.create(viewer=None, viewer_of="Repair Hub", subject=ana, kind="export", day=date(2026, 11, 1))
    Look.objects.create(viewer=mia, viewer_of="Elsewhere", subject=make_learner(), kind="list", day=date(2026, 11, 1))
    browser = signed_in(ana)

    first, second = read(browser), read(browser, f"{PAGE}?page=2")

    assert "somebody whose account is gone" in first
    assert first.index("1 November 2026") < first.index("25 October 2026")
    assert (first.count("Mia Manager"), second.count("On the page about you")) == (19, 6)
    assert "Page 1 of 2" in first
    assert "Elsewhere" not in first + second


def test_an_organisation_that_left_the_cluster_is_not_seen_by_it_any_more(ana, hub) -> None:
    join(ana, hub)
    make_cluster_manager(cluster=make_cluster("Green Cluster", hub))
    ClusterMembership.objects.update(end_date=date(2026, 2, 1))

    assert "Green Cluster" not in read(signed_in(ana))


def test_the_page_costs_the_same_for_one_organisation_and_for_many(ana) -> None:
    costs = []
    for count in (1, 5):
        for number in range(count):
            hub = make_organisation()
            make_manager(organisation=hub)
            make_cluster_manager(cluster=make_cluster("", hub))
            join(ana, hub)
            enrol(make_course(slug=f"course-{count}-{number}"), ana)
        browser = signed_in(ana)
        read(browser)
        with counted_queries() as queries:
            read(browser)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 15
