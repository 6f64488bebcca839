"""Record that a course is complete: by an act of the learner, or where an editor confirmed it, never by an edit alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.models import CourseEdition
from courses.queries import serving
from foundation.operations import post_message
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, Submission
from progress.operations.folding import refresh_figures
from progress.queries.enrolments import completion_of, done_keys
from progress.rules.completion import fold_progress


def finish_course(*, enrolment: Enrolment, at: datetime, cause: str = "finish") -> CourseCompletion | None:
    """Record the completion of the course if everything that counts is done, and return it; None if it is not.

    Recorded once: a second call returns the first completion. The certificates follow from a message of the same
    transaction. `cause` is item, quiz, assignment, name, finish, release or regrade. Cost: 7 queries, 3 or 4 when it is not
    complete, 2 when it was recorded before.
    """
    with transaction.atomic():
        return record_completion(lock_enrolment(enrolment.pk), at=at, cause=cause)


def lock_enrolment(pk: int) -> Enrolment:
    """Lock an enrolment until the transaction ends; return it with course, start edition and completion.

    Cost: 2 queries. Two acts of one learner at the same moment wait for each other here. Otherwise each could miss
    what the other does, and nobody would record that together they complete the course. Read only once it is locked: a
    statement that waits for a lock sees the course as it was when it began to wait, and the follow-up of an edition
    that came meanwhile would be overwritten with figures of the edition before.
    """
    Enrolment.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    return (
        Enrolment.objects.with_course()
        .select_related("course__current_edition")
        .defer("course__current_edition__manifest", "start_edition__manifest")
        .get(pk=pk)
    )


def record_completion(locked: Enrolment, *, at: datetime, cause: str) -> CourseCompletion | None:
    """Record the completion of the course of a locked enrolment, if it is complete, and refresh its figures.

    The last word of every act that did a step.
    """
    recorded = completion_of(locked)
    if recorded is not None:
        return recorded
    course = locked.course
    edition = course.current_edition
    if edition is None:
        return None
    outline = serving.outline_of(course, course.source_language)
    done = done_keys(locked)
    progress = fold_progress(outline, start=locked.start_edition.number, done=done, completed=False)
    if not progress.may_finish or locked.withdrawn_at is not None:
        refresh_figures(
            locked, percentage=progress.percentage, has_begun=bool(done), completed=False, edition=outline.edition
        )
        return None
    if edition.number != outline.edition:  # settled since its row was read: name the one that was folded
        edition = CourseEdition.objects.only("number").get(course=course, number=outline.edition)
    return write_completion(locked, edition=edition, at=at, cause=cause)


def record_quiz_passed(locked: Attempt, *, at: datetime) -> None:
    """Record what a locked attempt that passes has done: the quiz, and the course where it was the last thing to do.

    Cost: 5 queries, up to 9 when it completes the course.
    """
    _record_passed(locked, evidence=ItemCompletion.Evidence.ATTEMPT, attempt=locked, cause="quiz", at=at)


def record_work_passed(locked: Submission, *, at: datetime) -> None:
    """Record what a locked submission that passes has done, as `record_quiz_passed` does. Cost: the same."""
    _record_passed(locked, evidence=ItemCompletion.Evidence.SUBMISSION, attempt=None, cause="assignment", at=at)


def record_attendance(locked: Enrolment, *, item_key: UUID, at: datetime) -> None:
    """Record a lesson as done by being there, and the course where it was the last thing to do.

    `locked`: a locked enrolment. What was done before stays as it was recorded. Cost: 3 queries, up to 8 when it
    completes the course.
    """
    course = locked.course
    ItemCompletion.objects.bulk_create(
        [
            ItemCompletion(  # type: ignore[misc]  # people are in it, so it has an edition
                enrolment=locked,
                item_key=item_key,
                completed_at=at,
                language=course.source_language,
                edition_id=course.current_edition_id,
                evidence=ItemCompletion.Evidence.ATTENDANCE,
            )
        ],
        ignore_conflicts=True,  # done stays done: the first record keeps its date
    )
    record_completion(locked, at=at, cause="item")


def _record_passed(
    passed: Attempt | Submission, *, evidence: str, attempt: Attempt | None, cause: str, at: datetime
) -> None:
    """Record an item as done by what passed, and the course where it was the last thing to do.

    After completion a pass may still earn a certificate: that of achievement, by work that the course does not require.
    """
    enrolment = lock_enrolment(passed.enrolment_id)
    if completion_of(enrolment) is not None:
        post_message(
            kind="certificates.issue",
            key=f"{enrolment.public_id}:passed:{passed.item_key}",
            payload={"enrolment": enrolment.pk},
            at=at,
        )
    ItemCompletion.objects.bulk_create(
        [
            ItemCompletion(  # type: ignore[misc]  # people are in it, so it has an edition
                enrolment=enrolment,
                item_key=passed.item_key,
                completed_at=at,
                language=passed.language,
                edition_id=enrolment.course.current_edition_id,
                evidence=evidence,
                attempt=attempt,
            )
        ],
        ignore_conflicts=True,  # done stays done: the first record keeps its date
    )
    record_completion(enrolment, at=at, cause=cause)


def write_completion(locked: Enrolment, *, edition: CourseEdition, at: datetime, cause: str) -> CourseCompletion:
    """Record that a locked enrolment completed its course in `edition`; its certificates follow. Cost: 4 queries.

    Only for who has folded, under this lock, that it may finish and that no completion is recorded.
    """
    completion = CourseCompletion.objects.create(enrolment=locked, completed_at=at, edition=edition, cause=cause)
    refresh_figures(locked, percentage=100, has_begun=True, completed=True, edition=edition.number)
    post_message(
        kind="certificates.issue", key=f"{locked.public_id}:completed", payload={"enrolment": locked.pk}, at=at
    )
    return completion
