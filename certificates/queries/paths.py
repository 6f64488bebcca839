"""Certificates of learning paths: which somebody has, and what they are earned by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from certificates.models import Certificate, CertificateQuerySet, HolderName
from certificates.rules.due import ACHIEVEMENT
from certificates.rules.paths import CourseDone, Span
from courses.models import CourseEdition, LearningPath, LearningPathEdition
from courses.queries.paths import ShownPath
from courses.rules.paths import kinds_offered, path_at
from progress.models import CourseCompletion, Enrolment


@dataclass(frozen=True, slots=True)
class EditionOfPath:
    """An edition of a path with the time it was offered for. `renewable`: kinds of the current edition that are."""

    row: LearningPathEdition
    span: Span
    renewable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """A course that somebody did. `edition` is the row of the edition it was done in, `number` of its certificate."""

    done: CourseDone
    edition: int
    completed_at: datetime
    number: str


def editions_offering(path: LearningPath | None = None) -> dict[int, list[EditionOfPath]]:
    """Return the editions of paths that offer or offered a certificate, by row number of the path. Cost: 1 query.

    The latest edition of each path first.
    """
    rows = LearningPathEdition.objects.select_related("path").order_by("path_id", "-number")
    by_path: dict[int, list[LearningPathEdition]] = defaultdict(list)
    for row in rows.filter(path=path) if path else rows:
        by_path[row.path_id].append(row)
    found = {}
    for pk, editions in by_path.items():
        if any(row.body["certificates"] for row in editions):
            ends = [editions[0].path.archived_at, *(row.made_at for row in editions)]
            found[pk] = [_edition(row, end, editions[0]) for row, end in zip(editions, ends, strict=False)]
    return found


def completed_by(learner_ids: Collection[int], courses: Collection[str]) -> dict[int, list[Record]]:
    """Return the complete ones of these courses, by learner, with the number of a certificate that stands. Cost: 1 query."""
    number = only_standing(Certificate.objects.filter(enrolment=OuterRef("enrolment"), learning_path=None))
    rows = (
        CourseCompletion.objects.filter(enrolment__learner__in=learner_ids, enrolment__course__key__in=courses)
        .annotate(number=Subquery(number.order_by("-issued_at", "-pk").values("number")[:1]))
        .values_list(
            "enrolment__learner_id",
            "enrolment__course__key",
            "enrolment_id",
            "enrolment__cycle",
            "completed_at",
            "edition_id",
            "number",
        )
    )
    found: dict[int, list[Record]] = defaultdict(list)
    for learner, course, enrolment, cycle, completed_at, edition, number_of in rows:
        done = CourseDone(str(course), enrolment, cycle, completed_at)
        found[learner].append(Record(done, edition, completed_at, number_of or ""))
    return dict(found)


def achieved_by(learner_ids: Collection[int], courses: Collection[str], *, on: date) -> dict[int, list[Record]]:
    """Return the courses whose certificate of achievement each learner holds on a day. Cost: 1 query, 2 where there is any.

    Not those withdrawn, replaced or expired: what takes their place counts.
    """
    certificates = (
        only_standing(Certificate.objects.filter(learning_path=None, kind=ACHIEVEMENT))
        .filter(enrolment__learner__in=learner_ids, enrolment__course__key__in=courses)
        .filter(_valid_on(on))
    )
    rows = list(
        certificates.values_list(
            "enrolment__learner_id",
            "enrolment__course_id",
            "enrolment__course__key",
            "enrolment_id",
            "enrolment__cycle",
            "issued_at",
            "enrolment__completion__completed_at",
            "payload__course__edition",
            "number",
        )
    )
    editions = _editions({(row[1], row[7]) for row in rows})
    found: dict[int, list[Record]] = defaultdict(list)
    for learner, course_id, course, enrolment, cycle, issued_at, completed_at, edition, number in rows:
        done = CourseDone(str(course), enrolment, cycle, issued_at)
        found[learner].append(Record(done, editions[course_id, edition], completed_at, number))
    return dict(found)


def paths_issued(learner_ids: Collection[int], paths: Collection[int]) -> dict[tuple[int, int], set[tuple[str, int]]]:
    """Return the kinds and cycles that were issued, by learner and path, withdrawn ones too. Cost: 1 query."""
    issued: dict[tuple[int, int], set[tuple[str, int]]] = defaultdict(set)
    rows = Certificate.objects.filter(learning_path__in=paths, learner__in=learner_ids)
    for learner, path, kind, cycle in rows.values_list("learner_id", "learning_path_id", "kind", "cycle"):
        issued[learner or 0, path or 0].add((kind, cycle))
    return dict(issued)


def names_of(enrolments: Collection[int]) -> dict[int, HolderName]:
    """Return the names that were confirmed, by enrolment. Cost: 1 query."""
    return {name.enrolment_id: name for name in HolderName.objects.filter(enrolment__in=enrolments)}


def finishers_after(courses: Collection[str], learner: int, *, limit: int) -> list[int]:
    """Return the first people with a row number after this one who completed all of these courses. Cost: 1 query."""
    return list(_finishers(courses).filter(enrolment__learner__gt=learner).order_by("enrolment__learner")[:limit])


def finisher_count(courses: Collection[str]) -> int:
    """Return how many people completed all of these courses. Cost: 1 query."""
    return _finishers(courses).count()


def path_certificates_of(learner: User, path: LearningPath) -> tuple[list[Certificate], bool]:
    """Return somebody's certificates of a path that stand, the latest first, and whether there ever was one. Cost: 1 query.

    Those that were replaced or are withdrawn do not stand.
    """
    certificates = Certificate.objects.filter(learning_path=path, learner=learner)
    standing = only_standing(certificates).order_by("-issued_at", "-pk")
    found = list(certificates.annotate(stands=Q(pk__in=standing.values("pk"))).order_by("-issued_at", "-pk"))
    return [certificate for certificate in found if getattr(certificate, "stands", False)], bool(found)


def achieved_courses(learner: User, shown: ShownPath, *, on: date) -> int:
    """Return of how many courses of a path somebody holds a certificate of achievement that stands on a day. Cost: 1 query."""
    certificates = only_standing(Certificate.objects.filter(learning_path=None, kind=ACHIEVEMENT))
    courses = [course.pk for course, _outline in shown.courses]
    held = certificates.filter(enrolment__learner=learner, enrolment__course__in=courses).filter(_valid_on(on))
    return held.order_by().values("enrolment__course").distinct().count()


def path_name_wanted(learner: User, shown: ShownPath) -> Enrolment | None:
    """Return the enrolment at which somebody has to confirm their name before a certificate of a path can be issued.

    None where a name was confirmed in any of its courses: one is enough. Cost: 2 queries.
    """
    of_path = Enrolment.objects.filter(
        learner=learner, course__in=[course.pk for course, _outline in shown.courses], completion__isnull=False
    )
    if HolderName.objects.filter(enrolment__in=of_path).exists():
        return None
    offering = [course.pk for course, outline in shown.courses if outline.certificates]
    return of_path.filter(course__in=offering).order_by("-completion__completed_at", "-pk").first()


def _valid_on(day: date) -> Q:
    return Q(valid_until=None) | Q(valid_until__gte=day)


def _finishers(courses: Collection[str]) -> "QuerySet[CourseCompletion, int]":
    people = (
        CourseCompletion.objects.filter(enrolment__course__key__in=courses)
        .order_by()
        .values("enrolment__learner")
        .annotate(count=Count("enrolment__course", distinct=True))
        .filter(count=len(set(courses)))
    )
    return people.values_list("enrolment__learner", flat=True)


def _edition(row: LearningPathEdition, end: datetime | None, current: LearningPathEdition) -> EditionOfPath:
    offers = path_at(current.body, language=current.body["source_language"], edition=current.number).certificates
    return EditionOfPath(
        row=row,
        span=Span(row.number, tuple(row.body["courses"]), kinds_offered(row.body), end),
        renewable=frozenset(offer.kind for offer in offers if offer.recertification_months),
    )


def only_standing(certificates: CertificateQuerySet) -> CertificateQuerySet:
    """Leave out certificates that were replaced or are withdrawn."""
    return certificates.filter(superseded_by=None).not_withdrawn()


def _editions(wanted: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
    """Return the rows of editions by course and number. Cost: 1 query, none where none is wanted."""
    places = Q()
    for course, number in wanted:
        places |= Q(course=course, number=number)
    if not places:
        return {}
    rows = CourseEdition.objects.filter(places).values_list("course_id", "number", "pk")
    return {(course, number): pk for course, number, pk in rows}
