"""The facts of an evidence pack: read through the sight of who asks, from rows that never change.

    question = question_of(sight, period, project=project, zone=zone)
    report = read_report(question, language="en")

What counts is decided as of the period's end: an enrolment, a step, a completion or a certificate of an enterprise in
sight, at a moment when the person was of it and, by the end of the period, had been told who sees what. Leaving, moving
or being erased later changes nothing of that. What a person did alone and shows to a manager is not in it: they may
stop showing it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count as CountOf
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.timezone import make_aware

from accounts.models import ClusterMembership, Membership, Organisation, Project, ProjectParticipant
from certificates.models import Certificate, CertificateEvent
from certificates.rules.status import EventKind
from cockpit.queries.scope import Sight
from cockpit.rules.evidence import (
    Count,
    Enterprise,
    Facts,
    Joined,
    Period,
    Profile,
    code_of,
    enterprise_at,
    fold,
)
from courses.models import Course, CourseEdition
from progress.models import CourseCompletion

Row = TypeVar("Row", bound=models.Model)
ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Question:
    """What a report is about, and by whose sight. `organisations`: those that count, each with the end of its time."""

    sight: Sight
    period: Period
    project: Project | None
    zone: tzinfo
    organisations: Mapping[int, datetime | None]

    @property
    def begins(self) -> datetime:
        return self.period.begins(self.zone)

    @property
    def ends(self) -> datetime:
        return self.period.ends(self.zone)

    @property
    def subject(self) -> str:
        """Name of what it is about."""
        return self.project.name if self.project else self.sight.name

    @property
    def about(self) -> tuple[str, ...]:
        """What the codes of people are bound to: subject, place and days."""
        place = self.sight.chosen or (self.sight.places[0] if len(self.sight.places) == 1 else None)
        days = (self.period.first_day.isoformat(), self.period.last_day.isoformat())
        return (str(self.project.public_id) if self.project else "", str(place.public_id) if place else "", *days)


@dataclass(frozen=True, slots=True)
class CourseTitle:
    """A course as its last edition of the period called it. `language` is that of the title."""

    key: str
    title: str
    language: str


@dataclass(frozen=True)
class Report:
    """The facts of a question, with the words that name their parts."""

    question: Question
    facts: Facts
    enterprises: Mapping[int, Enterprise]
    courses: Mapping[int, CourseTitle]


@dataclass(frozen=True, slots=True)
class Line:
    """An enrolment in a list. `name` is "" in a list without names, where it was erased (`is_erased`), or not agreed to."""

    number: int
    person: int
    code: str
    enterprise: str
    course: str
    enrolled_on: date
    minutes: int
    completed_on: date | None
    certified_on: date | None
    name: str = ""
    is_erased: bool = False


def question_of(sight: Sight, period: Period, *, project: Project | None, zone: tzinfo) -> Question:
    """Return a question, with the organisations that count in it. Cost: 1 query where a cluster is in sight, else none.

    Those that the viewer manages count whole. Of a cluster count those that joined it by the period's end, each until
    its time there ended: what an organisation does later changes no report of before.
    """
    ends = period.ends(zone)
    whole = frozenset() if sight.chosen and sight.chosen.is_cluster else sight.own
    others = [pk for pk in sight.organisations if pk not in whole]
    counted: dict[int, datetime | None] = dict.fromkeys(whole)
    if others:
        times = ClusterMembership.objects.filter(organisation__in=others, start_date__lte=period.last_day)
        if sight.clusters:
            times = times.filter(cluster__in=sight.clusters)
        found: dict[int, list[datetime | None]] = defaultdict(list)
        for pk, end in times.values_list("organisation", "end_date"):
            found[pk].append(make_aware(datetime.combine(end, time()), zone) if end is not None else None)
        for pk, seen_until in sight.organisations.items():
            if pk in found:
                closed = [until for until in found[pk] if until is not None]
                until = None if len(closed) < len(found[pk]) else max(closed)
                # An end that lies after the period changes nothing of it.
                limits = [limit for limit in (until, seen_until) if limit is not None and limit < ends]
                counted.setdefault(pk, min(limits, default=None))
    return Question(sight, period, project, zone, counted)


def read_report(question: Question, *, language: str) -> Report:
    """Return all figures of a question. Cost: 7 queries, however many rows; time grows with enrolments.

    Enrolments are read in pieces: of each no more than the number of its person is held.
    """
    enterprises = _enterprises(question)
    steps = list(
        _by_month(question, _steps(question), "completed_at")
        .values("organisation", "course", "month", "edition", "item_key")
        .annotate(n=CountOf("pk"))
        .values_list("organisation", "course", "month", "edition", "item_key", "n")
    )
    enrolments = _enrolments(question).order_by()
    courses, minutes = _courses(question, enrolments.values("course"), {row[3] for row in steps}, language)
    begins = question.begins
    facts = fold(
        period=question.period,
        enterprises=enterprises,
        joined=(
            Joined(person, organisation, course, _month_of(moment, question.zone), moment >= begins)
            for person, organisation, course, moment in enrolments.values_list(
                "learner", "organisation", "course", "enrolled_at"
            ).iterator(chunk_size=ROWS_AT_ONCE)
        ),
        minutes=(
            Count(organisation, course, _as_month(month), count * minutes.get((edition, str(item)), 0))
            for organisation, course, month, edition, item, count in steps
        ),
        completions=_counts(question, _completions(question), "completed_at"),
        certificates=_counts(question, _certificates(question), "issued_at"),
    )
    return Report(question, facts, enterprises, courses)


def read_frame(question: Question, *, language: str) -> Report:
    """Return a report without figures: enterprises and titles, as lists name them. Cost: 3 queries."""
    courses = set(_enrolments(question).order_by().values_list("course", flat=True).distinct())
    titles, _minutes = _courses(question, courses, set(), language)
    return Report(question, Facts(), _enterprises(question), titles)


def count_lines(question: Question) -> int:
    """Return how many enrolments a list has. Cost: 1 query."""
    return _enrolments(question).count()


def read_lines(report: Report, *, after: int, with_names: bool, key: bytes, at_most: int = ROWS_AT_ONCE) -> list[Line]:
    """Return the next enrolments of a list, in the order they were made. Cost: 3 queries.

    `after`: number of the last one that was read. Names come from the list that the project keeps; of who is not in it,
    from the account, as long as there is one. Where the list rests on consent, nobody else is named.
    """
    question = report.question
    completion = _completions(question).filter(enrolment=OuterRef("pk")).values("completed_at")[:1]
    certificate = _certificates(question).filter(enrolment=OuterRef("pk")).order_by("issued_at").values("issued_at")[:1]
    rows = _enrolments(question).filter(pk__gt=after).order_by("pk")
    listed = ProjectParticipant.objects.filter(project=question.project, enrolment_key=OuterRef("public_id"))
    rows = rows.annotate(
        done_at=Subquery(completion),
        certified_at=Subquery(certificate),
        listed_name=Subquery(listed.values("name")[:1]),
    )
    found = list(
        rows.values_list(
            "pk", "learner", "organisation", "course", "enrolled_at", "done_at", "certified_at", "listed_name",
            "learner__display_name", "learner__username", "learner__erased_at",
        )[:at_most]
    )  # fmt: skip
    if not found:
        return []
    minutes = _minutes_of(report, [row[0] for row in found])
    zone = question.zone
    asks_each = question.project is not None and question.project.names_basis == Project.NamesBasis.CONSENT

    def line(row: Sequence[Any]) -> Line:
        pk, person, organisation, course, enrolled, done, certified, listed_name, shown, username, erased_at = row
        name = listed_name or ("" if erased_at or asks_each else shown or username)
        return Line(
            number=pk,
            person=person,
            code=code_of(person, key=key, about=question.about),
            enterprise=report.enterprises[organisation].name,
            course=report.courses[course].title,
            enrolled_on=_day(enrolled, zone),
            minutes=minutes.get(pk, 0),
            completed_on=_day(done, zone) if done else None,
            certified_on=_day(certified, zone) if certified else None,
            name=name if with_names else "",
            is_erased=not name and erased_at is not None,
        )

    return [line(row) for row in found]


def read_people(question: Question, *, key: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield code, name and enterprise of each participant, by their first enrolment: for the sheet filled in outside.

    Who is in two enterprises has one code, with the first of them. Cost: 2 queries.
    """
    enterprises = _enterprises(question)
    rows = (
        _enrolments(question)
        .order_by("pk")
        .values_list("learner", "organisation", "learner__display_name", "learner__username", "learner__erased_at")
    )
    seen: set[int] = set()
    for person, organisation, shown, username, erased_at in rows.iterator(chunk_size=ROWS_AT_ONCE):
        if person not in seen:
            seen.add(person)
            name = "" if erased_at else shown or username
            yield code_of(person, key=key, about=question.about), name, enterprises[organisation].name


