"""What one learner has begun and finished."""

from dataclasses import dataclass

from accounts.models import User
from courses.queries import serving
from courses.rendering import lesson_sections
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import OutlineItem
from progress.queries.enrolments import CourseProgress, enrolments_of, progress_of_all
from progress.queries.notices import CourseNotices, notices_of
from progress.queries.steps import Stitch, minutes_left, thread_of


@dataclass(frozen=True, slots=True)
class MyCourse:
    """A course of the learner as a row: what is next, how far it is."""

    own: CourseProgress
    url: str
    next_item: OutlineItem | None
    next_url: str
    thread: list[Stitch]
    minutes_left: int


@dataclass(frozen=True, slots=True)
class MyLearning:
    """Everything on the page: the one course to go on with, the others, the complete ones.

    `stopped_at` is the title of the section where the learner stopped in the step of `current`; empty if none.
    """

    current: MyCourse | None
    current_part: str
    stopped_at: str
    others: list[MyCourse]
    completed: list[MyCourse]
    notices: list[CourseNotices]

    @property
    def progresses(self) -> list[CourseProgress]:
        """How far each course is, in the order of the page."""
        return [course.own for course in (self.current, *self.others, *self.completed) if course is not None]

    @property
    def is_empty(self) -> bool:
        return self.current is None and not self.others and not self.completed


def my_learning(learner: User, *, language: str) -> MyLearning:
    """Return the learner's courses, the one seen last first.

    Cost: 2 queries; one more when they stopped inside a lesson, and up to 3 when there is a notice they did not read.
    """
    progresses = progress_of_all(enrolments_of(learner), language=language)
    progresses.sort(key=lambda own: (own.last_seen_at, own.enrolment.pk), reverse=True)
    begun = [_my_course(own, language) for own in progresses if own.completed_at is None]
    completed = [_my_course(own, language) for own in progresses if own.completed_at is not None]
    # A course with nothing left but the learner's own "finish" comes first too: it needs them.
    # One that is not published now opens no step: it is listed, never the one to go on with.
    # Nor does one that has no step yet stand before one that has.
    begun.sort(key=lambda course: (not course.own.outline.live, not course.own.outline.items))
    current = begun[0] if begun and begun[0].own.outline.live else None
    return MyLearning(
        current=current,
        current_part=_part_title(current),
        stopped_at=_section_title(current),
        others=begun[1:] if current else begun,
        completed=completed,
        notices=notices_of(progresses, language=language),
    )


def _my_course(own: CourseProgress, language: str) -> MyCourse:
    go_on = own.go_on
    return MyCourse(
        own=own,
        url=course_address(own.outline, language),
        next_item=go_on.item if go_on else None,
        next_url=next_url(own, language),
        thread=thread_of(own),
        minutes_left=minutes_left(own),
    )


def next_url(own: CourseProgress, language: str) -> str:
    """Return where Continue leads, with the section to open at; the course when nothing is left. No query."""
    go_on = own.go_on
    if go_on is None:
        return course_address(own.outline, language)
    address = item_address(own.outline, go_on.item, language)
    return f"{address}#{go_on.section}" if go_on.section else address


def _part_title(course: MyCourse | None) -> str:
    if course is None or course.next_item is None:
        return ""
    key = course.next_item.key
    return next((module.title for module in course.own.outline.modules if key in module.items), "")


def _section_title(course: MyCourse | None) -> str:
    if course is None or course.next_item is None:
        return ""
    go_on = course.own.go_on
    if go_on is None or not go_on.section:
        return ""
    body = serving.lesson_version(go_on.item.version).body
    return next((title for section, title in lesson_sections(body) if section == go_on.section), "")
