"""Who may read what somebody did: they themselves, and assessors of the organisation that they did it for."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from accounts.models import Membership, Organisation, User
from progress.models import Attempt, Enrolment
from progress.queries.enrolments import with_position


def readable_enrolment(person: User, public_id: UUID, *, on: date) -> Enrolment:
    """Return an enrolment that this person may read, with course, start edition, completion, learner, organisation.

    Their own, also one they left; or that of somebody who is enrolled for an organisation they assess on this day.
    Managers read no answers, so they find nothing here. Cost: 1 query.

    :raises Enrolment.DoesNotExist: if there is none, or it is not theirs to read: the two look the same.
    """
    enrolments = with_position(Enrolment.objects.with_course())
    return (
        enrolments.select_related("completion__edition", "learner", "organisation")
        .defer("completion__edition__manifest")
        .filter(Q(learner=person) | _assessed_by(person, on))
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
        Q(enrolment__learner=person) | sent & _assessed_by(person, on, prefix="enrolment__"),
    ).get(public_id=public_id)


def assessed_for(enrolment: Enrolment, person: User) -> Organisation | None:
    """Return for which organisation a person reads an enrolment of this module as assessor; None for their own."""
    return None if enrolment.learner_id == person.pk else enrolment.organisation


def _assessed_by(person: User, on: date, prefix: str = "") -> Q:
    # On the day a membership ends it opens nothing any more: who ends one means at once.
    running = Membership.objects.filter(
        Q(end_date=None) | Q(end_date__gt=on), user=person, role=Membership.Role.ASSESSOR, start_date__lte=on
    )
    active = Q(**{f"{prefix}withdrawn_at": None})
    return active & Q(Exists(running.filter(organisation=OuterRef(f"{prefix}organisation"))))
