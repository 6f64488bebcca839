"""Steps that are lessons: done, and where a learner stopped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.models import Course
from courses.queries import serving
from courses.rules.outline import OutlineItem
from progress.models import Enrolment, ItemCompletion, ReadingPosition
from progress.operations.enrolling import NotOffered
from progress.operations.finishing import lock_enrolment, record_completion


class UnknownItem(Exception):
    """The course of the enrolment has no such step, or has it no more."""


class NotALesson(Exception):
    """The step is a quiz or an assignment: it is done when it is passed, not by a mark."""


class DoneByAttendance(Exception):
    """The lesson is done by being there: who runs the cohort ticks off who was."""


def mark_lesson_done(*, enrolment: Enrolment, item_key: UUID, language: str, at: datetime) -> ItemCompletion:
    """Record that the learner has done a lesson, and return the record; the first one if it was done before.

    Completes the course if it was the last thing to do. `language` is the one the lesson was read in.

    :raises UnknownItem: if the lesson is not a step of this course now.
    :raises NotALesson: if the step is a quiz.
    :raises DoneByAttendance: if it is done by being there.
    :raises NotOffered: if the course is not published.
    """
    with transaction.atomic():
        locked = lock_enrolment(enrolment.pk)
        if _find_lesson(locked.course, item_key).done_by_attendance:
            raise DoneByAttendance
        ItemCompletion.objects.bulk_create(
            [
                ItemCompletion(  # type: ignore[misc]  # an offered course has an edition
                    enrolment=locked,
                    item_key=item_key,
                    completed_at=at,
                    language=language,
                    edition_id=locked.course.current_edition_id,
                    evidence=ItemCompletion.Evidence.MARKED,
                )
            ],
            ignore_conflicts=True,  # done stays done: the first record keeps its date
        )
        record_completion(locked, at=at, cause="item")
        return ItemCompletion.objects.get(enrolment=locked, item_key=item_key)


def save_position(*, enrolment: Enrolment, item_key: UUID, section: str, at: datetime) -> None:
    """Keep where the learner stopped in a lesson; the last word wins. `section` is the block id of a heading.

    :raises UnknownItem: if the lesson is not a step of this course now.
    :raises NotALesson: if the step is a quiz.
    :raises NotOffered: if the course is not published.
    """
    _find_lesson(enrolment.course, item_key)
    ReadingPosition.objects.bulk_create(
        [ReadingPosition(enrolment=enrolment, item_key=item_key, section=section, saved_at=at)],
        update_conflicts=True,
        unique_fields=["enrolment", "item_key"],
        update_fields=["section", "saved_at"],
    )


def find_step(course: Course, item_key: UUID) -> OutlineItem:
    """Return a step of a course that can be done now. Cost: no query once the outline is held in the process.

    In an archived course too: nobody new comes in, but who is in it goes on to the end.

    :raises NotOffered: if the course is not published.
    :raises UnknownItem: if it has no such step, or had it taken out.
    """
    if course.current_edition_id is None:
        raise NotOffered
    outline = serving.outline_of(course, course.source_language)
    item = outline.by_key.get(str(item_key))
    if item is None or item.removed:
        raise UnknownItem
    if not outline.live:
        raise NotOffered
    return item


def _find_lesson(course: Course, item_key: UUID) -> OutlineItem:
    item = find_step(course, item_key)
    if item.kind != "lesson":
        raise NotALesson
    return item
