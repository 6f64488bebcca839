"""The people of an organisation in a course, as far as their certificates of participation are concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from certificates.models import Certificate, HolderName
from certificates.rules.payload import KINDS_ISSUED
from courses.models import Course
from courses.models.vocabularies import CertificateKind
from courses.queries import serving
from courses.rules.outline import Outline
from foundation.models import Job
from foundation.queries.jobs import JobProgress, job_progress
from progress.models import CourseCompletion, Enrolment

JOB = "certificates.cohort"
NAMES_AT_ONCE = 100
"""Names that one form asks for; the rest comes with the next."""
LISTED = 200
"""People named in a list; the rest is a number."""


@dataclass(frozen=True, slots=True)
class CohortPerson:
    """Somebody of a cohort. `name` is that of the certificate, confirmed before; `why` says what is missing."""

    enrolment: Enrolment
    name: str
    why: str

    @property
    def public_id(self) -> UUID:
        return self.enrolment.public_id

    @property
    def greeted_as(self) -> str:
        return self.enrolment.learner.get_short_name()


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people of an organisation in a course: those whose certificate is due, and the others with what is missing.

    `unnamed` are complete, but nobody said their name yet. The lists are cut, the counts are not.
    """

    course: Course
    outline: Outline
    organisation: Organisation
    ready: tuple[CohortPerson, ...]
    unnamed: tuple[CohortPerson, ...]
    incomplete: tuple[CohortPerson, ...]
    ready_count: int
    unnamed_count: int
    incomplete_count: int
    there_count: int


@dataclass(frozen=True, slots=True)
class CohortJob:
    """What came of a bulk issue, read from the records: nothing of it is counted by the job itself."""

    job: Job
    progress: JobProgress
    outline: Outline | None
    organisation: Organisation | None
    issued_count: int
    there_count: int
    missing: tuple[CohortPerson, ...]
    missing_count: int


def courses_with_participation(language: str) -> list[Outline]:
    """Return the courses that give a certificate of participation now, by title. Cost: 1 query, 1 more for outlines not held."""
    courses = Course.objects.filter(current_edition__isnull=False, archived_at=None).order_by("pk")
    outlines = serving.outlines_of(courses, language).values()
    return sorted(
        (outline for outline in outlines if offers_participation(outline)),
        key=lambda outline: (outline.title.lower(), outline.course_key),
    )


def organisations_with_learners() -> list[Organisation]:
    """Return the organisations through which somebody is enrolled, by name. Cost: 1 query."""
    enrolled = Enrolment.objects.active().filter(organisation=OuterRef("pk"))
    return list(Organisation.objects.filter(Exists(enrolled)).order_by("name", "pk"))


def offers_participation(outline: Outline) -> bool:
    """Return whether a course as it is now gives a certificate of participation."""
    return any(offer.kind == CertificateKind.PARTICIPATION.value for offer in outline.certificates)


def cohort_of(course: Course, organisation: Organisation, *, language: str, without: User | None = None) -> Cohort:
    """Return who of an organisation is in a course, as far as their certificates are concerned. Cost: 2 queries.

    `without`: who asks is not asked for their own name: they confirm it where everybody does.
    """
    ready, unnamed, incomplete = [], [], []
    there_count = 0
    for row in cohort_rows(course, organisation):
        if row.has_certificate:
            there_count += 1
        elif (why := _incomplete_words(row)) is not None:
            incomplete.append(CohortPerson(row, "", why))
        elif (name := _name_of(row)) is not None:
            ready.append(CohortPerson(row, name, ""))
        elif without is not None and row.learner_id == without.pk:
            incomplete.append(CohortPerson(row, "", _("It is you: confirm your name on the page of the course.")))
        else:
            unnamed.append(CohortPerson(row, "", ""))
    return Cohort(
        course=course,
        outline=serving.outline_of(course, language),
        organisation=organisation,
        ready=tuple(ready[:LISTED]),
        unnamed=tuple(unnamed[:NAMES_AT_ONCE]),
        incomplete=tuple(incomplete[:LISTED]),
        ready_count=len(ready),
        unnamed_count=len(unnamed),
        incomplete_count=len(incomplete),
        there_count=there_count,
    )


