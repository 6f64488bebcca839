"""The steps of a course as its pages list them: parts, states, addresses, the thread. No query: all is in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.rules.addresses import item_address
from courses.rules.outline import Outline, OutlineItem, OutlineModule
from progress.queries.enrolments import CourseProgress
from progress.rules.attempts import State, waits_for

THREAD_LIMIT = 30
"""With more steps than this a thread of stitches is no longer readable; a page says the numbers alone."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as a page lists it. `waits_for` names what must be passed first."""

    item: OutlineItem
    url: str
    is_done: bool = False
    is_waiting: bool = False
    is_here: bool = False
    waits_for: tuple[OutlineItem, ...] = ()

    @property
    def is_quiz(self) -> bool:
        return self.item.kind == "quiz"


@dataclass(frozen=True, slots=True)
class Part:
    """A module with its steps. `number` counts from 1."""

    number: int
    module: OutlineModule
    minutes: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Stitch:
    """One step on the thread; a knot is a quiz."""

    is_done: bool
    is_knot: bool


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A step that a learner has done and that is no longer part of the course."""

    item: OutlineItem
    done_at: datetime


def parts_of(outline: Outline, *, language: str, own: CourseProgress | None, here: str = "") -> list[Part]:
    """Return the parts of a course in order, with the learner's states where there is a learner.

    `here` is the key of the step the learner is at.
    """
    parts = []
    for number, module in enumerate(outline.modules, start=1):
        items = [outline.by_key[key] for key in module.items]
        steps = tuple(_step(item, outline, language, own, here) for item in items)
        parts.append(Part(number, module, sum(item.minutes for item in items), steps))
    return parts


def thread_of(own: CourseProgress) -> list[Stitch]:
    """Return a stitch for each step that counts, in the order of the course; none when there are too many to see."""
    return _thread((item for item in own.outline.items if item.key in own.progress.counted), own)


def taken_out_of(own: CourseProgress) -> list[TakenOut]:
    """Return the steps that the learner has done and the course no longer has, the first done first."""
    gone = [item for item in own.outline.tombstones if item.key in own.done]
    gone.sort(key=lambda item: own.done[item.key])
    return [TakenOut(item, own.done[item.key]) for item in gone]


def minutes_left(own: CourseProgress) -> int:
    """Return the minutes of all required steps that are still to do."""
    return sum(item.minutes for item in own.outline.items if item.key in own.progress.missing)


def place_in_part(item: OutlineItem, outline: Outline) -> tuple[Part, int, int]:
    """Return the part of a step (with no states), which of its lessons or quizzes it is, and of how many.

    Counts lessons among lessons and quizzes among quizzes, as people do: "lesson 3 of 4".
    """
    number, module = next(
        (number, module) for number, module in enumerate(outline.modules, start=1) if item.key in module.items
    )
    items = [outline.by_key[key] for key in module.items]
    same_kind = [entry.key for entry in items if entry.kind == item.kind]
    part = Part(number, module, sum(entry.minutes for entry in items), ())
    return part, same_kind.index(item.key) + 1, len(same_kind)


def neighbours(item: OutlineItem, outline: Outline) -> tuple[OutlineItem | None, OutlineItem | None]:
    """Return the steps before and after one, in the order of the course."""
    place = outline.items.index(item)
    before = outline.items[place - 1] if place else None
    after = outline.items[place + 1] if place + 1 < len(outline.items) else None
    return before, after


def may_practise(item: OutlineItem, own: CourseProgress) -> bool:
    """Return whether somebody who has no try open may practise a quiz: in another window practice would give it away.

    One that waits for another quiz keeps its questions to itself until then. No query.
    """
    if item.kind != "quiz" or item.removed or not own.outline.live or not item.offers_practice:
        return False
    return own.enrolment.withdrawn_at is None and own.state_of(item) is not State.WAITING


def is_open_to_visitors(item: OutlineItem, outline: Outline) -> bool:
    """Return whether anybody may read a step: the first lesson of a course."""
    return outline.first_lesson is not None and outline.first_lesson.key == item.key


def _step(item: OutlineItem, outline: Outline, language: str, own: CourseProgress | None, here: str) -> Step:
    url = item_address(outline, item, language)
    if own is None:
        return Step(item, url)
    state = own.state_of(item)
    waiting = waits_for(item, outline, start=own.start, done=own.done.keys()) if state is State.WAITING else ()
    return Step(
        item,
        url,
        is_done=state is State.DONE,
        is_waiting=state is State.WAITING,
        is_here=item.key == here,
        waits_for=tuple(outline.by_key[key] for key in waiting),
    )


def _thread(items: Iterable[OutlineItem], own: CourseProgress) -> list[Stitch]:
    stitches = [Stitch(item.key in own.done, item.kind == "quiz") for item in items]
    return stitches if len(stitches) <= THREAD_LIMIT else []
