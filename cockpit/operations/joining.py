"""Joining by a link, an invitation or a card: the membership first, then the course or cohort that the way in names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Invitation, JoinLink, JoinRequest, Membership, Notification, SignInCard, User
from accounts.operations.cards import use_card
from accounts.operations.joining import give_place_back, take_place
from accounts.operations.memberships import join_organisation
from accounts.operations.notifying import notify
from accounts.queries.joining import is_open, needs_approval, running_membership, waiting_request
from courses.models import Course
from progress.models import Cohort, CohortMember, Enrolment
from progress.operations import NotOffered
from progress.operations.cohorts import CohortClosed, enrol_for, join_cohort

DECISION_MAIL = "accounts.join-request"


class Closed(Exception):
    """The way in is taken back, too old, or used by somebody else."""


class Full(Exception):
    """As many joined by the link as it has places."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of it: a membership, or a request that waits. `is_enrolled` is False where the course takes nobody in."""

    membership: Membership | None
    request: JoinRequest | None = None
    is_enrolled: bool = True


def join_by_link(*, link: JoinLink, person: User, at: datetime) -> Joined:
    """Let somebody in who read who sees what and pressed the button, or have them wait where the organisation asks first.

    A place of the link is taken by who joins or asks; who is in it all already takes none, so a second click changes
    nothing. Many at once never take more places than there are.

    :raises Closed: if the link is taken back or too old.
    :raises Full: if it has no place left.
    """
    with transaction.atomic():
        _hold(person)
        membership = running_membership(person, link.organisation, at=at)
        if membership is not None and takes_part(person, link):
            return Joined(membership)
        if membership is None and (request := waiting_request(person, link.organisation)) is not None:
            return Joined(None, request)
        if not take_place(link=link, at=at):
            raise Full if is_open(JoinLink.objects.get(pk=link.pk), at=at) else Closed
        if membership is None and needs_approval(person, link.organisation):
            try:
                with transaction.atomic():
                    return Joined(None, JoinRequest.objects.create(link=link, person=person, told_at=at))
            except IntegrityError:  # the constraint decides: the second click of two
                give_place_back(link=link)
                return Joined(None, waiting_request(person, link.organisation))
        return _let_in(person, link, Membership.Role.LEARNER, Enrolment.Source.JOIN_LINK, at)


def accept_invitation(*, invitation: Invitation, person: User, at: datetime) -> Joined:
    """Let the person in who holds the link, the code or the card of an invitation. Whose address it went to is no matter.

    Accepted again by the same person, it changes nothing.

    :raises Closed: if it was taken back, is too old, or somebody else used it.
    """
    with transaction.atomic():
        _hold(person)
        waiting = Invitation.objects.filter(
            pk=invitation.pk, state=Invitation.State.WAITING, revoked_at=None, expires_at__gt=at
        )
        if invitation.person_id not in (None, person.pk):
            raise Closed
        if not waiting.update(state=Invitation.State.JOINED, person=person, ended_at=at):
            if not Invitation.objects.filter(pk=invitation.pk, state=Invitation.State.JOINED, person=person).exists():
                raise Closed
            return Joined(running_membership(person, invitation.organisation, at=at, role=invitation.role))
        return _let_in(person, invitation, invitation.role, Enrolment.Source.MANAGER, at)


def open_with_card(*, card: SignInCard, passphrase: str, at: datetime) -> Joined | None:
    """Set the passphrase that the holder of a card chose, and let them in where they were added; None if it opens nothing.

    All or nothing: a card that was used leaves no account outside. Without an invitation that waits, it was a reset.
    """
    with transaction.atomic():
        if not use_card(card=card, passphrase=passphrase, at=at):
            return None
        waiting = Invitation.objects.filter(
            person=card.person, organisation=card.organisation, state=Invitation.State.WAITING, expires_at__gt=at
        )
        invitation = waiting.select_related("organisation", "project").first()
        if invitation is None:
            return Joined(None)
        return accept_invitation(invitation=invitation, person=card.person, at=at)


def decide_request(*, request: JoinRequest, is_approved: bool, by: User, at: datetime) -> JoinRequest:
    """Let somebody in who waits, or not; they are told by a message. Decided before, it stays as it was decided.

    Return the request as it stands.
    """
    state = JoinRequest.State.APPROVED if is_approved else JoinRequest.State.REFUSED
    with transaction.atomic():
        _hold(request.person)
        if not _waiting(request).update(state=state, decided_by=by, decided_at=at):
            return JoinRequest.objects.select_related("person", "link__organisation").get(pk=request.pk)
        if is_approved:
            _let_in(request.person, request.link, Membership.Role.LEARNER, Enrolment.Source.JOIN_LINK, at)
        else:
            give_place_back(link=request.link)
        _tell(request, by, at)
    request.state, request.decided_by, request.decided_at = state, by, at
    return request


def withdraw_request(*, request: JoinRequest, at: datetime) -> None:
    """Take one's own request back. Again, or where it was decided, it changes nothing."""
    with transaction.atomic():
        if _waiting(request).update(state=JoinRequest.State.WITHDRAWN, decided_by=None, decided_at=at):
            give_place_back(link=request.link)


def _let_in(person: User, way: JoinLink | Invitation, role: str, source: str, at: datetime) -> Joined:
    membership = join_organisation(person=person, organisation=way.organisation, role=role, at=at)
    is_enrolled = True
    try:
        with transaction.atomic():
            if (cohort := cohort_of(way)) is not None:
                join_cohort(cohort=cohort, person=person, at=at, source=source)
            elif (course := course_of(way)) is not None:
                enrol_for(
                    person=person,
                    course=course,
                    organisation=way.organisation,
                    project=way.project,
                    source=source,
                    at=at,
                )
    except (NotOffered, CohortClosed):  # the organisation is joined all the same
        is_enrolled = False
    return Joined(membership, is_enrolled=is_enrolled)


def cohort_of(way: JoinLink | Invitation) -> Cohort | None:
    """Return the cohort that a way in leads to. Cost: none, or 1 query."""
    if way.cohort_key is None:
        return None
    cohorts = Cohort.objects.filter(public_id=way.cohort_key, organisation=way.organisation)
    return cohorts.select_related("course", "path", "project").first()


def course_of(way: JoinLink | Invitation) -> Course | None:
    """Return the course that a way in leads to. Cost: none, or 1 query."""
    return None if way.course_key is None else Course.objects.filter(key=way.course_key).first()


def takes_part(person: User, way: JoinLink | Invitation) -> bool:
    """Return whether a person is in the cohort or course that a way in names; True where it names none. Cost: 1 query."""
    if way.cohort_key is not None:
        return CohortMember.objects.filter(cohort__public_id=way.cohort_key, person=person, left_at=None).exists()
    if way.course_key is not None:
        return Enrolment.objects.filter(learner=person, course__key=way.course_key, withdrawn_at=None).exists()
    return True


def _hold(person: User) -> None:
    """Let two clicks of one person wait for each other."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _waiting(request: JoinRequest) -> Any:
    return JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.WAITING)


def _tell(request: JoinRequest, by: User, at: datetime) -> Notification:
    values: Mapping[str, Any] = {"request": str(request.public_id)}
    return notify(
        kind=DECISION_MAIL,
        key=str(request.public_id),
        values=values,
        at=at,
        person=request.person,
        organisation=request.link.organisation,
        sender=by,
    )
