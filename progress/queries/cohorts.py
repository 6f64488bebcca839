"""Cohorts as the people in them see them: this week's steps, the next session, what was written to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate

from accounts.models import Membership, ProjectParticipant, User
from courses.models import Course, LearningPath
from courses.queries import serving
from courses.queries.paths import show_paths
from courses.rules.addresses import item_address
from courses.rules.outline import Outline, OutlineItem
from progress.models import Cohort, CohortMember, CohortMessage, Enrolment, LiveSession, PlannedStep
from progress.queries.enrolments import CourseProgress
from progress.rules.planning import this_week, weeks_between


@dataclass(frozen=True, slots=True)
class GroupStep:
    """A planned step as a page lists it."""

    item: OutlineItem
    url: str
    due_date: date
    is_done: bool


@dataclass(frozen=True, slots=True)
class GroupWeek:
    """A week of a plan. `is_now`: the one that today is in."""

    first: date
    last: date
    steps: tuple[GroupStep, ...]
    is_now: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A cohort on a page of somebody who is in it: what is planned for this week, and the next session."""

    cohort: Cohort
    steps: tuple[GroupStep, ...]
    next_session: LiveSession | None


@dataclass(frozen=True, slots=True)
class GroupPage:
    """All that somebody in a cohort finds on its page. `title` of its course or path."""

    member: CohortMember
    title: str
    title_language: str
    weeks: tuple[GroupWeek, ...]
    sessions: Sequence[LiveSession]
    messages: Sequence[CohortMessage]
    lists: Sequence[tuple[Enrolment, bool]]

    @property
    def cohort(self) -> Cohort:
        return self.member.cohort


def running(at: datetime | Now) -> Q:
    """Return what picks places in cohorts that are held: not left, and the membership runs. A subquery of the caller's.

    `at`: a moment, or the database's own where a message is made and no other is at hand.
    """
    memberships = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        user=OuterRef("person"),
        organisation=OuterRef("cohort__organisation"),
        told_at__isnull=False,
    )
    return Q(left_at=None) & Q(Exists(memberships))


def own_place(person: User, public_id: UUID, *, at: datetime) -> CohortMember:
    """Return somebody's place in a cohort. Cost: 1 query.

    :raises CohortMember.DoesNotExist: if there is none, or it is held no more: the two look the same.
    """
    return _places(person, at).get(cohort__public_id=public_id)


def groups_of(person: User, progresses: Sequence[CourseProgress], *, language: str, at: datetime) -> list[Group]:
    """Return the cohorts somebody is in, the latest first, as far as their courses are among `progresses`.

    Cost: 3 queries; none where the enrolments say that the learner is in no cohort.
    """
    if not any(getattr(own.enrolment, "has_group", False) for own in progresses):
        return []
    cohorts = [place.cohort for place in _places(person, at)]
    if not cohorts:
        return []
    on = localdate(at)
    own = {own.enrolment.course_id: own for own in reversed(progresses)}
    plans = _plans(cohorts)
    sessions = _next_sessions(cohorts, at)
    groups = []
    for cohort in cohorts:
        keys = this_week(
            [((row.course_id, str(row.item_key)), row.due_date) for row in plans[cohort.pk]],
            start=cohort.start_date,
            end=cohort.end_date,
            on=on,
        )
        steps = _steps(set(keys), plans[cohort.pk], own, language)
        groups.append(Group(cohort, tuple(steps), sessions.get(cohort.pk)))
    return [group for group in groups if _is_about(group, own)]


def sessions_of_step(enrolment: Enrolment, item_key: str, *, at: datetime) -> list[LiveSession]:
    """Return live sessions, to come or begun today, that do a step of an enrolment for its learner. Cost: 1 query."""
    places = CohortMember.objects.filter(running(at), person=enrolment.learner_id, cohort=OuterRef("cohort"))
    return list(
        LiveSession.objects.filter(
            Exists(places),
            course=enrolment.course_id,
            item_key=item_key,
            cancelled_at=None,
            begins_at__gte=at - timedelta(hours=12),
        ).select_related("cohort")
    )


def page_of(member: CohortMember, *, language: str, at: datetime, progresses: Sequence[CourseProgress]) -> GroupPage:
    """Return the page of a cohort for somebody in it; `progresses` are those of its courses. Cost: 6 queries or 8."""
    cohort = member.cohort
    own = {own.enrolment.course_id: own for own in reversed(progresses)}
    plan = _plans([cohort])[cohort.pk]
    title, title_language = title_of(cohort, language)
    return GroupPage(
        member=member,
        title=title,
        title_language=title_language,
        weeks=tuple(_weeks(cohort, plan, own, language, localdate(at))),
        sessions=list(cohort.sessions.filter(begins_at__gte=at - timedelta(days=1))),
        messages=list(cohort.messages.select_related("sent_by")[:50]),
        lists=_lists(cohort, own),
    )


