"""Showing an enrolment made alone, and what ends with leaving."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from accounts.operations import end_membership, join_organisation
from progress import operations
from progress.models import Cohort, CohortMember, Enrolment, EnrolmentShare
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_organisation
from tests.progress.builders import NOON, enrol

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def enrolment_made_alone() -> Enrolment:
    return enrol(make_course())


@pytest.mark.both_databases
def test_an_enrolment_is_shown_once_however_often_the_button_is_pressed() -> None:
    enrolment, hub = enrolment_made_alone(), make_organisation()
    join(enrolment.learner, hub)

    first = operations.share_enrolment(enrolment=enrolment, organisation=hub, at=NOON)
    assert operations.share_enrolment(enrolment=enrolment, organisation=hub, at=LATER) == first
    operations.end_share(share=first, at=LATER)
    operations.end_share(share=first, at=LATER + timedelta(hours=1))

    assert first.ended_at == LATER
    again = operations.share_enrolment(enrolment=enrolment, organisation=hub, at=LATER)
    assert (again.shared_at, EnrolmentShare.objects.count()) == (LATER, 2)


def test_nothing_is_shown_to_an_organisation_the_person_does_not_belong_to() -> None:
    enrolment, hub = enrolment_made_alone(), make_organisation()
    left = join(enrolment.learner, hub)
    end_membership(membership=left, by=enrolment.learner, at=NOON)
    join(enrolment.learner, other := make_organisation(), told_at=None)

    for organisation in (hub, other, make_organisation()):
        with pytest.raises(operations.NotTheirs):
            operations.share_enrolment(enrolment=enrolment, organisation=organisation, at=LATER)


def test_an_enrolment_made_for_an_organisation_is_not_shown_to_another() -> None:
    ana, hub, other = make_learner(), make_organisation(), make_organisation()
    join(ana, hub)
    join(ana, other)
    enrolment = operations.enrol_learner(learner=ana, course=make_course(), at=NOON, organisation=hub)

    with pytest.raises(operations.MadeForAnOrganisation):
        operations.share_enrolment(enrolment=enrolment, organisation=other, at=NOON)


@pytest.mark.both_databases
def test_leaving_ends_what_was_shown_and_the_time_in_cohorts_of_that_organisation_alone() -> None:
    enrolment, hub, other = enrolment_made_alone(), make_organisation(), make_organisation()
    ana = enrolment.learner
    leaving = join(ana, hub)
    join(ana, other)
    for organisation in (hub, other):
        operations.share_enrolment(enrolment=enrolment, organisation=organisation, at=NOON)
        cohort = Cohort.objects.create(
            name="Autumn",
            organisation=organisation,
            course=enrolment.course,
            start_date=NOON.date(),
            end_date=NOON.date(),
            made_at=NOON,
        )
        CohortMember.objects.create(cohort=cohort, person=ana, joined_at=NOON)

    end_membership(membership=leaving, by=ana, at=LATER)

    assert dict(EnrolmentShare.objects.values_list("organisation", "ended_at")) == {hub.pk: LATER, other.pk: None}
    assert dict(CohortMember.objects.values_list("cohort__organisation", "left_at")) == {hub.pk: LATER, other.pk: None}


def test_who_stays_in_another_role_keeps_showing() -> None:
    enrolment, hub = enrolment_made_alone(), make_organisation()
    ana = enrolment.learner
    membership = join(ana, hub)
    join_organisation(person=ana, organisation=hub, role=Membership.Role.ASSESSOR, at=NOON)
    share = operations.share_enrolment(enrolment=enrolment, organisation=hub, at=NOON)

    end_membership(membership=membership, by=ana, at=LATER)

    share.refresh_from_db()
    assert share.ended_at is None


def test_what_ended_by_its_day_alone_does_not_revive_when_the_person_comes_back() -> None:
    enrolment, hub = enrolment_made_alone(), make_organisation()
    ana = enrolment.learner
    membership = join(ana, hub)
    operations.share_enrolment(enrolment=enrolment, organisation=hub, at=NOON)
    Membership.objects.filter(pk=membership.pk).update(end_date=NOON.date(), ended_at=NOON)

    join_organisation(person=ana, organisation=hub, role="learner", at=NOON + timedelta(days=9))

    assert EnrolmentShare.objects.get().ended_at is not None
