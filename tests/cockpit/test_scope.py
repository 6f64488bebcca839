"""The scoped entry point: what a manager may know of whom, and that nothing goes past it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ClusterMembership, Membership, Organisation, User
from accounts.rules.sight import Spell, is_seen
from cockpit.queries.scope import NothingToSee, Sight, sight_of
from courses.models import Course
from foundation import scope
from foundation.scope import OutsideScope
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
)
from tests.progress.builders import NOON, do_lesson, do_lessons, lessons_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


def enrol_for(person: User, course: Course, organisation: Organisation | None) -> Enrolment:
    return operations.enrol_learner(learner=person, course=course, at=NOON, organisation=organisation)


def seen_by(manager: User, at: datetime = LATER) -> list[Enrolment]:
    return list(sight_of(manager, at=at).enrolments().order_by("pk"))


@pytest.mark.both_databases
def test_a_manager_sees_enrolments_made_through_the_organisation_and_no_others() -> None:
    hub, other = make_organisation(), make_organisation()
    manager = make_manager(organisation=hub)
    course = make_course(slug="one")
    ana, ben = make_learner(), make_learner()
    join(ana, hub)
    join(ben, hub)
    join(ben, other)
    mine = enrol_for(ana, course, hub)
    enrol_for(ben, course, other)
    enrol_for(make_learner(), course, None)

    assert [row.pk for row in seen_by(manager)] == [mine.pk]


def test_nothing_is_seen_before_the_person_was_told() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    ana = make_learner()
    membership = join(ana, hub, told_at=None)
    enrol_for(ana, make_course(), hub)
    assert seen_by(manager) == []

    membership.told_at = NOON
    membership.save()

    assert len(seen_by(manager)) == 1


def test_what_comes_after_the_end_of_a_membership_is_hidden() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    ana = make_learner()
    membership = join(ana, hub)
    enrolment = enrol_for(ana, make_course(), hub)
    do_lesson(enrolment, lessons_of(enrolment.course)[0])
    membership.end_date, membership.ended_at = NOON.date(), NOON + timedelta(minutes=1)
    membership.save()
    for lesson in lessons_of(enrolment.course)[1:]:
        operations.mark_lesson_done(enrolment=enrolment, item_key=lesson.key, language="en", at=LATER)

    (row,) = seen_by(manager)

    assert (row.seen_steps, row.seen_completion, row.is_whole) == (1, None, False)


def test_an_enrolment_made_alone_is_seen_while_the_person_shows_it() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    ana = make_learner()
    join(ana, hub)
    enrolment = enrol_for(ana, make_course(), None)
    assert seen_by(manager) == []

    share = EnrolmentShare.objects.create(enrolment=enrolment, organisation=hub, shared_at=NOON)
    do_lessons(enrolment)
    (row,) = seen_by(manager)
    assert row.is_whole
    assert row.seen_steps == len(lessons_of(enrolment.course))

    share.ended_at = NOON
    share.save()
    assert seen_by(manager) == []


def test_a_manager_of_a_cluster_sees_its_organisations_for_their_time_in_it() -> None:
    hub = make_organisation()
    cluster = make_cluster("", hub)
    manager = make_cluster_manager(cluster=cluster)
    ana = make_learner()
    join(ana, hub)
    enrolment = enrol_for(ana, make_course(), hub)
    assert [row.is_whole for row in seen_by(manager)] == [True]

    ClusterMembership.objects.update(end_date=NOON.date() + timedelta(days=1))
    operations.mark_lesson_done(
        enrolment=enrolment, item_key=lessons_of(enrolment.course)[0].key, language="en", at=LATER
    )

    assert [(row.is_whole, row.seen_steps) for row in seen_by(manager)] == [(False, 0)]


def test_who_manages_nothing_any_more_sees_nothing() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    Membership.objects.filter(user=manager).update(end_date=date(2026, 1, 1))

    with pytest.raises(NothingToSee):
        sight_of(manager, at=LATER)


def test_an_organisation_may_switch_the_view_of_people_off_and_keeps_its_settings() -> None:
    hub = make_organisation(shows_people=False)
    manager, ana = make_manager(organisation=hub), make_learner()
    join(ana, hub)
    enrol_for(ana, make_course(), hub)

    with pytest.raises(NothingToSee):
        sight_of(manager, at=LATER)
    closed = sight_of(manager, at=LATER, with_closed=True)

    assert list(closed.own_organisations()) == [hub]
    assert set(closed.people()) == {manager, ana}
    assert (closed.enrolments().count(), closed.steps().count(), dict(closed.organisations)) == (0, 0, {})


def test_a_foreign_place_is_as_an_absent_one() -> None:
    manager, other = make_manager(), make_organisation()

    with pytest.raises(NothingToSee):
        sight_of(manager, at=LATER, chosen=other.public_id)


@pytest.mark.both_databases
def test_a_read_that_skips_the_entry_point_raises() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    ana = make_learner()
    join(ana, hub)
    enrol_for(ana, make_course(), hub)

    with scope.guarded():
        sight: Sight = sight_of(manager, at=LATER)
        row = sight.enrolments().get()
        with pytest.raises(OutsideScope):
            Enrolment.objects.count()
        with pytest.raises(OutsideScope):
            str(row.learner)
        with scope.lifted():
            assert Enrolment.objects.count() == 1


def test_visitors_and_learners_get_no_page_of_managers() -> None:
    assert Client().get("/en/cockpit/").status_code in {302, 404}


moments = st.integers(0, 364 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, moments, moments)
def test_what_lies_between_two_spells_is_never_seen(first: datetime, second: datetime, moment: datetime) -> None:
    ended, back = sorted((first, second))
    spells = [Spell(None, ended), Spell(back, None)]

    assert is_seen(moment, spells) == (not ended <= moment < back)
