"""Cohorts: make one, join it with its courses, leave it, close it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import Membership, Organisation, Project, User
from courses.models import Course, LearningPath
from progress.models import Cohort, CohortMember, Enrolment
from progress.operations.enrolling import NotOffered, enrol_learner
from progress.operations.participants import note_participant


class CohortClosed(Exception):
    """The cohort takes nobody in any more."""


class NotAMember(Exception):
    """The person does not belong to the organisation of the cohort, or has not read yet who sees what there."""


class ProjectOfOthers(Exception):
    """The organisation takes no part in the project."""


def make_cohort(
    *,
    name: str,
    organisation: Organisation,
    start_date: date,
    end_date: date,
    at: datetime,
    course: Course | None = None,
    path: LearningPath | None = None,
    project: Project | None = None,
    by: User | None = None,
) -> Cohort:
    """Make a cohort of a course or of a path, and return it; the open one that is the same in all, where there is one.

    So a form that is sent twice at the same moment makes one: the second waits for the lock. Nobody is in it.
    Cost: 4 queries.

    :raises ProjectOfOthers: if the organisation takes no part in the project.
    """
    if project is not None and not project.organisations.filter(pk=organisation.pk).exists():
        raise ProjectOfOthers
    chosen = {
        "name": name,
        "organisation": organisation,
        "course": course,
        "path": path,
        "project": project,
        "start_date": start_date,
        "end_date": end_date,
    }
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        same = Cohort.objects.filter(**chosen, closed_at=None).first()
        return same or Cohort.objects.create(**chosen, made_by=by, made_at=at)


def join_cohort(*, cohort: Cohort, person: User, at: datetime, source: str = Enrolment.Source.MANAGER) -> CohortMember:
    """Put somebody into a cohort and enrol them in its courses, for its organisation and project; return their place.

    Done twice, nothing changes; who had left is in it again. Somebody who takes one of the courses already keeps that
    enrolment as it is: begun alone, it stays theirs alone. Of a path, courses that take nobody in are left out.
    Cost: 4 queries and about 3 for each course.

    :raises CohortClosed: if the cohort is closed.
    :raises NotAMember: if the person does not belong to its organisation, or was not told yet who sees what.
    :raises progress.operations.NotOffered: if its course, or every course of its path, takes nobody in.
    """
    with transaction.atomic():
        locked = (
            Cohort.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation", "project", "course")
            .get(pk=cohort.pk)
        )
        if locked.closed_at is not None:
            raise CohortClosed
        if not _belongs(person, locked.organisation, at):
            raise NotAMember
        enrolled = 0
        for course in courses_of(locked):
            try:
                enrol_for(
                    person=person,
                    course=course,
                    organisation=locked.organisation,
                    project=locked.project,
                    source=source,
                    at=at,
                )
            except NotOffered:
                continue
            enrolled += 1
        if not enrolled:
            raise NotOffered
        member, is_new = CohortMember.objects.get_or_create(cohort=locked, person=person, defaults={"joined_at": at})
        if not is_new and member.left_at is not None:
            member.left_at, member.joined_at = None, at
            member.save(update_fields=["left_at", "joined_at"])
        return member


def leave_cohort(*, cohort: Cohort, person: User, at: datetime) -> None:
    """Take somebody out of a cohort. Their enrolments and all that they did stay. Done twice, the first time stays.

    Cost: 1 query.
    """
    CohortMember.objects.filter(cohort=cohort, person=person, left_at=None).update(left_at=at)


def close_cohort(*, cohort: Cohort, at: datetime) -> None:
    """Let nobody in any more. Its pages stay for who is in it. Cost: 1 query."""
    Cohort.objects.filter(pk=cohort.pk, closed_at=None).update(closed_at=at)


def open_cohort(*, cohort: Cohort) -> None:
    """Let people in again. Cost: 1 query."""
    Cohort.objects.filter(pk=cohort.pk).update(closed_at=None)


def enrol_for(
    *,
    person: User,
    course: Course,
    organisation: Organisation | None,
    project: Project | None,
    source: str,
    at: datetime,
) -> Enrolment:
    """Enrol somebody for an organisation and a project, with the line in the project's list where it keeps one.

    Who is in the course already keeps the enrolment they have, whomever it is for.
    Cost: 3 queries, 2 more for the line of a list.

    :raises progress.operations.NotOffered: if the course takes nobody in.
    """
    with transaction.atomic():
        enrolment = enrol_learner(
            learner=person, course=course, at=at, source=source, organisation=organisation, project=project
        )
        if project is not None and enrolment.project_id == project.pk:
            enrolment.learner, enrolment.course = person, course
            enrolment.project, enrolment.organisation = project, organisation
            note_participant(enrolment=enrolment)
        return enrolment


def courses_of(cohort: Cohort) -> Sequence[Course]:
    """Return the course of a cohort, or those of its path as it is now, in order. Cost: none or 2 queries."""
    if cohort.course_id is not None:
        return [cohort.course] if cohort.course else []
    path = LearningPath.objects.select_related("current_edition").filter(cohorts=cohort).first()
    if path is None or path.current_edition is None:
        return []
    keys = path.current_edition.body["courses"]
    found = {str(course.key): course for course in Course.objects.filter(key__in=keys)}
    return [found[key] for key in keys if key in found]


def _belongs(person: User, organisation: Organisation, at: datetime) -> bool:
    """Say whether somebody is of an organisation now and was told who sees what. Cost: 1 query."""
    running = Q(ended_at=None) | Q(ended_at__gt=at)
    return Membership.objects.filter(
        running, user=person, organisation=organisation, told_at__isnull=False, start_date__lte=localdate(at)
    ).exists()
