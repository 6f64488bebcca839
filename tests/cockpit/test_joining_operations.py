"""Joining by a link, an invitation or a request: the membership, the course, and never more than the link has places."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, connections

from accounts.models import JoinLink, JoinRequest, Membership, Notification
from accounts.operations import joining
from accounts.operations.memberships import end_membership
from cockpit.operations.joining import Closed, Full, accept_invitation, decide_request, join_by_link, withdraw_request
from cockpit.operations.joining_mails import words_of_invitation
from progress.models import CohortMember, Enrolment
from progress.operations.cohorts import close_cohort, make_cohort
from tests.people import make_learner, make_manager, make_organisation, make_project
from tests.progress.builders import NOON, make_quiz_course


def _link(organisation, *, limit=30, **fields):
    return joining.make_join_link(organisation=organisation, days=30, limit=limit, by=None, at=NOON, **fields)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_who_joins_by_a_link_is_a_member_who_was_told_and_takes_the_course_for_the_organisation() -> None:
    organisation, course, project = make_organisation(), make_quiz_course(), make_project()
    link = _link(organisation, course_key=course.key, project=project)
    person = make_learner()
    for _ in range(2):  # a double click
        joined = join_by_link(link=link, person=person, at=NOON)
    assert joined.membership == Membership.objects.get(user=person)
    assert joined.membership.told_at == NOON
    enrolment = Enrolment.objects.get()
    assert (enrolment.organisation, enrolment.project, enrolment.source) == (organisation, project, "join-link")
    assert JoinLink.objects.get().used_count == 1


@pytest.mark.django_db
def test_a_course_begun_alone_stays_the_persons_own() -> None:
    organisation, course, person = make_organisation(), make_quiz_course(), make_learner()
    from progress.operations import enrol_learner

    enrol_learner(learner=person, course=course, at=NOON)
    join_by_link(link=_link(organisation, course_key=course.key), person=person, at=NOON)
    assert Enrolment.objects.get().organisation is None


@pytest.mark.django_db
def test_a_link_to_a_cohort_brings_people_into_it() -> None:
    organisation, course = make_organisation(), make_quiz_course()
    cohort = make_cohort(
        name="Autumn", organisation=organisation, course=course, start_date=NOON.date(), end_date=NOON.date(), at=NOON
    )
    link, first, second = _link(organisation, cohort_key=cohort.public_id), make_learner(), make_learner()
    assert join_by_link(link=link, person=first, at=NOON).is_enrolled
    assert CohortMember.objects.get().person == first
    close_cohort(cohort=cohort, at=NOON)
    joined = join_by_link(link=link, person=second, at=NOON)
    assert joined.membership
    assert not joined.is_enrolled


@pytest.mark.django_db
def test_full_old_or_taken_back_a_link_lets_nobody_in() -> None:
    link = _link(make_organisation(), limit=1)
    join_by_link(link=link, person=make_learner(), at=NOON)
    with pytest.raises(Full):
        join_by_link(link=link, person=make_learner(), at=NOON)
    with pytest.raises(Closed):
        join_by_link(link=link, person=make_learner(), at=NOON + timedelta(days=30))
    joining.revoke_join_link(link=link, at=NOON)
    with pytest.raises(Closed):
        join_by_link(link=link, person=make_learner(), at=NOON)
    assert Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_people_at_a_link_with_thirty_places_thirty_join() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("threads of one process share SQLite's memory")
    link, people = _link(make_organisation(), limit=30), [make_learner() for _ in range(100)]

    def _join(person) -> bool:
        try:
            join_by_link(link=link, person=person, at=NOON)
        except Full:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(_join, people))
    assert outcomes.count(True) == Membership.objects.count() == 30
    assert JoinLink.objects.get().used_count == 30


@pytest.mark.django_db
def test_an_invitation_is_accepted_by_one_person_with_whatever_account() -> None:
    organisation, course = make_organisation(), make_quiz_course()
    invitation, token = joining.invite(
        organisation=organisation,
        email="ana@acul.example",
        name="Ana",
        language="ro",
        role=Membership.Role.MANAGER,
        by=None,
        at=NOON,
        course_key=course.key,
    )
    mail = Notification.objects.get()
    words = words_of_invitation(mail, {"invitation": str(invitation.public_id), "token": token})
    assert words is not None
    assert f"/en/join/: {invitation.code}. Both work until" in words["paragraphs"][2]
    person = make_learner(email="other@acul.example")
    for _ in range(2):
        joined = accept_invitation(invitation=invitation, person=person, at=NOON)
    assert joined.membership is not None
    assert joined.membership.role == "manager"
    assert Enrolment.objects.get().source == "manager"
    with pytest.raises(Closed):
        accept_invitation(invitation=invitation, person=make_learner(), at=NOON)


@pytest.mark.django_db
def test_an_invitation_of_a_card_is_only_for_its_person() -> None:
    made = joining.make_card(organisation=make_organisation(), name="Ana", language="ro", by=None, at=NOON, key=uuid4())
    with pytest.raises(Closed):
        accept_invitation(invitation=made.invitation, person=make_learner(), at=NOON)
    assert accept_invitation(invitation=made.invitation, person=made.person, at=NOON).membership


def _asking(**fields):
    return make_organisation(approves_joining=True, **fields)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_where_the_organisation_asks_first_who_joins_waits_and_is_told() -> None:
    organisation, person = _asking(), make_learner()
    link, manager = _link(organisation, limit=1), make_manager(organisation=organisation)
    for _ in range(2):
        request = join_by_link(link=link, person=person, at=NOON).request
    assert request == JoinRequest.objects.get()
    assert not Membership.objects.filter(user=person).exists()
    for _ in range(2):
        decide_request(request=request, is_approved=True, by=manager, at=NOON)
    assert Membership.objects.get(user=person).told_at == NOON
    assert Notification.objects.get(kind="accounts.join-request").person == person
    decide_request(request=request, is_approved=False, by=manager, at=NOON)
    assert JoinRequest.objects.get().state == "approved"


@pytest.mark.django_db
def test_who_is_not_let_in_or_takes_it_back_leaves_the_place_to_somebody_else() -> None:
    organisation, person = _asking(), make_learner()
    link, manager = _link(organisation, limit=1), make_manager(organisation=organisation)
    request = join_by_link(link=link, person=person, at=NOON).request
    withdraw_request(request=request, at=NOON)
    withdraw_request(request=request, at=NOON)
    assert JoinLink.objects.get().used_count == 0
    request = join_by_link(link=link, person=person, at=NOON).request
    decide_request(request=request, is_approved=False, by=manager, at=NOON)
    assert JoinLink.objects.get().used_count == 0
    assert not Membership.objects.filter(user=person).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "is_confirmed", "waits"),
    [
        ("ana@acul.example", True, False),
        ("ana@acul.example", False, True),
        ("ana@sub.acul.example", True, True),
        ("ana@notacul.example", True, True),
    ],
)
def test_only_a_confirmed_address_of_an_approved_domain_comes_in_at_once(
    address: str, is_confirmed: bool, waits: bool
) -> None:
    person = make_learner()
    EmailAddress.objects.create(user=person, email=address, verified=is_confirmed)
    joined = join_by_link(link=_link(_asking(approved_domains=["acul.example"])), person=person, at=NOON)
    assert (joined.request is not None) == waits


@pytest.mark.django_db
def test_who_left_comes_back_by_a_link() -> None:
    organisation, person = make_organisation(), make_learner()
    link = _link(organisation)
    membership = join_by_link(link=link, person=person, at=NOON).membership
    end_membership(membership=membership, by=person, at=NOON + timedelta(hours=1))
    again = join_by_link(link=link, person=person, at=NOON + timedelta(hours=2)).membership
    assert again != membership
    assert again.sees_from == NOON + timedelta(hours=2)
