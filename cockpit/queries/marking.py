"""What waits for an assessor, and one task with what it is about. All of it through `assessed_by`: one scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Value, When

from accounts.models import User
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline, OutlineItem
from progress.models import Judgement, MarkingTask, Submission
from progress.queries.assessing import assessed_by, held
from progress.queries.submissions import Round, read_rounds
from progress.rules.judging import Role

PAGE_SIZE = 25
"""Tasks on one page of the queue."""
_MINE, _FREE, _OTHERS = "mine", "free", "others"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the queue is narrowed to; what is empty narrows nothing."""

    course: str = ""
    kind: str = ""
    mine: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.course or self.kind or self.mine)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task as a row of the queue."""

    task: MarkingTask
    outline: Outline
    item: OutlineItem | None
    is_mine: bool

    @property
    def round_number(self) -> int:
        """Of a submission the round; 0 of anything else."""
        return self.task.submission.number if self.task.submission else 0


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one assessor, the oldest first.

    `total` counts what this person may do now, `found` what the filters leave of it, `with_others` what others have
    taken. `page` counts from 1.
    """

    rows: tuple[Waiting, ...]
    total: int
    found: int
    mine: int
    with_others: int
    kinds: tuple[tuple[str, int], ...]
    courses: tuple[tuple[str, str, str], ...]
    page: int
    page_count: int


@dataclass(frozen=True, slots=True)
class Work:
    """A submission to be judged: the round itself, and the earlier ones with what was said of them, the latest first."""

    round: Round
    earlier: tuple[Round, ...] = field(default=())

    @property
    def body(self) -> Mapping[str, Any]:
        """The frozen assignment."""
        body: Mapping[str, Any] = self.round.submission.assignment_version.body
        return body


def queue_of(person: User, chosen: Chosen, *, page: int, on: date, at: datetime, language: str) -> Queue:
    """Return what waits for a person. Cost: 3 queries, 1 where nothing waits; 1 more for outlines not held.

    A page that there is not is the nearest one that there is.
    """
    tasks = _open_tasks(person, on, at)
    counts = list(
        tasks.values_list("enrolment__course", "enrolment__course__key", "kind", "whose").annotate(Count("pk"))
    )
    free = [row for row in counts if row[3] != _OTHERS]
    found = sum(row[4] for row in free if _fits(chosen, *row[1:4]))
    page_count = max(1, -(-found // PAGE_SIZE))
    page = min(max(page, 1), page_count)
    outlines = _outlines({row[0] for row in counts}, language)
    rows = _narrowed(tasks, chosen)[(page - 1) * PAGE_SIZE : page * PAGE_SIZE] if found else ()
    kinds = [(kind, sum(row[4] for row in free if row[2] == kind)) for kind in MarkingTask.Kind.values]
    return Queue(
        rows=tuple(_waiting(task, outlines[task.enrolment.course_id], person) for task in rows),
        total=sum(row[4] for row in free),
        found=found,
        mine=sum(row[4] for row in free if row[3] == _MINE),
        with_others=sum(row[4] for row in counts if row[3] == _OTHERS),
        kinds=tuple(entry for entry in kinds if entry[1]),
        courses=tuple(
            sorted(
                ((outline.course_key, outline.title, outline.language) for outline in outlines.values()),
                key=lambda entry: entry[1].lower(),
            )
        ),
        page=page,
        page_count=page_count,
    )


def task_of(person: User, public_id: UUID, *, on: date) -> MarkingTask:
    """Return a task about somebody whose work this person assesses, done or not. Cost: 1 query.

    One that asks for a second look at what this person judged is not theirs: to them it is absent.

    :raises MarkingTask.DoesNotExist: if there is none, or it is not theirs: the two look the same.
    """
    tasks = MarkingTask.objects.filter(assessed_by(person, on, prefix="enrolment__"))
    found: MarkingTask = _with_all(tasks).exclude(_judged_in_another_role(person)).get(public_id=public_id)
    return found


def work_of(task: MarkingTask) -> Work:
    """Return the work that a task asks to judge, with earlier rounds. Cost: 4 queries.

    Who decides between two sees what both found; nobody else sees what was found of this round.
    """
    submission = task.submission
    assert submission is not None  # the kinds of task that are about a submission
    rounds = Submission.objects.filter(
        enrolment=submission.enrolment_id, item_key=submission.item_key, number__lte=submission.number
    ).order_by("-number")
    found = read_rounds(rounds, before_decision=task.kind == Role.MODERATION)
    return Work(found[0], tuple(found[1:]))


def outline_and_item(task: MarkingTask, language: str) -> tuple[Outline, OutlineItem | None]:
    """Return the course of a task and the step it is about, taken out or not. Cost: as `serving.outline_of`."""
    outline = serving.outline_of(task.enrolment.course, language)
    return outline, outline.by_key.get(_item_key(task))


def _open_tasks(person: User, on: date, at: datetime) -> QuerySet[Any]:
    tasks = MarkingTask.objects.filter(assessed_by(person, on, prefix="enrolment__"), closed_at=None)
    whose = Case(When(claimed_by=person, then=Value(_MINE)), When(held(at), then=Value(_OTHERS)), default=Value(_FREE))
    return tasks.exclude(_judged_in_another_role(person)).annotate(whose=whose)


def _judged_in_another_role(person: User) -> Exists:
    judged = Judgement.objects.filter(submission=OuterRef("submission"), assessor=person)
    return Exists(judged.exclude(role=OuterRef("kind")))


def _fits(chosen: Chosen, course: UUID, kind: str, whose: str) -> bool:
    return chosen.course in {"", str(course)} and chosen.kind in {"", kind} and (whose == _MINE or not chosen.mine)


def _narrowed(tasks: QuerySet[Any], chosen: Chosen) -> QuerySet[Any]:
    tasks = tasks.filter(whose=_MINE) if chosen.mine else tasks.exclude(whose=_OTHERS)
    if chosen.course:
        tasks = tasks.filter(enrolment__course__key=chosen.course)
    if chosen.kind:
        tasks = tasks.filter(kind=chosen.kind)
    return _with_all(tasks).order_by("opened_at", "pk")


def _with_all(tasks: QuerySet[Any]) -> QuerySet[Any]:
    return tasks.select_related(
        "enrolment__course__current_edition",
        "enrolment__learner",
        "enrolment__organisation",
        "enrolment__start_edition",
        "submission",
        "attempt__quiz_version",
        "attempt__enrolment",
        "claimed_by",
    ).defer(
        "enrolment__course__current_edition__manifest",
        "enrolment__start_edition__manifest",
        "submission__text",
    )


def _outlines(courses: Iterable[int], language: str) -> dict[int, Outline]:
    rows = list(Course.objects.filter(pk__in=list(courses))) if courses else []
    return serving.outlines_of(rows, language)


def _waiting(task: MarkingTask, outline: Outline, person: User) -> Waiting:
    return Waiting(task, outline, outline.by_key.get(_item_key(task)), task.claimed_by_id == person.pk)


def _item_key(task: MarkingTask) -> str:
    about = task.submission or task.attempt
    assert about is not None  # a constraint holds that it is about one of both
    return str(about.item_key)
