"""Save an answer, and send all of them.

Both lock the attempt first (SERVING.md section 6): without the lock, two of three answers that raced a submit were
acknowledged and not marked.
"""

from datetime import datetime
from enum import StrEnum
from typing import overload

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from courses.queries import serving
from courses.rules.kinds import Answer, kind_of
from progress.models import Attempt, MarkEvent, Response
from progress.operations.finishing import record_quiz_passed
from progress.operations.marking_by_hand import open_task_for_answers
from progress.operations.regrading import apply_standing_regrades, has_regrades
from progress.rules.attempts import form_entry
from progress.rules.marking import mark_attempt
from progress.rules.telling import tells_at_once
from progress.rules.timing import is_over

MAX_SEQUENCE = 2**53
"""The largest whole number that a script can count to."""


class AttemptClosed(Exception):
    """The answers were sent already, or the time is over."""


class TimeIsOver(AttemptClosed):
    """The deadline and the grace after it are past: what was saved by then is what counts."""


class UnknownQuestion(Exception):
    """The attempt does not ask this question."""


class UnfitAnswer(Exception):
    """The answer is none that this question of the attempt can have: other options, too many, words where none are."""


class SaveOutcome(StrEnum):
    """What became of an answer."""

    SAVED = "saved"
    NEWER_EXISTS = "newer-exists"
    IS_FINAL = "is-final"


def save_response(
    *,
    attempt: Attempt,
    question_id: str,
    answer: Answer,
    unsure: bool,
    sequence: int,
    at: datetime,
    pressed: bool = False,
) -> SaveOutcome:
    """Save the answer to one question of an open attempt.

    `sequence` counts the answers a page has sent, upwards from what it was drawn with. One that is not newer than
    what is saved is a late packet and changes nothing. `pressed`: the learner pressed a button, so this is their last
    word whatever number another tab has reached. `unsure` takes the place of an answer.

    In a quiz that tells at once how near an answer is, one that was pressed is final: it is shown with what is said of
    it, and nothing changes it any more. Cost: 2 queries, 3 when late.

    :raises AttemptClosed: if the answers were sent; `TimeIsOver` if the time is over.
    :raises UnknownQuestion: if the attempt does not ask it.
    :raises UnfitAnswer: if the question cannot have this answer.
    """
    check_fit(attempt, question_id, answer)
    kept = Answer() if unsure else answer
    with transaction.atomic():
        lock_attempt(attempt.pk, at=at)
        responses = Response.objects.filter(attempt_id=attempt.pk, question_id=question_id, checked_at=None)
        columns = {"options": sorted(kept.options), "text": kept.text, "unsure": unsure, "answered_at": at}
        if pressed:
            newer = Greatest(F("sequence") + 1, Value(sequence))
            checked_at = at if tells_at_once(attempt.quiz_version.body) else None
            if responses.update(sequence=newer, checked_at=checked_at, **columns):
                return SaveOutcome.SAVED
        elif responses.filter(sequence__lt=sequence).update(sequence=sequence, **columns):
            return SaveOutcome.SAVED
        saved = Response.objects.get(attempt_id=attempt.pk, question_id=question_id)
        if saved.checked_at is not None:
            is_same = pressed and (saved.answer, saved.unsure) == (kept, unsure)  # pressed twice
            return SaveOutcome.SAVED if is_same else SaveOutcome.IS_FINAL
        # The same packet again: its first reply was lost on the way.
        repeated = (saved.sequence, saved.answer, saved.unsure) == (sequence, kept, unsure)
        return SaveOutcome.SAVED if repeated else SaveOutcome.NEWER_EXISTS


def check_fit(attempt: Attempt, question_id: str, answer: Answer) -> None:
    """Let pass an answer that the attempt's own form can have for a question.

    :raises UnknownQuestion: if the attempt does not ask it.
    :raises UnfitAnswer: if the question cannot have this answer.
    """
    entry = form_entry(attempt.form, question_id)
    if entry is None:
        raise UnknownQuestion
    if not kind_of(entry).fits(entry, answer):
        raise UnfitAnswer


def lock_attempt(pk: int, *, at: datetime) -> Attempt:
    """Lock an open attempt until the transaction ends. Cost: 1 query.

    :raises AttemptClosed: if it is not open any more.
    :raises TimeIsOver: if it is, and its time is over.
    """
    locked = Attempt.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if locked.state != Attempt.State.OPEN:
        raise AttemptClosed
    if is_over(locked.deadline_at, at=at):
        raise TimeIsOver
    return locked


def submit_attempt(*, attempt: Attempt, at: datetime) -> MarkEvent:
    """Mark an attempt and close it; return how it was marked. A second call returns the first marking.

    Marked on the version it began with, then by what a release decided about the quiz since. If it passes, the quiz is
    done, and the course is complete if it was the last thing to do. Where its time is over, it is ended with what was
    saved. Cost: 5 queries, up to 14 when it completes the course, whatever the number of questions; 3 more where
    something was decided.
    """
    return _close(attempt.pk, at=at)


def end_attempt(*, attempt: Attempt, at: datetime) -> MarkEvent | None:
    """Close an attempt of which the time is over, with what was saved, and return how it was marked.

    None where there is nothing to end: its answers were sent, or it runs, also because its person was given more time a
    moment ago. Marked as an attempt that is sent, at the same cost.
    """
    return _close(attempt.pk, at=at, only_if_over=True)


@overload
def _close(pk: int, *, at: datetime) -> MarkEvent: ...
@overload
def _close(pk: int, *, at: datetime, only_if_over: bool) -> MarkEvent | None: ...
def _close(pk: int, *, at: datetime, only_if_over: bool = False) -> MarkEvent | None:
    with transaction.atomic():
        locked = Attempt.objects.select_for_update(of=("self",), no_key=True).select_related("quiz_version").get(pk=pk)
        # Decided under the lock: the deadline may have moved since anybody looked.
        ended_by_time = is_over(locked.deadline_at, at=at)
        if only_if_over and (locked.state == Attempt.State.SUBMITTED or not ended_by_time):
            return None
        if locked.state == Attempt.State.SUBMITTED:
            return MarkEvent.objects.get(attempt=locked, kind=MarkEvent.Kind.AUTOMATIC)
        # Asked after the lock: what a release decided meanwhile is seen here, or by its job, which waits for the lock.
        responses = list(Response.objects.filter(attempt=locked).annotate(is_decided=has_regrades(locked)))
        answers = {response.question_id: response.answer for response in responses}
        key = serving.quiz_key(locked.quiz_version)
        marking = mark_attempt(
            key=key,
            form=locked.form,
            answers=answers,
            pass_mark=locked.quiz_version.body["pass_mark"],
        )
        Attempt.objects.filter(pk=locked.pk).update(
            state=Attempt.State.SUBMITTED,
            submitted_at=at,
            ended_by_time=ended_by_time,
            cached_score=marking.score,
            cached_max_score=marking.max_score,
            cached_passed=marking.passed,
        )
        event = MarkEvent.objects.create(
            attempt=locked,
            kind=MarkEvent.Kind.AUTOMATIC,
            score=marking.score,
            max_score=marking.max_score,
            pass_mark=marking.pass_mark,
            passed=marking.passed,
            points=dict(marking.points),
            marked_at=at,
        )
        open_task_for_answers(locked, answered={key for key, answer in answers.items() if answer}, at=at)
        events = [event]
        if any(response.is_decided for response in responses):
            events += apply_standing_regrades(locked, event, answers=answers, key=key, at=at)
        if any(entry.passed for entry in events):
            record_quiz_passed(locked, at=at)
        return event