def courses_in(cohorts: Iterable[Cohort]) -> dict[int, list[Course]]:
    """Return the courses of each cohort, in order, those of a path as it is now. Cost: at most 3 queries for any number."""
    cohorts = list(cohorts)
    paths = {
        path.pk: list(path.current_edition.body["courses"]) if path.current_edition else []
        for path in LearningPath.objects.filter(
            pk__in={cohort.path_id for cohort in cohorts if cohort.path_id}
        ).select_related("current_edition")
    }
    keys = {key for found in paths.values() for key in found}
    numbers = {cohort.course_id for cohort in cohorts if cohort.course_id}
    found = list(Course.objects.filter(Q(key__in=keys) | Q(pk__in=numbers), current_edition__isnull=False))
    by_key = {str(course.key): course for course in found}
    by_number = {course.pk: course for course in found}
    return {
        cohort.pk: [by_key[key] for key in paths[cohort.path_id] if key in by_key]
        if cohort.path_id
        else [by_number[pk] for pk in [cohort.course_id] if pk in by_number]
        for cohort in cohorts
    }


def title_of(cohort: Cohort, language: str) -> tuple[str, str]:
    """Return the title of a cohort's course or path, and its language. Cost: at most 3 queries."""
    if cohort.course is not None:
        outline = serving.outline_of(cohort.course, language)
        return outline.title, outline.language
    shown = show_paths(
        LearningPath.objects.filter(pk__in=[cohort.path_id] if cohort.path_id else []).select_related(
            "current_edition"
        ),
        language,
    )
    return (shown[0].text.title, shown[0].text.language) if shown else ("", language)


def plan_in(plan: Iterable[PlannedStep], outlines: Mapping[int, Outline]) -> list[tuple[PlannedStep, OutlineItem]]:
    """Return planned steps that the courses still have, by day and in the order of the course; others leave quietly."""
    places = {
        (number, item.key): (index, place, item)
        for index, (number, outline) in enumerate(outlines.items())
        for place, item in enumerate(outline.items)
    }
    found = [
        (row, places[row.course_id, str(row.item_key)]) for row in plan if (row.course_id, str(row.item_key)) in places
    ]
    found.sort(key=lambda pair: (pair[0].due_date, pair[1][:2]))
    return [(row, place[2]) for row, place in found]


def _places(person: User, at: datetime) -> QuerySet[CohortMember]:
    return (
        CohortMember.objects.filter(running(at), person=person)
        .select_related("cohort__organisation", "cohort__course", "cohort__path", "cohort__project")
        .order_by("-cohort__start_date", "cohort__name", "pk")
    )


def _plans(cohorts: Sequence[Cohort]) -> dict[int, list[PlannedStep]]:
    plans: dict[int, list[PlannedStep]] = {cohort.pk: [] for cohort in cohorts}
    for row in PlannedStep.objects.filter(cohort__in=cohorts).order_by("due_date", "pk"):
        plans[row.cohort_id].append(row)
    return plans


def _next_sessions(cohorts: Sequence[Cohort], at: datetime) -> dict[int, LiveSession]:
    rows = LiveSession.objects.filter(
        cohort__in=cohorts, cancelled_at=None, begins_at__gte=at - timedelta(hours=2)
    ).order_by("-begins_at", "-pk")
    return {row.cohort_id: row for row in rows}  # the earliest is the last to be put in


def _steps(
    keys: set[tuple[int, str]], plan: Sequence[PlannedStep], own: Mapping[int, CourseProgress], language: str
) -> list[GroupStep]:
    outlines = {number: progress.outline for number, progress in own.items() if progress.outline.live}
    return [
        GroupStep(
            item=item,
            url=item_address(outlines[row.course_id], item, language),
            due_date=row.due_date,
            is_done=item.key in own[row.course_id].done,
        )
        for row, item in plan_in(plan, outlines)
        if (row.course_id, item.key) in keys
    ]


def _weeks(
    cohort: Cohort, plan: Sequence[PlannedStep], own: Mapping[int, CourseProgress], language: str, on: date
) -> list[GroupWeek]:
    steps = _steps({(row.course_id, str(row.item_key)) for row in plan}, plan, own, language)
    weeks = []
    for first, last in weeks_between(cohort.start_date, cohort.end_date):
        found = tuple(step for step in steps if first <= step.due_date <= last)
        if found:
            weeks.append(GroupWeek(first, last, found, is_now=first <= on <= last))
    return weeks


def _is_about(group: Group, own: Mapping[int, CourseProgress]) -> bool:
    """Say whether a group belongs on a page about these courses: the one of its course, or of one of its path's."""
    course = group.cohort.course_id
    return course in own if course else bool(group.steps or group.next_session)


def _lists(cohort: Cohort, own: Mapping[int, CourseProgress]) -> list[tuple[Enrolment, bool]]:
    """Return enrolments of the cohort's project that asks each person for their name, and whether it stands there."""
    project = cohort.project
    if project is None or project.names_basis != project.NamesBasis.CONSENT:
        return []
    mine = [progress.enrolment for progress in own.values() if progress.enrolment.project_id == project.pk]
    keys = [enrolment.public_id for enrolment in mine]
    named = set(ProjectParticipant.objects.filter(enrolment_key__in=keys).values_list("enrolment_key", flat=True))
    return [(enrolment, enrolment.public_id in named) for enrolment in mine]
