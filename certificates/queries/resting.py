"""What certificates of learning paths rest on: those of their courses, and what became of these since (decision 0021)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from certificates.models import Certificate
from certificates.queries.paths import only_standing
from certificates.queries.showing import status_of
from certificates.rules.payload import text_for
from certificates.rules.status import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate of a course and what it is worth now."""

    number: str
    public_id: str
    status: Status
    last_day: date | None


@dataclass(frozen=True, slots=True)
class CourseOfPath:
    """A course as the certificate of a path names it. `now` is what took the place of its certificate, `named` else.

    Both are None where it names no certificate, or one that is not here.
    """

    title: str
    number: str
    named: Standing | None
    now: Standing | None

    @property
    def is_replaced(self) -> bool:
        """Whether another certificate took the place of the one that is named."""
        return self.named != self.now

    @property
    def is_off(self) -> bool:
        """Whether nothing vouches for the course any more. One that expired does: it was valid at the issue."""
        return self.now is not None and (self.now.status.is_withdrawn or self.now.status.is_unconfirmed)


@dataclass(frozen=True, slots=True)
class Resting:
    """A certificate of a learning path that names the one of a course."""

    number: str
    public_id: str
    name: str


def courses_of_path(certificate: Certificate, *, language: str, today: date) -> tuple[CourseOfPath, ...]:
    """Return the courses that a certificate of a path names, with the state of each. Cost: 2 queries, none for a course."""
    path = certificate.payload.get("path")
    if not path:
        return ()
    titles = {entry["key"]: entry["title"] for entry in text_for(certificate.payload, language)["courses"]}
    numbers = [entry["number"] for entry in path["courses"] if entry["number"]]
    # Those of the same enrolments too: among them is what took the place of one that is named.
    enrolments = Certificate.objects.filter(number__in=numbers, learning_path=None).values("enrolment")
    rows = Certificate.objects.filter(enrolment__in=enrolments, learning_path=None).prefetch_related("events")
    found = list(rows) if numbers else []
    by_number = {row.number: row for row in found}
    after = {row.supersedes_id: row for row in found if row.supersedes_id}
    courses = []
    for entry in path["courses"]:
        named = now = by_number.get(entry["number"])
        while now is not None and now.pk in after:
            now = after[now.pk]
        courses.append(
            CourseOfPath(
                title=titles[entry["key"]],
                number=entry["number"],
                named=_standing(named, today),
                now=_standing(now, today),
            )
        )
    return tuple(courses)


def paths_resting_on(certificate: Certificate) -> list[Resting]:
    """Return the certificates of paths that stand and name this one of a course, or one that it replaced or that replaced it.

    Cost: 2 queries, none for a certificate of a path.
    """
    if certificate.learning_path_id is not None:
        return []
    of_course = Certificate.objects.filter(
        enrolment=certificate.enrolment_id, learning_path=None, kind=certificate.kind
    )
    numbers = set(of_course.values_list("number", flat=True))
    of_paths = Certificate.objects.filter(
        learner=certificate.enrolment.learner_id, learning_path__isnull=False
    ).order_by("issued_at", "pk")
    rows = only_standing(of_paths).values_list("number", "public_id", "payload__holder__name", "payload__path__courses")
    return [
        Resting(number, public_id, name) for number, public_id, name, courses in rows if numbers & _numbers(courses)
    ]


def _numbers(courses: Iterable[dict[str, str]]) -> set[str]:
    return {course["number"] for course in courses}


def _standing(certificate: Certificate | None, today: date) -> Standing | None:
    if certificate is None:
        return None
    status = status_of(certificate, today=today)
    last_day = certificate.valid_until or (timezone.localdate(status.since) if status.since else None)
    return Standing(certificate.number, certificate.public_id, status, last_day)
