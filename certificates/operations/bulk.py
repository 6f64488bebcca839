"""Issue the certificates of participation of a cohort: a job, a hundred a step.

    job = start_cohort_issue(course=course, organisation=repair_hub, names={enrolment.public_id: "Ana Pop"}, by=piotr, token=uuid4(), at=now)

Names from a list of participants are recorded with who took them from it. The job holds no name, and counts nothing
itself: what came of it is read from the certificates.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Organisation, User
from certificates.models import HolderName
from certificates.operations.issuing import issue_many
from certificates.queries.cohorts import JOB, cohort_rows, running_cohort_job
from certificates.queries.rights import has_right
from certificates.rules.names import NameProblem, name_problem, tidy_name
from courses.models import Course
from foundation.jobs import Step
from foundation.models import Job
from foundation.operations import start_job
from progress.models import Enrolment

ISSUED_AT_ONCE = 100
"""Enrolments in one step: well under a second."""


class NotAllowed(Exception):
    """This person has not the right to issue for others."""


class NamesRefused(ValueError):
    """Some of the names cannot stand on a certificate; `problems` says why, by the public id of the enrolment."""

    def __init__(self, problems: Mapping[UUID, NameProblem]) -> None:
        super().__init__(", ".join(sorted(set(problems.values()))))
        self.problems = problems


class NothingToIssue(Exception):
    """Nobody of the cohort is complete and named without a certificate."""


def start_cohort_issue(
    *, course: Course, organisation: Organisation, names: Mapping[UUID, str], by: User, token: UUID, at: datetime
) -> Job:
    """Record the names taken from a list, and begin to issue what is due in a cohort. Return the job.

    Empty names are left out. A name that the holder confirmed meanwhile stays. A form sent twice, by its token, is one
    job. While a job of the same cohort is not finished, another form records its names and begins no second one.

    :raises NotAllowed: for who has not the right.
    :raises NamesRefused: if a name breaks a rule of `certificates.rules.names`; then nothing is recorded.
    :raises NothingToIssue: if nothing is due.
    """
    if not has_right(by):
        raise NotAllowed
    tidied = {public_id: tidy_name(name) for public_id, name in names.items() if name.strip()}
    problems = {public_id: problem for public_id, name in tidied.items() if (problem := name_problem(name)) is not None}
    if problems:
        raise NamesRefused(problems)
    with transaction.atomic():
        # Two presses take turns here.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        key = f"{course.pk}:{organisation.pk}:{token}"
        begun = Job.objects.filter(kind=JOB, key=key).first()
        if begun is not None:
            return begun
        _record_names(course, organisation, tidied, by, at)
        running = running_cohort_job(course, organisation)
        if running is not None:
            return running
        due = cohort_rows(course, organisation).filter(
            has_certificate=False, completion__isnull=False, holder_name__isnull=False
        )
        enrolments = list(due.order_by("pk").values_list("pk", flat=True))
        if not enrolments:
            raise NothingToIssue
        payload = {
            "course": course.pk,
            "organisation": organisation.pk,
            "by": by.pk,
            "enrolments": enrolments,
        }
        return start_job(kind=JOB, key=key, payload=payload, at=at)


def count_to_issue(payload: Mapping[str, Any]) -> int:
    """Return how many enrolments the job has to look at."""
    return len(payload["enrolments"])


def issue_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Issue for the next enrolments: the step of a job. `cursor` is how many were looked at before."""
    block = payload["enrolments"][cursor : cursor + ISSUED_AT_ONCE]
    if block:
        issue_many(enrolment_ids=block, at=at)
    reached = cursor + len(block)
    return Step(cursor=reached, done=len(block), finished=reached >= len(payload["enrolments"]))


def _record_names(
    course: Course, organisation: Organisation, names: Mapping[UUID, str], by: User, at: datetime
) -> None:
    """Record names of people of the cohort who are complete and have none; never one's own."""
    if not names:
        return
    complete = Enrolment.objects.active().filter(
        course=course, organisation=organisation, public_id__in=names, completion__isnull=False
    )
    # Locked as confirming a name locks it: what the holder says meanwhile comes before or after this.
    locked = complete.exclude(learner=by).select_for_update(of=("self",), no_key=True).order_by("pk")
    HolderName.objects.bulk_create(
        [
            HolderName(enrolment=enrolment, name=names[enrolment.public_id], confirmed_at=at, confirmed_by=by)
            for enrolment in locked
        ],
        ignore_conflicts=True,
    )
