"""Ask a person to check a result, and answer who asked: the way from every marking by rules to a person."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from progress.models import Attempt, MarkEvent, MarkingTask
from progress.operations.marking_by_hand import (
    HandPoints,
    NotSentYet,
    attempt_of,
    lock_open_task,
    lock_sent,
    write_hand_marks,
)
from progress.operations.noticing import tell_check_answered
from progress.queries.attempts import mark_events_of
from progress.queries.checks import checks_of
from progress.rules.checking import NoCheck, why_no_check
from progress.rules.marking import fold_marks

MOST_WORDS = 2000
"""Characters that are kept of what a learner says, and of the answer."""


class CannotAsk(Exception):
    """This result is not checked now; `reason` says why."""

    def __init__(self, reason: NoCheck) -> None:
        super().__init__(reason)
        self.reason = reason


class NoWords(Exception):
    """A check is answered in words."""


def ask_for_check(*, attempt: Attempt, words: str, at: datetime) -> MarkingTask:
    """Ask a person to check the result of an attempt, and return the task. Asked again, the first one is returned.

    `words` is what the learner wants to say, or nothing. Cost: 5 queries.

    :raises NotSentYet: if the attempt is open.
    :raises CannotAsk: if there is nothing to gain, a person marks it anyway, or a person checked it already.
    """
    with transaction.atomic():
        # Two presses at once wait for each other here.
        locked = Attempt.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt.pk)
        standing = fold_marks(mark_events_of(locked))
        if standing is None:
            raise NotSentYet
        tasks = checks_of(locked)
        if tasks.open_check:
            return tasks.open_check
        reason = why_no_check(
            score=standing.score,
            max_score=standing.max_score,
            waits_for_person=tasks.waits_for_person,
            checked_at=tasks.answered.closed_at if tasks.answered else None,
            marked_at=standing.marked_at,
        )
        if reason is not None:
            raise CannotAsk(reason)
        return MarkingTask.objects.create(
            kind=MarkingTask.Kind.CHECK,
            enrolment_id=locked.enrolment_id,
            attempt=locked,
            words=words.strip()[:MOST_WORDS],
            opened_at=at,
        )


def close_check(
    *, task: MarkingTask, by: User, at: datetime, answer: str, marks: Mapping[str, HandPoints] | None = None
) -> MarkEvent | None:
    """Answer who asked for a check, with more points where the marking was too hard on them; return the mark event.

    None where the points stay as they are. The learner is told once of both, on the page and by mail.

    :raises NoWords: if the answer is empty.
    :raises progress.operations.marking_by_hand.TaskClosed: if somebody answered before.

    And as `progress.operations.marking_by_hand.mark_by_hand` does, but that no points need be given.
    """
    words = answer.strip()[:MOST_WORDS]
    if not words:
        raise NoWords
    with transaction.atomic():
        locked = lock_sent(attempt_of(task), by=by)
        closed = lock_open_task(task.pk)
        event = write_hand_marks(locked, marks, by=by, at=at) if marks else None
        closed.answer, closed.closed_by, closed.closed_at = words, by, event.marked_at if event else at
        closed.save(update_fields=["answer", "closed_by", "closed_at"])
        tell_check_answered(closed, event, at=at)
        return event
