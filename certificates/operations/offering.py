"""Issue what an edition begins to give to those who completed the course before it (decision 0022).

A job for the whole course, fifty people a step. Stopped anywhere, it goes on where it was; issued is nothing twice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certificates.operations.issuing import issue_many
from certificates.queries.offering import may_be_owed
from certificates.rules.due import gives_more, offered_by
from courses.models import Course, CourseEdition
from foundation.jobs import Step
from foundation.operations import start_job

JOB = "certificates.offer"
PEOPLE_AT_ONCE = 50
"""Looked at in one step of the job: each certificate takes some 10 ms."""


def start_issuing_offered(course: Course, edition: CourseEdition, at: datetime) -> None:
    """Have certificates issued where an edition gives a kind that the one before did not, or for less.

    Runs in the editor's request and touches no row of a learner. Cost: none where nothing is given, else 1 query, and
    the job where it begins.
    """
    now = offered_by(edition.manifest)
    if not now.kinds or edition.number == 1:  # nobody completed anything before the first
        return
    before = CourseEdition.objects.values_list("manifest", flat=True).get(course=course, number=edition.number - 1)
    if gives_more(now, offered_by(before)):
        start_job(kind=JOB, key=f"{course.pk}:{edition.number}", payload={"course": course.pk}, at=at)


def issue_some_offered(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Do the next enrolments, those with a row number after `cursor`: the step of a job."""
    ids = list(
        may_be_owed(payload["course"])
        .filter(pk__gt=cursor)
        .order_by("pk")
        .values_list("pk", flat=True)[:PEOPLE_AT_ONCE]
    )
    issue_many(enrolment_ids=ids, at=at)
    return Step(cursor=ids[-1] if ids else cursor, done=len(ids), finished=len(ids) < PEOPLE_AT_ONCE)


def count_offered(payload: Mapping[str, Any]) -> int:
    """Return how many enrolments the job has to look at."""
    return may_be_owed(payload["course"]).count()
