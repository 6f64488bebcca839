"""Join a course, and begin it again to certify again."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Membership, Organisation, Project, User
from courses.models import Course
from courses.queries import serving
from progress.models import Enrolment


class NotOffered(Exception):
    """The course takes nobody in now: it is not published, or it is archived."""


class NothingToDo(NotOffered):
    """The course has no step yet, so there is nothing to enrol for."""


def enrol_learner(
    *,
    learner: User,
    course: Course,
    at: datetime,
    source: str = Enrolment.Source.SELF,
    organisation: Organisation | None = None,
    project: Project | None = None,
) -> Enrolment:
    """Enrol a learner in a course and return the enrolment.

    Somebody who is enrolled already keeps the enrolment they have; somebody who withdrew gets it back, with all that
    was done. What binds them is decided by the edition they start with, which coming back does not change.

    :raises NotOffered: if the course has no edition, is not published or is archived.
    :raises NothingToDo: if it has no step and the learner is not in it.
    """
    if course.current_edition_id is None:
        raise NotOffered
    outline = serving.outline_of(course, course.source_language)
    if not serving.is_offered(course, outline):
        raise NotOffered
    existing = _latest_enrolment(learner, course)
    if not outline.items and (existing is None or existing.withdrawn_at is not None):
        raise NothingToDo
    if existing is None:
        try:
            with transaction.atomic():
                return Enrolment.objects.create(
                    learner=learner,
                    course=course,
                    source=source,
                    organisation=organisation,
                    project=project,
                    start_edition_id=course.current_edition_id,
                    enrolled_at=at,
                    cached_edition=outline.edition,  # nothing is done: 0 per cent in this edition and any other
                )
        except IntegrityError:  # the constraint decides, so two clicks cannot race
            existing = _latest_enrolment(learner, course)
            if existing is None:
                raise
    if existing.withdrawn_at is not None:
        Enrolment.objects.filter(pk=existing.pk).update(withdrawn_at=None)
        existing.withdrawn_at = None
    return existing


def begin_cycle(*, previous: Enrolment, at: datetime) -> Enrolment:
    """Begin a new cycle after a completed one, to certify again, and return it; the one before stays as it is.

    A second click returns the cycle that was begun; one that was left is opened again. The organisation is carried over
    while the learner belongs to it, the project is not: its funding has an end. What binds the new cycle is decided by
    the edition of now. Whether it may begin is the caller's to decide. `previous` has its course and learner.

    :raises NotOffered: if the course is not published or is archived.
    :raises NothingToDo: if it has no step.
    """
    course = previous.course
    if course.current_edition_id is None:
        raise NotOffered
    outline = serving.outline_of(course, course.source_language)
    if not serving.is_offered(course, outline):
        raise NotOffered
    if not outline.items:
        raise NothingToDo
    belongs = (
        previous.organisation_id is not None
        and Membership.objects.filter(
            user=previous.learner_id, organisation=previous.organisation_id, end_date=None
        ).exists()
    )
    with transaction.atomic():
        cycle, _is_new = Enrolment.objects.get_or_create(
            learner_id=previous.learner_id,
            course=course,
            cycle=previous.cycle + 1,
            defaults={
                "source": Enrolment.Source.SELF,
                "organisation_id": previous.organisation_id if belongs else None,
                "start_edition_id": course.current_edition_id,
                "enrolled_at": at,
                "cached_edition": outline.edition,
            },
        )
        if cycle.withdrawn_at is not None:
            cycle.withdrawn_at = None
            cycle.save(update_fields=["withdrawn_at"])
    return cycle


def _latest_enrolment(learner: User, course: Course) -> Enrolment | None:
    return Enrolment.objects.filter(learner=learner, course=course).order_by("-cycle").first()