def people_of(question: Question) -> set[int]:
    """Return the numbers of all participants. Cost: 1 query."""
    return set(_enrolments(question).order_by().values_list("learner", flat=True).distinct())


def _enrolments(question: Question) -> QuerySet[Any]:
    """Return what counts as taking part: enrolments made by the period's end."""
    rows = question.sight.enrolments().filter(_counted(question, "enrolled_at"), enrolled_at__lt=question.ends)
    return rows.filter(project=question.project) if question.project else rows


def _steps(question: Question) -> QuerySet[Any]:
    return _within(question, question.sight.steps(), "completed_at")


def _completions(question: Question) -> QuerySet[CourseCompletion]:
    return _within(question, question.sight.completions(), "completed_at")


def _certificates(question: Question) -> QuerySet[Certificate]:
    """Return certificates issued in the period that stood at its end; one that replaces another is not one more."""
    decisions = CertificateEvent.objects.filter(
        certificate=OuterRef("pk"),
        kind__in=[EventKind.REVOKED.value, EventKind.RESTORED.value],
        happened_at__lt=question.ends,
    ).order_by("-happened_at", "-pk")
    rows = _within(question, question.sight.certificates(), "issued_at").filter(supersedes=None)
    return rows.alias(last_decision=Subquery(decisions.values("kind")[:1])).filter(
        Q(last_decision=None) | Q(last_decision=EventKind.RESTORED.value)
    )


