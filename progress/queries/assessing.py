"""Whose work a person assesses: the one question that every view, list and download of an assessor asks."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from progress.models import CourseAssessor


def assessed_by(person: User, on: date, prefix: str = "") -> Q:
    """Return what picks the enrolments whose work this person assesses on a day; `prefix` leads to the enrolment.

    Active ones of organisations in which they are assessor on that day, and of courses they assess, whatever
    organisation those are for. Never their own. No query of its own: it is two subqueries of the caller's.
    """
    organisations = running_memberships(person, on).filter(organisation=OuterRef(f"{prefix}organisation"))
    courses = CourseAssessor.objects.filter(person=person, course=OuterRef(f"{prefix}course"))
    active = Q(**{f"{prefix}withdrawn_at": None})
    return active & ~Q(**{f"{prefix}learner": person}) & (Q(Exists(organisations)) | Q(Exists(courses)))


def is_assessor(person: User, on: date) -> bool:
    """Return whether a person assesses anybody's work on a day. Cost: 1 query, 2 where no organisation says so."""
    return running_memberships(person, on).exists() or CourseAssessor.objects.filter(person=person).exists()


def running_memberships(person: User, on: date) -> QuerySet[Membership]:
    """Return the memberships by which a person is assessor on a day.

    On the day a membership ends it opens nothing any more: who ends one means at once.
    """
    return Membership.objects.filter(
        Q(end_date=None) | Q(end_date__gt=on), user=person, role=Membership.Role.ASSESSOR, start_date__lte=on
    )
