"""Who may read what somebody did: they themselves, and who assesses it: for the organisation, or in the course."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.models import Organisation, User
from courses.models import Course
from progress.models import Attempt, Enrolment
from progress.queries.assessing import assessed_by, running_memberships
from progress.queries.enrolments import with_position


def readable_enrolment(person: User, public_id: UUID, *, on: date) -> Enrolment:
    """Return an enrolment that this person may read, with course, start edition, completion, learner, organisation.

    Their own, also one they left; or that of somebody who is enrolled for an organisation, or in a course, that they assess on this day.
    Managers read no answers, so they find nothing here. Cost: 1 query.

    :raises Enrolment.DoesNotExist: if there is none, or it is not theirs to read: the two look the same.
    """
    enrolments = with_position(Enrolment.objects.with_course())
    return (
        enrolments.select_related("completion__edition", "learner", "organisation")
        .defer("completion__edition__manifest")
        .filter(Q(learner=person) | assessed_by(person, on))
        .get(public_id=public_id)
    )


def readable_attempt(person: User, public_id: UUID, *, on: date) -> Attempt:
    """Return an attempt that this person may read, with its version, edition, enrolment and course. Cost: 1 query.

    To an assessor one that was not sent yet is absent.

    :raises Attempt.DoesNotExist: if there is none, or it is not theirs to read: the two look the same.
    """
    attempts = Attempt.objects.select_related(
        "quiz_version",
        "edition",
        "enrolment__course",
        "enrolment__start_edition",
        "enrolment__completion",
        "enrolment__learner",
        "enrolment__organisation",
    ).defer("edition__manifest", "enrolment__start_edition__manifest")
    sent = Q(state=Attempt.State.SUBMITTED)
    return attempts.filter(
        Q(enrolment__learner=person) | sent & assessed_by(person, on, prefix="enrolment__"),
    ).get(public_id=public_id)


def assessed_for(enrolment: Enrolment, person: User, *, on: date) -> Organisation | Course | None:
    """Return of what a person who reads an enrolment of this module is assessor; None where it is their own.

    Cost: 1 query, none for their own.
    """
    if enrolment.learner_id == person.pk:
        return None
    if running_memberships(person, on).filter(organisation=enrolment.organisation_id).exists():
        return enrolment.organisation
    return enrolment.course