def _within(question: Question, rows: "QuerySet[Row]", moment: str) -> "QuerySet[Row]":
    """Narrow rows of enrolments to those that count in the period; the enrolment itself must count too."""
    rows = rows.filter(
        _counted(question, moment, path="enrolment__"),
        _counted(question, "enrolment__enrolled_at", path="enrolment__"),
        **{f"{moment}__gte": question.begins, f"{moment}__lt": question.ends},
    )
    return rows.filter(enrolment__project=question.project) if question.project else rows


def _counted(question: Question, moment: str, *, path: str = "") -> Q:
    """Return what picks rows whose moment counts: see the top of this file. No query of its own."""
    spells = Membership.objects.filter(
        Q(sees_from=None) | Q(sees_from__lte=OuterRef(moment)),
        Q(ended_at=None) | Q(ended_at__gt=OuterRef(moment)),
        user=OuterRef(f"{path}learner"),
        organisation=OuterRef(f"{path}organisation"),
        told_at__lt=question.ends,
    )
    open_ones = [pk for pk, until in question.organisations.items() if until is None]
    places = Q(**{f"{path}organisation__in": open_ones})
    for organisation, until in question.organisations.items():
        if until is not None:
            places |= Q(**{f"{path}organisation": organisation, f"{moment}__lt": until})
    return places & Q(Exists(spells))


def _by_month(question: Question, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    return rows.order_by().annotate(
        organisation=F("enrolment__organisation"),
        course=F("enrolment__course"),
        month=TruncMonth(moment, tzinfo=question.zone),
    )


def _counts(question: Question, rows: QuerySet[Any], moment: str) -> Iterator[Count]:
    grouped = _by_month(question, rows, moment).values("organisation", "course", "month").annotate(n=CountOf("pk"))
    for organisation, course, month, count in grouped.values_list("organisation", "course", "month", "n"):
        yield Count(organisation, course, _as_month(month), count)


def _enterprises(question: Question) -> dict[int, Enterprise]:
    """Return the organisations of a question as they were at the period's end. Cost: 1 query."""
    now: dict[int, tuple[str, str, str]] = {}
    profiles: dict[int, list[Profile]] = defaultdict(list)
    rows = Organisation.objects.filter(pk__in=question.organisations).order_by("pk")
    for pk, name, country, size, since, *then in rows.values_list(
        "pk", "name", "country", "size_band",
        "profiles__valid_from", "profiles__name", "profiles__country", "profiles__size_band",
    ):  # fmt: skip
        now[pk] = (name, country, size)
        if since is not None:
            profiles[pk].append(Profile(since, *then))
    return {pk: enterprise_at(pk, words, profiles[pk], question.ends) for pk, words in now.items()}


def _courses(
    question: Question, courses: set[int] | QuerySet[Any], editions: set[int], language: str
) -> tuple[dict[int, CourseTitle], dict[tuple[int, str], int]]:
    """Return the titles of courses and of those of editions, and the minutes of each step by edition. Cost: 1 query.

    A course is called as its last edition made in the period called it, or before it: a later title changes no report.
    """
    of_then = CourseEdition.objects.filter(course=OuterRef("pk"), made_at__lt=question.ends).order_by("-number")
    first = CourseEdition.objects.filter(course=OuterRef("pk")).order_by("number")
    last = Course.objects.filter(pk__in=courses).annotate(
        named_by=Coalesce(Subquery(of_then.values("pk")[:1]), Subquery(first.values("pk")[:1]))
    )
    rows = (
        CourseEdition.objects.filter(Q(pk__in=editions) | Q(pk__in=last.values("named_by")))
        .order_by("course", "made_at", "number")
        .values_list(
            "pk", "course", "course__key", "made_at", "manifest__source_language", "manifest__course__texts",
            "manifest__items", "manifest__tombstones",
        )
    )  # fmt: skip
    titles: dict[int, CourseTitle] = {}
    minutes: dict[tuple[int, str], int] = {}
    for pk, course, key, made_at, source, texts, items, tombstones in rows.iterator(chunk_size=20):
        if course not in titles or made_at < question.ends:
            chosen = language if language in texts else source
            titles[course] = CourseTitle(str(key), texts[chosen]["title"], chosen)
        if pk in editions:
            for entry in (*tombstones, *items):
                minutes[pk, entry["key"]] = entry["minutes"]
    return titles, minutes


def _minutes_of(report: Report, enrolments: Sequence[int]) -> dict[int, int]:
    rows = (
        _steps(report.question)
        .filter(enrolment__in=enrolments)
        .order_by()
        .values_list("enrolment", "edition", "item_key")
    )
    steps = list(rows)
    _titles, minutes = _courses(report.question, set(), {edition for _pk, edition, _item in steps}, "")
    found: dict[int, int] = defaultdict(int)
    for pk, edition, item in steps:
        found[pk] += minutes.get((edition, str(item)), 0)
    return found


def _month_of(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)


def _as_month(month: datetime | date) -> date:
    return month.date() if isinstance(month, datetime) else month


def _day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