def cohort_rows(course: Course, organisation: Organisation) -> QuerySet[Any]:
    """Return the active enrolments made through an organisation in a course, with name, completion and certificate.

    Of who renews, the latest cycle: each person is there once.
    """
    enrolments = Enrolment.objects.active().latest_cycles().filter(course=course, organisation=organisation)
    return _with_certificate(enrolments).order_by("learner__display_name", "learner__username", "pk")


def running_cohort_job(course: Course, organisation: Organisation) -> Job | None:
    """Return the bulk issue for a cohort that is not finished. Cost: 1 query."""
    begun = Job.objects.filter(kind=JOB, key__startswith=f"{course.pk}:{organisation.pk}:", finished_at=None)
    return begun.order_by("pk").first()


def cohort_job(public_id: UUID, *, language: str) -> CohortJob:
    """Return a bulk issue with what came of it. Cost: at most 5 queries.

    What it was about is not kept for more than 30 days after it was done.

    :raises Job.DoesNotExist: if there is none.
    """
    job = Job.objects.get(public_id=public_id, kind=JOB)
    if not job.payload:
        return CohortJob(job, job_progress(job), None, None, 0, 0, (), 0)
    course = Course.objects.get(pk=job.payload["course"])
    ids: Sequence[int] = job.payload["enrolments"]
    done = ids[: job.cursor]
    issued = _issued_at(done)
    new = sum(at >= job.created_at for at in issued.values())
    missing = [pk for pk in done if pk not in issued]
    rows = _with_certificate(Enrolment.objects.filter(pk__in=missing[:LISTED])).order_by("learner__display_name", "pk")
    return CohortJob(
        job=job,
        progress=job_progress(job),
        outline=serving.outline_of(course, language),
        organisation=Organisation.objects.get(pk=job.payload["organisation"]),
        issued_count=new,
        there_count=len(issued) - new,
        missing=tuple(CohortPerson(row, "", _why_not(row)) for row in rows) if missing else (),
        missing_count=len(missing),
    )


def _with_certificate(enrolments: QuerySet[Enrolment]) -> QuerySet[Any]:
    # Of either kind: achievement says all that participation does, so who has it is due nothing here.
    issued = Certificate.objects.filter(enrolment=OuterRef("pk"), kind__in=KINDS_ISSUED, learning_path=None)
    return enrolments.select_related("learner", "completion", "holder_name").annotate(has_certificate=Exists(issued))


def _issued_at(enrolments: Sequence[int]) -> dict[int, datetime]:
    """Return when the first certificate of each enrolment was issued, of those that have one."""
    certificates = Certificate.objects.filter(enrolment__in=enrolments, kind__in=KINDS_ISSUED, learning_path=None)
    firsts = certificates.order_by().values("enrolment_id").annotate(first=Min("issued_at"))
    return dict(firsts.values_list("enrolment_id", "first"))


def _incomplete_words(row: Enrolment) -> str | None:
    """Return in words why a course is not complete; None where it is."""
    if _completion_of(row) is not None:
        return None
    if row.cached_state == Enrolment.State.ENROLLED:
        return _("Not started.")
    if row.cached_percentage >= 100:
        return _("Every step is done; the course ends when they press “Finish the course”.")
    return _("On the way: %(percentage)s %% of the steps done.") % {"percentage": row.cached_percentage}


def _why_not(row: Enrolment) -> str:
    """Return in words why no certificate was issued."""
    incomplete = _incomplete_words(row)
    if incomplete is not None:
        return incomplete
    if _name_of(row) is None:
        return _("Nobody said which name stands on it.")
    return _("The course gave no certificate of participation when it was completed, and gives none now.")


def _completion_of(row: Enrolment) -> CourseCompletion | None:
    try:
        return row.completion
    except CourseCompletion.DoesNotExist:
        return None


def _name_of(row: Enrolment) -> str | None:
    try:
        return row.holder_name.name
    except HolderName.DoesNotExist:
        return None
