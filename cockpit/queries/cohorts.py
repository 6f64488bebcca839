"""Cohorts as managers run them: who is in one, how far against its plan, who could come in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from accounts.models import Membership, Organisation, Project, User
from cockpit.queries.scope import Sight
from courses.models import Course, LearningPath
from courses.queries import serving
from courses.queries.paths import show_paths
from courses.rules.outline import Outline, OutlineItem
from foundation.rules.folding import words_of
from progress.models import (
    Attendance,
    Cohort,
    CohortMember,
    CohortMessage,
    FacilitatorNote,
    LiveSession,
    PlannedStep,
)
from progress.queries.cohorts import plan_in, running
from progress.rules.planning import Standing, weeks_between

Place = tuple[int, str]
"""A step: the row number of its course, and its key."""


@dataclass(frozen=True, slots=True)
class CohortCourses:
    """The courses of a cohort in order, with their outlines by row number of the course."""

    courses: Sequence[Course]
    outlines: Mapping[int, Outline]
    title: str
    language: str

    def step(self, course: int | None, key: object) -> OutlineItem | None:
        """Return a step that a course has now; None for one that was taken out."""
        outline = self.outlines.get(course or 0)
        item = outline.by_key.get(str(key)) if outline else None
        return None if item is None or item.removed else item

    def done_by_attendance(self) -> list[tuple[Course, OutlineItem]]:
        """Return the steps that a live session can do."""
        return [
            (course, item)
            for course in self.courses
            for item in self.outlines[course.pk].items
            if item.done_by_attendance
        ]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody in a cohort. `is_seen`: an enrolment of theirs in its courses is in sight. `standing`: against the plan."""

    person: User
    is_seen: bool
    standing: Standing
    steps_done: int
    complete_count: int


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A step of the courses with its day; None where it is not planned."""

    course: Course
    item: OutlineItem
    due_date: date | None

    @property
    def name(self) -> str:
        return f"day-{self.course.pk}-{self.item.key}"


@dataclass(frozen=True, slots=True)
class WeekOfPlan:
    first: date
    last: date
    items: tuple[OutlineItem, ...]


def cohort_choices(sight: Sight) -> list[tuple[UUID, str]]:
    """Return the cohorts of the viewer's organisations for a filter, the latest first. Cost: 1 query."""
    return list(sight.cohorts().values_list("public_id", "name"))


def members(sight: Sight, cohort: Cohort) -> QuerySet[CohortMember]:
    """Return who is in a cohort now: not left, and their membership runs. No query of its own."""
    return sight.rows(CohortMember, path="cohort__organisation").filter(running(sight.at), cohort=cohort)


def cohort_rows(sight: Sight) -> QuerySet[Cohort]:
    """Return cohorts with how many are in each (`member_count`). No query of its own."""
    counted = (
        CohortMember.objects.filter(running(sight.at), cohort=OuterRef("pk"))
        .order_by()
        .values("cohort")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        sight.cohorts()
        .select_related("organisation", "course", "path__current_edition")
        .annotate(member_count=Coalesce(Subquery(counted), 0))
    )


def titles_of(cohorts: Sequence[Cohort], *, language: str) -> dict[int, tuple[str, str]]:
    """Return title and language of the course or path of each cohort. Cost: at most 3 queries for any number."""
    courses = {row.course_id: row.course for row in cohorts if row.course is not None}
    outlines = serving.outlines_of(courses.values(), language)
    paths = {row.path_id: row.path for row in cohorts if row.path is not None}
    shown = {entry.path.pk: entry.text for entry in show_paths(paths.values(), language)} if paths else {}
    titles = {}
    for row in cohorts:
        text = outlines.get(row.course_id or 0) or shown.get(row.path_id or 0)
        titles[row.pk] = (text.title, text.language) if text is not None else ("", language)
    return titles


def find_cohort(sight: Sight, public_id: UUID) -> Cohort | None:
    """Return a cohort in sight with what its pages say of it; None for a foreign one as for an absent one. 1 query."""
    return (
        sight.cohorts()
        .select_related("organisation", "course", "path__current_edition", "project")
        .filter(public_id=public_id)
        .first()
    )


def courses_of_cohort(cohort: Cohort, *, language: str) -> CohortCourses:
    """Return the courses of a cohort that `find_cohort` gave. Cost: none or 1 query; 1 for outlines not held."""
    if cohort.course is not None:
        outline = serving.outline_of(cohort.course, language)
        return CohortCourses([cohort.course], {cohort.course.pk: outline}, outline.title, outline.language)
    path = cohort.path
    edition = path.current_edition if path else None
    keys = list(edition.body["courses"]) if edition else []
    found = {str(course.key): course for course in Course.objects.filter(key__in=keys, current_edition__isnull=False)}
    courses = [found[key] for key in keys if key in found]
    texts = edition.body["texts"] if edition else {}
    source = edition.body["source_language"] if edition else language
    code = language if language in texts else source
    title = texts[code]["title"] if code in texts else ""
    return CohortCourses(courses, serving.outlines_of(courses, language), title, code)


def plan_rows(sight: Sight, cohort: Cohort) -> list[PlannedStep]:
    """Return what is planned of a cohort, the earliest day first. Cost: 1 query."""
    return list(sight.rows(PlannedStep, path="cohort__organisation").filter(cohort=cohort).order_by("due_date", "pk"))


