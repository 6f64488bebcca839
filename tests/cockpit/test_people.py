"""My people: who needs help first, and that what it says is so."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.operations.memberships import end_membership
from cockpit.queries.people import Chosen
from cockpit.queries.people_list import PeopleList, people_list
from cockpit.queries.scope import sight_of
from cockpit.rules.people import State
from courses.models import Course
from progress import operations
from progress.models import Cohort, CohortMember, Enrolment
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
from tests.progress.builders import counted_queries, lessons_of

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
LONG_SINCE = NOW - timedelta(days=60)


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def follow(
    person: User, course: Course, hub: Organisation | None, *, steps: int = 0, last: int = 0, since: int = 40
) -> Enrolment:
    """Let somebody be in a course since some days, with steps done the last of which was `last` days ago."""
    if hub is not None and not Membership.objects.filter(user=person, organisation=hub).exists():
        join(person, hub)
    enrolment = operations.enrol_learner(learner=person, course=course, at=days_ago(since), organisation=hub)
    for item in lessons_of(course)[:steps]:
        operations.mark_lesson_done(enrolment=enrolment, item_key=item.key, language="en", at=days_ago(last))
    return enrolment


def listed(manager: User, *, page: int = 1, **chosen: str) -> PeopleList:
    return people_list(sight_of(manager, at=NOW), Chosen(**chosen), page=page, language="en")


def names(found: PeopleList) -> list[str]:
    return [row.enrolment.learner.display_name for row in found.rows]


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def course() -> Course:
    return make_course(lesson_count=3, quiz_count=0, at=LONG_SINCE)


@pytest.fixture
def crowd(hub: Organisation, course: Course) -> dict[State, Enrolment]:
    """One person in each state, named after it."""
    found = {
        State.STUCK: follow(make_learner("stuck"), course, hub, steps=1, last=20),
        State.NOT_STARTED: follow(make_learner("new"), course, hub),
        State.ON_THE_WAY: follow(make_learner("busy"), course, hub, steps=2, last=3),
        State.DONE: follow(make_learner("done"), course, hub, steps=3, last=30),
        State.LEFT: follow(make_learner("gone"), course, hub, steps=1, last=25),
    }
    gone = Membership.objects.get(user=found[State.LEFT].learner)
    end_membership(membership=gone, by=gone.user, at=days_ago(10))
    return found


def test_who_needs_help_comes_first_and_counts_say_how_many(hub: Organisation, crowd: dict[State, Enrolment]) -> None:
    found = listed(make_manager(organisation=hub))

    assert dict(found.counts) == dict.fromkeys(State, 1)
    assert names(found) == ["Stuck", "New", "Busy", "Done", "Gone"]
    assert [row.state for row in found.rows] == list(State)
    assert [row.enrolment.learner.username for row in found.first] == ["stuck", "new"]
    assert [(row.progress.done_count, row.progress.counted_count) for row in found.rows] == [
        (1, 3), (0, 3), (2, 3), (3, 3), (1, 3),
    ]  # fmt: skip


def test_the_state_that_the_database_counts_is_the_rule_of_each_row(
    hub: Organisation, course: Course, crowd: dict[State, Enrolment]
) -> None:
    manager = make_manager(organisation=hub)
    for days in (13, 14, 15):
        follow(make_learner(), course, hub, steps=1, last=days)

    for state in State:
        found = listed(manager, status=state.value)
        assert {row.state for row in found.rows} == {state}
        assert found.found == len(found.rows) == found.counts[state]


def test_the_page_says_it_in_words_and_in_a_table(hub: Organisation, crowd: dict[State, Enrolment]) -> None:
    page = signed_in(make_manager(organisation=hub)).get("/en/cockpit/").text

    assert "<h1>1 not started, 1 stuck for 14 days, 1 done</h1>" in page
    assert "has not gone on for 20 days." in page
    assert "“<span>Lesson 1-2</span>”" in page
    assert "Stuck for 20 days" in page
    assert re.search(r"Left on \d", page)
    assert page.count("<tr>") == 1 + 5 + 1 + 5  # the chart's table and the people's


def test_after_somebody_left_only_what_was_before_is_told(
    hub: Organisation, course: Course, crowd: dict[State, Enrolment]
) -> None:
    gone = crowd[State.LEFT]
    for item in lessons_of(course)[1:]:
        operations.mark_lesson_done(enrolment=gone, item_key=item.key, language="en", at=days_ago(2))

    (row,) = listed(make_manager(organisation=hub), status="left").rows

    assert (row.progress.done_count, row.done_at, row.left_at) == (1, None, days_ago(10))


def test_who_left_the_course_itself_has_left(hub: Organisation, course: Course) -> None:
    enrolment = follow(make_learner(), course, hub, steps=1, last=2)
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=days_ago(1))

    (row,) = listed(make_manager(organisation=hub)).rows

    assert (row.state, row.left_at) == (State.LEFT, days_ago(1))


def test_who_came_back_is_on_the_way_again_and_the_time_away_stays_hidden(hub: Organisation) -> None:
    ana, course = make_learner(), make_course(lesson_count=4, quiz_count=0, at=LONG_SINCE)
    enrolment = follow(ana, course, hub, steps=1, last=30)
    first = Membership.objects.get(user=ana)
    end_membership(membership=first, by=ana, at=days_ago(20))
    join(ana, hub, since=days_ago(5).date(), told_at=days_ago(5), sees_from=days_ago(5))
    away, back = lessons_of(course)[1:3]
    operations.mark_lesson_done(enrolment=enrolment, item_key=away.key, language="en", at=days_ago(10))
    (row,) = listed(make_manager(organisation=hub)).rows
    assert (row.state, row.progress.done_count) == (State.STUCK, 1)

    operations.mark_lesson_done(enrolment=enrolment, item_key=back.key, language="en", at=days_ago(1))

    (row,) = listed(make_manager(organisation=hub)).rows
    assert (row.state, row.progress.done_count, row.done_at) == (State.ON_THE_WAY, 2, None)


def test_a_cluster_that_an_organisation_left_says_so(hub: Organisation, course: Course) -> None:
    cluster = make_cluster("", hub)
    follow(make_learner(), course, hub, steps=1, last=30)
    cluster.memberships.update(end_date=days_ago(9).date())

    (row,) = listed(make_cluster_manager(cluster=cluster)).rows

    assert row.state is State.LEFT
    assert row.left_at is not None
    assert timezone.localdate(row.left_at) == days_ago(9).date()


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Busy", "Done", "Gone", "New", "Stuck"]),
        ("-name", ["Stuck", "New", "Gone", "Done", "Busy"]),
        ("last", ["New", "Done", "Gone", "Stuck", "Busy"]),
        ("-last", ["Busy", "Stuck", "Gone", "Done", "New"]),
        ("steps", ["New", "Stuck", "Gone", "Busy", "Done"]),
        ("-steps", ["Done", "Busy", "Gone", "Stuck", "New"]),
        ("status", ["Stuck", "New", "Busy", "Done", "Gone"]),
    ],
)
def test_sorting_tells_the_truth(
    hub: Organisation, crowd: dict[State, Enrolment], sort: str, expected: list[str]
) -> None:
    assert names(listed(make_manager(organisation=hub), sort=sort)) == expected


def test_filters_leave_what_they_say(hub: Organisation, course: Course, crowd: dict[State, Enrolment]) -> None:
    laundry, other = make_organisation("Laundry"), make_course(slug="other", title="Other", at=LONG_SINCE)
    manager = make_cluster_manager(cluster=make_cluster("", hub, laundry))
    follow(make_learner("maria"), other, laundry)

    assert names(listed(manager, course=str(other.key))) == ["Maria"]
    assert names(listed(manager, organisation=str(laundry.public_id))) == ["Maria"]
    assert names(listed(manager, name="MAR")) == ["Maria"]
    assert names(listed(manager, status="stuck", course=str(course.key))) == ["Stuck"]
    assert names(listed(manager, status="stuck", course=str(other.key))) == []
    found = listed(manager, organisation=str(hub.public_id))
    assert (found.found, found.total) == (5, 6)


def test_a_cohort_filters_by_its_course_and_its_members(
    hub: Organisation, course: Course, crowd: dict[State, Enrolment]
) -> None:
    manager = make_manager(organisation=hub)
    cohort = Cohort.objects.create(
        name="Spring", organisation=hub, course=course, start_date=NOW.date(), end_date=NOW.date(), made_at=NOW
    )
    CohortMember.objects.create(cohort=cohort, person=crowd[State.STUCK].learner, joined_at=NOW)
    CohortMember.objects.create(cohort=cohort, person=crowd[State.DONE].learner, joined_at=NOW, left_at=NOW)

    found = listed(manager, cohort=str(cohort.public_id))

    assert (names(found), found.found) == (["Stuck"], 1)
    assert names(listed(manager, cohort=str(uuid4()))) == []


def test_foreign_courses_organisations_and_places_are_as_absent_ones(
    hub: Organisation, crowd: dict[State, Enrolment]
) -> None:
    browser = signed_in(make_manager(organisation=hub))
    foreign = make_organisation("Elsewhere")

    page = browser.get(f"/en/cockpit/?organisation={foreign.public_id}").text

    assert "Nobody fits what you chose." in page
    assert "Elsewhere" not in page
    assert browser.get(f"/en/cockpit/?of={foreign.public_id}").status_code == 404


def test_an_address_that_makes_no_sense_shows_everybody(hub: Organisation, crowd: dict[State, Enrolment]) -> None:
    browser = signed_in(make_manager(organisation=hub))

    for query in ("status=x&sort=-x&page=x&course=x&q=%00", "page=99", "cohort=x&page=0"):
        answer = browser.get(f"/en/cockpit/?{query}")
        assert answer.status_code == 200
        assert "5 of 5 people in a course" in answer.text


def test_nobody_in_a_course_is_said_with_who_is_invited_and_who_has_joined(hub: Organisation) -> None:
    join(make_learner(), hub)

    page = signed_in(make_manager(organisation=hub)).get("/en/cockpit/").text

    assert "Nobody is in a course yet" in page
    assert "1 person has joined and is in no course yet." in page


def test_links_to_other_pages_and_orders_keep_the_filters(hub: Organisation, crowd: dict[State, Enrolment]) -> None:
    browser = signed_in(make_manager(organisation=hub))

    page = browser.get(f"/en/cockpit/?of={hub.public_id}&status=stuck&sort=name").text

    assert f'href="?of={hub.public_id}&amp;status=stuck&amp;sort=-name#everybody"' in page
    assert 'aria-sort="ascending"' in page
    assert f'name="of" value="{hub.public_id}"' in page


@pytest.fixture
def many(hub: Organisation, course: Course) -> Callable[[int], None]:
    def fill(count: int) -> None:
        for number in range(count):
            follow(make_learner(), course, hub, steps=number % 4, last=number % 30)

    return fill


def test_ten_times_the_people_cost_as_many_queries(
    hub: Organisation, course: Course, many: Callable[[int], None]
) -> None:
    browser: Client = signed_in(make_manager(organisation=hub))
    many(6)
    counts = []
    for _round in range(2):
        with counted_queries() as statements:
            assert browser.get("/en/cockpit/?q=er&sort=-last").status_code == 200
        counts.append(len(statements))
        many(54)

    assert counts[0] == counts[1] <= 15
