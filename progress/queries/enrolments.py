"""Enrolments, and how far they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline, OutlineItem
from progress.models import (
    CohortMember,
    CourseCompletion,
    Enrolment,
    EnrolmentQuerySet,
    ItemCompletion,
    Notice,
    ReadingPosition,
)
from progress.rules.attempts import State, next_item, state_of
from progress.rules.completion import Progress, fold_progress


@dataclass(frozen=True, slots=True)
class Position:
    """Where a learner stopped reading."""

    item_key: str
    section: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class GoOn:
    """The one step to go on with, and the section where the learner stopped in it, if they did."""

    item: OutlineItem
    section: str
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """An enrolment with all that a page says of it. `done` maps the key of an item to when it was done."""

    enrolment: Enrolment
    outline: Outline
    done: Mapping[str, datetime]
    progress: Progress
    completed_at: datetime | None
    position: Position | None

    @property
    def start(self) -> int:
        """The number of the edition the learner started with."""
        return self.enrolment.start_edition.number

    @property
    def may_finish(self) -> bool:
        """Whether everything is done and only the learner's own act is missing."""
        return self.completed_at is None and self.progress.may_finish

    def state_of(self, item: OutlineItem) -> State:
        """Return how a step stands for this learner."""
        return state_of(item, self.outline, start=self.start, done=self.done.keys())

    def next_after(self, key: str = "") -> OutlineItem | None:
        """Return the step that comes next, seen from the step with this key."""
        return next_item(self.outline, start=self.start, done=self.done.keys(), after=key)

    @property
    def last_seen_at(self) -> datetime:
        """When the learner last did something that left a trace."""
        times = [self.enrolment.enrolled_at, *self.done.values()]
        return max([*times, self.position.saved_at] if self.position else times)

    @property
    def go_on(self) -> GoOn | None:
        """Where Continue leads: the lesson that was being read, else the next open step.

        None when all is done, and in a course that is not published now: it opens no step.
        """
        if not self.outline.live:
            return None
        if self.position is not None:
            reading = self.outline.by_key.get(self.position.item_key)
            if reading is not None and not reading.removed and self.state_of(reading) is State.OPEN:
                return GoOn(reading, self.position.section, self.position.saved_at)
        item = self.next_after()
        return GoOn(item, "", None) if item else None


def own_enrolment(learner: User, public_id: UUID, *, also_left: bool = False) -> Enrolment:
    """Return an active enrolment of this learner with course and start edition. Cost: 1 query.

    `also_left`: one that they left, too.

    :raises Enrolment.DoesNotExist: if there is none, or it is somebody else's: the two look the same.
    """
    enrolments = Enrolment.objects.all() if also_left else Enrolment.objects.active()
    return with_position(enrolments.with_course()).get(learner=learner, public_id=public_id)


def find_enrolment(learner: User, course: Course, *, item_key: str = "") -> Enrolment | None:
    """Return the learner's active enrolment in a course, the latest cycle, or None. Cost: 1 query.

    Its position is that of the item named, else of the lesson read last.
    """
    enrolments = with_position(Enrolment.objects.active().with_course(), item_key)
    return enrolments.filter(learner=learner, course=course).order_by("-cycle").first()


def enrolments_of(learner: User) -> list[Enrolment]:
    """Return the learner's active enrolments, the latest first, of each course the latest cycle. Cost: 1 query."""
    enrolments = with_position(Enrolment.objects.active().latest_cycles().with_course())
    return list(enrolments.filter(learner=learner).order_by("-enrolled_at", "-pk"))


def progress_of(enrolment: Enrolment, *, language: str = "") -> CourseProgress:
    """Return how far an enrolment is, in the language given, else in the source language of the course.

    Cost: 1 query for an enrolment read by this module, once the outline is held in the process.
    """
    return progress_of_all([enrolment], language=language or enrolment.course.source_language)[0]


def progress_of_all(enrolments: Iterable[Enrolment], *, language: str) -> list[CourseProgress]:
    """Return how far each enrolment is, in the order given. Cost: as for one."""
    enrolments = list(enrolments)
    outlines = serving.outlines_of([enrolment.course for enrolment in enrolments], language)
    done: dict[int, dict[str, datetime]] = {enrolment.pk: {} for enrolment in enrolments}
    rows = ItemCompletion.objects.filter(enrolment__in=enrolments) if enrolments else ItemCompletion.objects.none()
    for pk, key, completed_at in rows.values_list("enrolment_id", "item_key", "completed_at"):
        done[pk][str(key)] = completed_at
    return [_fold(enrolment, outlines[enrolment.course_id], done[enrolment.pk]) for enrolment in enrolments]


def _fold(enrolment: Enrolment, outline: Outline, done: Mapping[str, datetime]) -> CourseProgress:
    completion = completion_of(enrolment)
    return CourseProgress(
        enrolment=enrolment,
        outline=outline,
        done=done,
        progress=fold_progress(
            outline, start=enrolment.start_edition.number, done=done.keys(), completed=completion is not None
        ),
        completed_at=completion.completed_at if completion else None,
        position=_position(enrolment),
    )


def done_keys(enrolment: Enrolment) -> set[str]:
    """Return the keys of the items that an enrolment has done. Cost: 1 query."""
    return {str(key) for key in ItemCompletion.objects.filter(enrolment=enrolment).values_list("item_key", flat=True)}


def completion_of(enrolment: Enrolment) -> CourseCompletion | None:
    """Return the recorded completion. Cost: no query for an enrolment read `with_course`, else 1."""
    try:
        return enrolment.completion
    except CourseCompletion.DoesNotExist:
        return None


def with_position(enrolments: EnrolmentQuerySet, item_key: str = "") -> EnrolmentQuerySet:
    """Read each enrolment together with where its learner stopped: in the item named, else in the lesson read last.

    And with whether there is a notice that they have not read, and whether they are in a cohort: most pages need not
    ask for any then.
    """
    positions = ReadingPosition.objects.filter(enrolment=OuterRef("pk")).order_by("-saved_at", "-pk")
    if item_key:
        positions = positions.filter(item_key=item_key)
    return enrolments.annotate(
        position_item=Subquery(positions.values("item_key")[:1]),
        position_section=Subquery(positions.values("section")[:1]),
        position_at=Subquery(positions.values("saved_at")[:1]),
        has_notices=Exists(Notice.objects.filter(enrolment=OuterRef("pk"), read_at=None)),
        has_group=Exists(CohortMember.objects.filter(person=OuterRef("learner"), left_at=None)),
    )


def _position(enrolment: Enrolment) -> Position | None:
    key = getattr(enrolment, "position_item", None)
    if key is None:
        return None
    return Position(
        str(key), getattr(enrolment, "position_section", ""), getattr(enrolment, "position_at", enrolment.enrolled_at)
    )
