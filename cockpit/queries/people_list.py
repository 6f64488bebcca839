"""The page "My people": counts by state, everybody in a table, who may need help first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower

from cockpit.queries.people import Chosen, cohorts_in_sight, followed, narrowed
from cockpit.queries.scope import Sight
from cockpit.rules.people import State, state_of
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline, OutlineItem
from progress.models import Cohort, Enrolment
from progress.rules.attempts import next_item
from progress.rules.completion import Progress, fold_progress

PAGE_SIZE = 50
HELPED_FIRST = 3
SORTS = ("name", "course", "steps", "status", "last")
"""Words of `?sort=`; with a minus before them the other way round."""
DEEPEST = 2000
"""Pages further than this are not read: whoever is there narrows the list instead."""
_MANY = 200  # courses, organisations or cohorts in a choice


@dataclass(frozen=True, slots=True)
class Row:
    """An enrolment as a manager sees it: no answers, no attempts, no time spent."""

    enrolment: Enrolment
    outline: Outline
    progress: Progress
    state: State
    next_item: OutlineItem | None
    last_at: datetime | None
    left_at: datetime | None
    done_at: datetime | None
    pause: int
    """Whole days without a step, or since the enrolment."""

    @property
    def is_stuck(self) -> bool:
        return self.state is State.STUCK

    @property
    def is_waiting(self) -> bool:
        """Whether a reminder could help."""
        return self.state in {State.STUCK, State.NOT_STARTED, State.ON_THE_WAY}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer, only what is there: keys and outlines of courses, names and ids of organisations."""

    courses: tuple[tuple[str, Outline], ...]
    organisations: tuple[tuple[str, str], ...]
    cohorts: tuple[Cohort, ...]


@dataclass(frozen=True)
class PeopleList:
    """The page. `counts` are of everybody in sight, `found` of what the filters leave."""

    counts: Mapping[State, int]
    choices: Choices
    rows: tuple[Row, ...]
    found: int
    page: int
    page_count: int
    first: tuple[Row, ...] = field(default=())

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def people_list(sight: Sight, chosen: Chosen, *, page: int, language: str) -> PeopleList:
    """Return a page of the people in sight. Cost: 4 queries; 1 more for a cohort or a name, 1 for outlines not held.

    Counts, courses and organisations to choose from come of one statement that groups all enrolments in sight; with a
    course, an organisation or a state chosen, so does the number found. A page that there is not is the nearest.
    """
    groups = list(
        followed(sight)
        .order_by()
        .values_list("course", "course__key", "organisation", "organisation__public_id", "organisation__name", "status")
        .annotate(Count("pk"))
    )
    counts = {state: sum(row[6] for row in groups if row[5] == state) for state in State}
    cohorts = tuple(cohorts_in_sight(sight)[:_MANY])
    cohort = next((entry for entry in cohorts if str(entry.public_id) == chosen.cohort), None)
    courses = {course.pk: course for course in Course.objects.filter(pk__in={row[0] for row in groups})}
    outlines = serving.outlines_of(courses.values(), language)
    rows = narrowed(followed(sight), chosen, cohort=cohort) if cohort or not chosen.cohort else followed(sight).none()
    if chosen.cohort or chosen.name:
        found = rows.count()
    else:
        found = sum(row[6] for row in groups if _fits(chosen, str(row[1]), str(row[3] or ""), row[5]))
    page_count = max(1, -(-found // PAGE_SIZE))
    page = min(max(page, 1), page_count, DEEPEST)
    by_title = sorted(courses, key=lambda pk: outlines[pk].title.lower())
    shown = _joined(sorted_by(rows, chosen.sort, courses=by_title))
    seen = _rows(sight, shown[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if found else (), outlines)
    is_plain = not chosen.is_narrow and not chosen.sort and page == 1
    return PeopleList(
        counts=counts,
        choices=Choices(
            courses=tuple((str(courses[pk].key), outlines[pk]) for pk in by_title[:_MANY]),
            organisations=tuple(sorted({(row[4], str(row[3])) for row in groups if row[2] is not None})[:_MANY]),
            cohorts=cohorts,
        ),
        rows=seen,
        found=found,
        page=page,
        page_count=page_count,
        first=tuple(row for row in seen if row.state in {State.STUCK, State.NOT_STARTED})[:HELPED_FIRST]
        if is_plain
        else (),
    )


def rows_of(sight: Sight, enrolments: QuerySet[Any], language: str) -> tuple[Row, ...]:
    """Return enrolments, chosen from `followed`, as rows. Cost: 2 queries, 1 more for outlines not held."""
    found = list(_joined(enrolments))
    outlines = serving.outlines_of({row.course_id: row.course for row in found}.values(), language)
    return _rows(sight, found, outlines)


def sorted_by(rows: QuerySet[Any], sort: str, *, courses: Sequence[int]) -> QuerySet[Any]:
    """Sort enrolments: by one of `SORTS`, else by who needs help first and, of those, who waits longest.

    `courses`: in the order of their titles, which a database does not know. Steps are those that are seen, so that
    not even the order tells what is hidden.
    """
    word, is_down = sort.removeprefix("-"), sort.startswith("-")
    keys: list[Any]
    match word:
        case "name":
            keys = [Lower("learner__display_name"), Lower("learner__username")]
        case "course":
            keys = [_place("course", courses)]
        case "steps":
            keys = [F("seen_steps")]
        case "last":
            keys = [F("last_step_at")]
        case _:
            keys = [_place("status", [state.value for state in State]), F("pause_from")]
    if is_down:
        return rows.order_by(*(key.desc(nulls_last=True) for key in keys), "-pk")
    return rows.order_by(*(key.asc(nulls_first=True) for key in keys), "pk")


def _place(name: str, values: Sequence[object]) -> Case:
    places = (When(**{name: value}, then=Value(place)) for place, value in enumerate(values))
    return Case(*places, default=Value(len(values)), output_field=IntegerField())


def _joined(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("learner", "organisation", "course", "start_edition").defer("start_edition__manifest")


def _fits(chosen: Chosen, course: str, organisation: str, status: str) -> bool:
    return chosen.course in {"", course} and chosen.organisation in {"", organisation} and chosen.status in {"", status}


def _rows(sight: Sight, enrolments: Iterable[Enrolment], outlines: Mapping[int, Outline]) -> tuple[Row, ...]:
    found = list(enrolments)
    done: dict[int, set[str]] = {row.pk: set() for row in found}
    if found:
        steps = sight.steps().filter(enrolment__in=[row.pk for row in found])
        for pk, key in steps.values_list("enrolment", "item_key"):
            done[pk].add(str(key))
    return tuple(_row(sight, row, outlines[row.course_id], done[row.pk]) for row in found)


def _row(sight: Sight, enrolment: Enrolment, outline: Outline, done: set[str]) -> Row:
    start = enrolment.start_edition.number
    facts: Mapping[str, datetime | None] = vars(enrolment)
    done_at, last_at, left_at = facts["seen_completion"], facts["last_step_at"], facts["left_at"]
    state = state_of(last_step_at=last_at, completed_at=done_at, left_at=left_at, at=sight.at)
    since = last_at or enrolment.enrolled_at
    return Row(
        enrolment=enrolment,
        outline=outline,
        progress=fold_progress(outline, start=start, done=done, completed=done_at is not None),
        state=state,
        next_item=next_item(outline, start=start, done=done) if state is not State.DONE else None,
        last_at=last_at,
        left_at=left_at,
        done_at=done_at,
        pause=(sight.at - since).days,
    )
