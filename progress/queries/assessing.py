"""Whose work a person assesses: the one question that every view, list and download of an assessor asks."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import Membership, User
from progress.models import CourseAssessor, MarkingTask
from progress.rules.judging import CLAIM_LASTS

_ASSESSES = (Membership.Role.ASSESSOR,)


def assessed_by(person: User, on: date, prefix: str = "") -> Q:
    """Return what picks the enrolments whose work this person assesses on a day; `prefix` leads to the enrolment.

    Active ones of organisations in which they are assessor on that day, and of courses they assess, whatever
    organisation those are for. Never their own. No query of its own: it is two subqueries of the caller's.
    """
    return ~Q(**{f"{prefix}learner": person}) & _in_scope(person, on, prefix)


def held(at: datetime) -> Q:
    """Return what picks the marking tasks that somebody has, so that nobody else may take them.

    They took it, not longer than `CLAIM_LASTS` ago, their account is active, and they assess the work still: else the
    task is free. No query of its own: it is a join and two subqueries of the caller's.
    """
    by_somebody = Q(claimed_at__gt=at - CLAIM_LASTS, claimed_by__is_active=True)
    return (
        by_somebody
        & ~Q(enrolment__learner=F("claimed_by"))
        & _in_scope(OuterRef("claimed_by"), localdate(at), "enrolment__")
    )


def is_held(task: MarkingTask, *, at: datetime) -> bool:
    """Return whether a task is somebody's, as `held` says. Cost: 1 query, none where nobody took it."""
    return task.claimed_by_id is not None and MarkingTask.objects.filter(held(at), pk=task.pk).exists()


def is_assessor(person: User, on: date) -> bool:
    """Return whether a person assesses anybody's work on a day. Cost: 1 query, 2 where no organisation says so."""
    return running_memberships(person, on).exists() or CourseAssessor.objects.filter(person=person).exists()


def running_memberships(
    person: User | OuterRef, on: date, *, roles: Collection[str] = _ASSESSES
) -> QuerySet[Membership]:
    """Return the memberships by which a person is assessor on a day, or has another of these `roles`.

    On the day a membership ends it opens nothing any more: who ends one means at once.
    """
    return Membership.objects.filter(
        Q(end_date=None) | Q(end_date__gt=on), user=person, role__in=roles, start_date__lte=on
    )


def _in_scope(person: User | OuterRef, on: date, prefix: str) -> Q:
    organisations = running_memberships(person, on).filter(organisation=OuterRef(f"{prefix}organisation"))
    courses = CourseAssessor.objects.filter(person=person, course=OuterRef(f"{prefix}course"))
    return Q(**{f"{prefix}withdrawn_at": None}) & (Q(Exists(organisations)) | Q(Exists(courses)))
