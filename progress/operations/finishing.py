"""Record that a course is complete: by an act of the learner, never by an edit of content alone."""

from datetime import datetime

from django.db import transaction

from courses.models import CourseEdition
from courses.queries import serving
from foundation.operations import post_message
from progress.models import CourseCompletion, Enrolment
from progress.queries.enrolments import done_keys
from progress.rules.completion import fold_progress


def finish_course(*, enrolment: Enrolment, at: datetime, cause: str = "finish") -> CourseCompletion | None:
    """Record the completion of the course if everything that counts is done, and return it; None if it is not.

    Recorded once: a second call returns the first completion. The certificates follow from a message of the same
    transaction. `cause` is item, quiz, name, finish or release. Cost: at most 9 queries, 3 when nothing is to be done.
    """
    with transaction.atomic():
        return record_completion(lock_enrolment(enrolment.pk), at=at, cause=cause)


def lock_enrolment(pk: int) -> Enrolment:
    """Lock an enrolment until the transaction ends, read fresh with course and start edition. Cost: 1 query.

    Two acts of one learner at the same moment wait for each other here. Otherwise each could miss what the other
    does, and nobody would record that together they complete the course.
    """
    return (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("course__current_edition", "start_edition")
        .defer("course__current_edition__manifest", "start_edition__manifest")
        .get(pk=pk)
    )


def record_completion(locked: Enrolment, *, at: datetime, cause: str) -> CourseCompletion | None:
    """Record the completion of the course of a locked enrolment, if it is complete."""
    recorded = CourseCompletion.objects.filter(enrolment=locked).first()
    if recorded is not None:
        return recorded
    course = locked.course
    edition = course.current_edition
    if edition is None or locked.withdrawn_at is not None:
        return None
    outline = serving.outline_of(course, course.source_language)
    done = done_keys(locked)
    progress = fold_progress(outline, start=locked.start_edition.number, done=done, completed=False)
    if not progress.may_finish:
        return None
    if edition.number != outline.edition:  # settled since its row was read: name the one that was folded
        edition = CourseEdition.objects.only("pk").get(course=course, number=outline.edition)
    completion = CourseCompletion.objects.create(enrolment=locked, completed_at=at, edition=edition, cause=cause)
    post_message(
        kind="certificates.issue", key=f"{locked.public_id}:completed", payload={"enrolment": locked.pk}, at=at
    )
    return completion
