"""A person marks answers: those in own words, and any answer whose marking somebody asked to have checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from courses.queries import serving
from courses.rules.kinds import kind_of
from progress.models import Attempt, HandMark, HandMarkComment, MarkEvent, MarkingTask, Regrade
from progress.operations.finishing import record_quiz_passed
from progress.operations.noticing import tell_marked_by_hand
from progress.operations.regrading import catch_up
from progress.queries.attempts import accepted_by, basis_of, key_of, mark_events_of, marked_by_person
from progress.rules.marking import Marking, fold_marks
from progress.rules.marking_by_hand import add_hand_marks


class NotSentYet(Exception):
    """The answers were not sent: there is nothing to mark."""


class OwnWork(Exception):
    """Nobody marks their own answers, or checks their own result."""


class TaskClosed(Exception):
    """Somebody did this already."""


class NotAllMarked(Exception):
    """Answers in own words are left without points; `question_ids` says which."""

    def __init__(self, question_ids: tuple[str, ...]) -> None:
        super().__init__(", ".join(question_ids))
        self.question_ids = question_ids


@dataclass(frozen=True, slots=True)
class HandPoints:
    """What a person gives for one answer: points, and words for the learner, which may stay empty."""

    points: int
    comment: str = ""


def mark_by_hand(*, attempt: Attempt, marks: Mapping[str, HandPoints], by: User, at: datetime) -> MarkEvent:
    """Give points for answers of an attempt that was sent, by question id; return the mark event.

    The learner is told, on the page and by mail. If it passes now, the quiz is done, and the course is complete if it
    was the last thing to do. Cost: at most 28 queries, whatever the number of questions, where no job is still to mark
    the attempt again; what was decided is applied first then, at the cost of `catch_up`.

    :raises NotSentYet: if the attempt is open.
    :raises OwnWork: if it is the marker's own.
    :raises progress.rules.marking_by_hand.NothingMarked: if no question is given points.
    :raises progress.rules.marking_by_hand.DoesNotCount: if a question is not in the standing marking.
    :raises progress.rules.marking_by_hand.PointsOutOfRange: if points are fewer than now, or more than can be had.
    """
    with transaction.atomic():
        locked = lock_sent(attempt.pk, by=by)
        event = write_hand_marks(locked, marks, by=by, at=at)
        tell_marked_by_hand(locked, event, at=at)
        return event


def mark_open_answers(
    *, task: MarkingTask, by: User, at: datetime, marks: Mapping[str, HandPoints]
) -> MarkEvent | None:
    """Mark the answers in own words of an attempt, all of them, and close the task; return the mark event.

    None where no answer is left to mark: the question was dropped, or the answers were erased. The task is closed all the
    same, and nobody is told, since nothing changed.

    :raises TaskClosed: if somebody did it before.
    :raises NotAllMarked: if an answer in own words is given no points, not even 0.

    And as `mark_by_hand` does.
    """
    with transaction.atomic():
        locked = lock_sent(attempt_of(task), by=by)
        lock_open_task(task.pk)
        catch_up(locked, at=at)
        needed = answers_to_mark(locked)
        left = tuple(key for key in needed if key not in marks)
        if left:
            raise NotAllMarked(left)
        event = write_hand_marks(locked, marks, by=by, at=at) if needed else None
        MarkingTask.objects.filter(pk=task.pk).update(closed_by=by, closed_at=at)
        if event is not None:
            tell_marked_by_hand(locked, event, at=at)
        return event


def bring_up_to_date(*, attempt: Attempt, by: User, at: datetime) -> None:
    """Apply to an attempt that was sent what was decided and its job has not reached: for who is about to mark it.

    :raises NotSentYet: if the attempt is open.
    :raises OwnWork: if it is that person's own.
    """
    with transaction.atomic():
        catch_up(lock_sent(attempt.pk, by=by), at=at)


def open_task_for_answers(locked: Attempt, *, answered: Iterable[str], at: datetime) -> None:
    """Have a person look at answers in own words of an attempt that is being sent, if there are any.

    `answered` are the ids of the questions that have an answer. Cost: no query, 1 where a person has to look.
    """
    given = frozenset(answered)
    if any(entry["id"] in given and kind_of(entry).needs_person for entry in locked.form["questions"]):
        MarkingTask.objects.create(
            kind=MarkingTask.Kind.OPEN_ANSWERS, enrolment_id=locked.enrolment_id, attempt=locked, opened_at=at
        )


def answers_to_mark(attempt: Attempt) -> tuple[str, ...]:
    """Return the questions of an attempt whose answer in own words has to be given points. Cost: 2 queries.

    What was left empty earns nothing, and what counts for nobody any more is not asked for.
    """
    standing = fold_marks(mark_events_of(attempt))
    answered = set(attempt.responses.exclude(text="").values_list("question_id", flat=True))
    return tuple(
        entry["id"]
        for entry in attempt.form["questions"]
        if kind_of(entry).needs_person
        and entry["id"] in answered
        and standing is not None
        and entry["id"] in standing.points
    )


def lock_sent(pk: int, *, by: User) -> Attempt:
    """Lock an attempt that was sent until the transaction ends, for somebody else than who sent it. Cost: 1 query.

    :raises NotSentYet: if it is open.
    :raises OwnWork: if it is that person's own.
    """
    locked = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .select_related("quiz_version", "enrolment")
        .get(pk=pk)
    )
    if locked.enrolment.learner_id == by.pk:
        raise OwnWork
    if locked.state != Attempt.State.SUBMITTED:
        raise NotSentYet
    return locked


def attempt_of(task: MarkingTask) -> int:
    """Return the row number of the attempt that a task is about.

    :raises ValueError: if it is about work that was handed in.
    """
    if task.attempt_id is None:
        raise ValueError("This task is about no attempt.")
    return task.attempt_id


def lock_open_task(pk: int) -> MarkingTask:
    """Lock a task that nobody did yet. Cost: 1 query.

    :raises TaskClosed: if somebody did.
    """
    task = MarkingTask.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if task.closed_at is not None:
        raise TaskClosed
    return task


def write_hand_marks(locked: Attempt, marks: Mapping[str, HandPoints], *, by: User, at: datetime) -> MarkEvent:
    """Write what a person gave for answers of a locked attempt, and what follows from it; nobody is told of it yet.

    What a release decided and its job has not reached is applied first, with its own notice: points are given on top of
    what stands by all that was decided, and the job leaves it alone then.
    """
    seen = catch_up(locked, at=at)
    events = mark_events_of(locked)
    standing = fold_marks(events)
    assert standing is not None  # what was sent was marked
    given = {question_id: mark.points for question_id, mark in marks.items()}
    worth = _worth(locked, events)
    marking = add_hand_marks(before=standing, worth=worth, given=given)
    event = _write_event(locked, standing, marking, by=by, at=at)
    rows = HandMark.objects.bulk_create(
        HandMark(
            mark_event=event,
            attempt=locked,
            question_id=question_id,
            points=points,
            worth=worth[question_id],
            seen=seen,
        )
        for question_id, points in given.items()
    )
    HandMarkComment.objects.bulk_create(
        HandMarkComment(hand_mark=row, text=text) for row in rows if (text := marks[row.question_id].comment.strip())
    )
    Attempt.objects.filter(pk=locked.pk).update(
        cached_score=marking.score, cached_max_score=marking.max_score, cached_passed=marking.passed
    )
    if marking.passed and not standing.passed:
        record_quiz_passed(locked, at=at)
    return event


def _worth(locked: Attempt, events: list[MarkEvent]) -> dict[str, int]:
    """Return what each question that counts is worth in the standing marking, in points.

    Where a person gave points, that is what it was worth to them. Cost: 1 query, 3 where a newer key counts, 1 more where
    a person marked.
    """
    basis = basis_of(events)
    regrade = Regrade.objects.select_related("quiz_version").get(pk=basis.regrade_id) if basis.regrade_id else None
    accepted = accepted_by(locked, basis, own=serving.quiz_key(locked.quiz_version), new=key_of(regrade))
    given = marked_by_person(locked, events)
    return {
        question_id: given[question_id].worth if question_id in given else entry.points
        for question_id, entry in accepted.items()
        if entry.counts
    }


def _write_event(locked: Attempt, standing: MarkEvent, marking: Marking, *, by: User, at: datetime) -> MarkEvent:
    return MarkEvent.objects.create(
        attempt=locked,
        kind=MarkEvent.Kind.BY_HAND,
        score=marking.score,
        max_score=marking.max_score,
        pass_mark=marking.pass_mark,
        passed=marking.passed,
        points=dict(marking.points),
        actor=by,
        score_before=standing.score,
        # Never before what it follows: the clock of another process may be ahead.
        marked_at=max(at, standing.marked_at),
    )
