"""Joining an organisation, being told who sees what, leaving: when sight begins and ends."""

from datetime import date, datetime, timedelta

import pytest
from django.utils.timezone import get_default_timezone, localtime

from accounts import operations
from accounts.models import Membership
from tests.people import join, make_learner, make_manager, make_operator, make_organisation
from tests.progress.builders import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
LEARNER, MANAGER = Membership.Role.LEARNER, Membership.Role.MANAGER


@pytest.mark.both_databases
def test_joining_begins_sight_at_once_and_twice_is_once() -> None:
    ana, hub = make_learner(), make_organisation()

    first = operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=NOON)
    again = operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=LATER)

    assert again == first
    assert (first.told_at, first.sees_from, first.ended_at) == (NOON, None, None)
    assert (again.told_at, again.start_date) == (NOON, NOON.date())


def test_somebody_may_belong_to_an_organisation_in_two_roles() -> None:
    ana, hub = make_learner(), make_organisation()
    operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=NOON)
    operations.join_organisation(person=ana, organisation=hub, role=MANAGER, at=LATER)

    assert set(Membership.objects.filter(user=ana).values_list("role", "sees_from")) == {
        (LEARNER, None),
        (MANAGER, None),
    }


def test_who_joins_a_membership_that_somebody_else_entered_is_told_then() -> None:
    ana, hub = make_learner(), make_organisation()
    entered = join(ana, hub, told_at=None, since=NOON.date() + timedelta(days=5))

    joined = operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=NOON)

    assert joined == entered
    assert (joined.told_at, joined.start_date) == (NOON, NOON.date())


@pytest.mark.both_databases
def test_leaving_ends_sight_at_that_moment_and_says_who_did_it() -> None:
    hub = make_organisation()
    manager, ana = make_manager(organisation=hub), make_learner()
    membership = join(ana, hub)

    operations.end_membership(membership=membership, by=manager, at=NOON)
    operations.end_membership(membership=membership, by=ana, at=LATER)

    membership.refresh_from_db()
    assert (membership.ended_at, membership.ended_by, membership.end_date) == (NOON, manager, NOON.date())


def test_coming_back_opens_only_what_comes_from_then_on() -> None:
    ana, hub = make_learner(), make_organisation()
    first = operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=NOON)
    operations.end_membership(membership=first, by=ana, at=NOON + timedelta(minutes=5))

    back = operations.join_organisation(person=ana, organisation=hub, role=LEARNER, at=LATER)

    assert back != first
    assert (back.told_at, back.sees_from) == (LATER, LATER)


def test_who_was_entered_again_after_leaving_opens_only_what_comes_after_agreeing() -> None:
    ana, hub = make_learner(), make_organisation()
    operations.end_membership(membership=join(ana, hub), by=ana, at=NOON)
    entered = join(ana, hub, told_at=None)

    assert operations.tell(membership=entered, at=LATER)
    assert not operations.tell(membership=entered, at=LATER + timedelta(days=1))

    entered.refresh_from_db()
    assert (entered.told_at, entered.sees_from) == (LATER, LATER)


def test_nobody_is_told_of_a_membership_that_ended() -> None:
    ana, hub = make_learner(), make_organisation()
    membership = join(ana, hub, told_at=None)
    operations.end_membership(membership=membership, by=ana, at=NOON)

    assert not operations.tell(membership=membership, at=LATER)

    membership.refresh_from_db()
    assert membership.told_at is None


def test_a_membership_with_an_end_to_come_can_be_left_before() -> None:
    ana = make_learner()
    membership = join(ana, make_organisation(), until=NOON.date() + timedelta(days=30))

    operations.end_membership(membership=membership, by=ana, at=NOON)

    membership.refresh_from_db()
    assert (membership.ended_at, membership.end_date) == (NOON, NOON.date())


def test_a_membership_that_has_not_begun_can_be_left() -> None:
    ana = make_learner()
    membership = join(ana, make_organisation(), since=NOON.date() + timedelta(days=3))

    operations.end_membership(membership=membership, by=ana, at=NOON)

    membership.refresh_from_db()
    assert membership.ended_at == NOON


def test_the_only_manager_cannot_leave_the_organisation_without_one() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    membership = Membership.objects.get(user=manager)

    with pytest.raises(operations.LastManager):
        operations.end_membership(membership=membership, by=manager, at=NOON)

    membership.refresh_from_db()
    assert membership.ended_at is None


def test_one_of_two_managers_may_leave_and_then_the_other_may_not() -> None:
    hub = make_organisation()
    first, second = make_manager(organisation=hub), make_manager(organisation=hub)

    operations.end_membership(membership=Membership.objects.get(user=first), by=first, at=NOON)

    with pytest.raises(operations.LastManager):
        operations.end_membership(membership=Membership.objects.get(user=second), by=second, at=LATER)


def test_an_operator_may_end_the_role_of_the_only_manager() -> None:
    hub = make_organisation()
    membership = Membership.objects.get(user=make_manager(organisation=hub))

    operations.end_membership(membership=membership, by=make_operator(), at=NOON)

    membership.refresh_from_db()
    assert membership.ended_at == NOON


def test_an_end_that_is_brought_forward_ends_sight_earlier() -> None:
    membership = join(make_learner(), make_organisation(), until=date(2026, 12, 31))
    membership.end_date = date(2026, 11, 1)

    membership.save()

    assert localtime(membership.ended_at) == datetime(2026, 11, 1, tzinfo=get_default_timezone())