def weeks_of(cohort: Cohort, plan: Sequence[PlannedStep], courses: CohortCourses) -> list[WeekOfPlan]:
    """Return the plan by week, weeks without a step left out; steps that a course no longer has leave quietly."""
    pairs = plan_in(plan, courses.outlines)
    weeks = (
        WeekOfPlan(first, last, tuple(item for row, item in pairs if first <= row.due_date <= last))
        for first, last in weeks_between(cohort.start_date, cohort.end_date)
    )
    return [week for week in weeks if week.items]


def plan_lines(plan: Sequence[PlannedStep], courses: CohortCourses) -> list[PlanLine]:
    """Return every step of the courses in order, planned or not: what came later stands there as not planned."""
    days = {(row.course_id, str(row.item_key)): row.due_date for row in plan}
    return [
        PlanLine(course, item, days.get((course.pk, item.key)))
        for course in courses.courses
        for item in courses.outlines[course.pk].items
    ]


def member_rows(
    sight: Sight, page: Sequence[CohortMember], courses: CohortCourses, plan: Sequence[PlannedStep]
) -> list[MemberRow]:
    """Return how far people of a page of members are. `page` with its people joined. Cost: 2 queries for any number."""
    numbers = [course.pk for course in courses.courses]
    days = {
        (row.course_id, str(row.item_key)): row.due_date
        for row in plan
        if courses.step(row.course_id, row.item_key) is not None
    }
    on = localdate(sight.at)
    seen = list(
        sight.enrolments()
        .active()  # type: ignore[attr-defined]
        .latest_cycles()
        .filter(learner__in=[row.person_id for row in page], course__in=numbers)
        .values_list("pk", "learner_id", "seen_completion", "seen_steps")
    )
    of_person: dict[int, list[tuple[int, object, int]]] = defaultdict(list)
    for pk, learner, completion, steps in seen:
        of_person[learner].append((pk, completion, steps))
    due = [key for (_course, key), day in days.items() if day <= on]
    counts = {
        enrolment: (due_count, planned_count)
        for enrolment, due_count, planned_count in sight.steps()
        .filter(enrolment__in=[row[0] for row in seen], item_key__in=[key for _course, key in days])
        .order_by()
        .values("enrolment")
        .annotate(due=Count("pk", filter=Q(item_key__in=due)), planned=Count("pk"))
        .values_list("enrolment", "due", "planned")
    }
    rows = []
    for member in page:
        mine = of_person.get(member.person_id, [])
        done = sum(counts.get(pk, (0, 0))[0] for pk, _completion, _steps in mine)
        planned_done = sum(counts.get(pk, (0, 0))[1] for pk, _completion, _steps in mine)
        rows.append(
            MemberRow(
                person=member.person,
                is_seen=bool(mine),
                standing=Standing(planned=len(due), done=done, ahead=planned_done - done),
                steps_done=sum(steps for _pk, _completion, steps in mine),
                complete_count=sum(completion is not None for _pk, completion, _steps in mine),
            )
        )
    return rows


def addable(sight: Sight, cohort: Cohort, name: str) -> QuerySet[User]:
    """Return members of the cohort's organisation who are not in it, by name, narrowed to a part of one. No query."""
    belongs = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=sight.at),
        user=OuterRef("pk"),
        organisation=cohort.organisation_id,
        told_at__isnull=False,
        start_date__lte=localdate(sight.at),
    )
    there = CohortMember.objects.filter(cohort=cohort, person=OuterRef("pk"), left_at=None)
    people = sight.people().filter(Exists(belongs), ~Exists(there), is_active=True)
    for word in words_of(name)[:5]:
        people = people.filter(Q(display_name__icontains=word) | Q(username__icontains=word))
    return people.order_by("display_name", "username", "pk")


def sessions_of(sight: Sight, cohort: Cohort) -> QuerySet[LiveSession]:
    return sight.rows(LiveSession, path="cohort__organisation").filter(cohort=cohort)


def there_at(sight: Sight, session: LiveSession) -> set[int]:
    """Return who was at a session, by row number. Cost: 1 query."""
    rows = sight.rows(Attendance, path="session__cohort__organisation").filter(session=session, was_there=True)
    return set(rows.values_list("person_id", flat=True))


def messages_to(sight: Sight, cohort: Cohort) -> QuerySet[CohortMessage]:
    return sight.rows(CohortMessage, path="cohort__organisation").filter(cohort=cohort).select_related("sent_by")


def notes_about(sight: Sight, cohort: Cohort) -> QuerySet[FacilitatorNote]:
    return sight.rows(FacilitatorNote, path="cohort__organisation").filter(cohort=cohort).select_related("written_by")


def takeable(language: str) -> tuple[list[tuple[Course, Outline]], list[tuple[LearningPath, str]]]:
    """Return courses that take people in and paths that are published, each by title. Cost: 4 queries."""
    courses = list(Course.objects.filter(current_edition__isnull=False, archived_at=None))
    outlines = serving.outlines_of(courses, language)
    offered = [(course, outlines[course.pk]) for course in courses if serving.is_offered(course, outlines[course.pk])]
    paths = LearningPath.objects.filter(current_edition__isnull=False, archived_at=None).select_related(
        "current_edition"
    )
    shown = [(entry.path, entry.text.title) for entry in show_paths(paths, language)]
    return sorted(offered, key=lambda pair: pair[1].title), sorted(shown, key=lambda pair: pair[1])


def own_places(sight: Sight) -> tuple[list[Organisation], list[Project]]:
    """Return the organisations a cohort can be made for, and their projects. Cost: 2 queries."""
    organisations = list(sight.own_organisations())
    projects = Project.objects.filter(organisations__in=organisations).distinct()
    return organisations, list(projects)
