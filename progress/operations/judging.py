"""Judge what was handed in: take a task, judge by the rubric, and let what follows from it follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from progress.models import Judgement, JudgementComment, MarkingTask, Submission
from progress.operations.finishing import record_work_passed
from progress.operations.marking_by_hand import OwnWork, TaskClosed
from progress.operations.noticing import tell_work_judged
from progress.queries.assessing import is_held
from progress.rules.judging import (
    Outcome,
    Role,
    fold_judgements,
    is_lapsed,
    may_judge,
    outcome_of,
    rubric_of,
    score_of,
)

MOST_WORDS = 5000
"""Characters that are kept of one comment."""
WHOLE = ""
"""The place of a comment on the whole, where others have the id of a criterion."""


class TakenByAnother(Exception):
    """Somebody else has taken the task, not for too long, and assesses the work still."""


class JudgedBefore(Exception):
    """This person judged the same work already, in another role."""


class NotTaken(Exception):
    """Who judges has not taken the task, or lost it to somebody else."""


class NothingToImprove(Exception):
    """Work is given back with words on what to improve."""


def claim_task(*, task: MarkingTask, by: User, at: datetime) -> MarkingTask:
    """Take a task, so that no two people do the same work. Taken by the same person again: the first time stays.

    After `CLAIM_LASTS` somebody else may take it, and at once when who took it assesses the work no longer. Of two at
    once one gets it. Cost: 2 queries, 3 of a submission, and 1 where somebody else took it.

    :raises TaskClosed: if somebody did it.
    :raises TakenByAnother: if somebody else has it.
    :raises OwnWork: if it is about their own work.
    :raises JudgedBefore: if they judged the same work in another role.
    """
    with transaction.atomic():
        locked = _lock_task(task.pk)
        if locked.closed_at is not None:
            raise TaskClosed
        _check_person(locked, by)
        if locked.claimed_by_id == by.pk and not is_lapsed(locked.claimed_at, at=at):
            return locked
        if locked.claimed_by_id != by.pk and is_held(locked, at=at):
            raise TakenByAnother
        locked.claimed_by, locked.claimed_at = by, at
        locked.save(update_fields=["claimed_by", "claimed_at"])
        return locked


def release_task(*, task: MarkingTask, by: User) -> None:
    """Let go of a task that this person took; others may take it at once. Nothing happens where it is not theirs.

    Cost: 1 query.
    """
    MarkingTask.objects.filter(pk=task.pk, claimed_by=by, closed_at=None).update(claimed_by=None, claimed_at=None)


def judge_submission(
    *,
    task: MarkingTask,
    by: User,
    levels: Mapping[str, str],
    comments: Mapping[str, str],
    gives_back: bool,
    at: datetime,
) -> Judgement:
    """Judge a submission in the role of the task, and close the task. Done twice, the first judgement is returned.

    `levels` says the level of each criterion, `comments` what is said of it, or of the whole under `WHOLE`. Whether it
    is passed follows from the points. If that decides, the learner is told; passed work does the step, and completes
    the course if it was the last thing to do. Else the next person gets a task (decision 0018).
    Cost: at most 26 queries.

    :raises TaskClosed: if somebody else did it.
    :raises NotTaken: if this person did not take it.
    :raises OwnWork: if it is about their own work.
    :raises JudgedBefore: if they judged the same work in another role.
    :raises progress.rules.judging.Unjudged: if a criterion has no level of its own.
    :raises NothingToImprove: if it is given back and nothing is said of the whole.
    """
    said = {place: words for place, text in comments.items() if (words := text.strip()[:MOST_WORDS])}
    with transaction.atomic():
        locked = _lock_task(task.pk)
        if locked.closed_at is not None:
            return _judged_by(locked, by)
        _check_person(locked, by)
        if locked.claimed_by_id != by.pk:
            raise NotTaken
        assert locked.submission_id is not None  # the kinds of task that are about a submission
        if gives_back and WHOLE not in said:
            raise NothingToImprove
        submission = (
            Submission.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assignment_version")
            .get(pk=locked.submission_id)
        )
        judgement = _write_judgement(submission, locked, by, levels=levels, said=said, gives_back=gives_back, at=at)
        locked.closed_by, locked.closed_at = by, at
        locked.save(update_fields=["closed_by", "closed_at"])
        _follow(submission, locked, at)
        return judgement


def _write_judgement(
    submission: Submission,
    task: MarkingTask,
    by: User,
    *,
    levels: Mapping[str, str],
    said: Mapping[str, str],
    gives_back: bool,
    at: datetime,
) -> Judgement:
    body: Mapping[str, Any] = submission.assignment_version.body
    rubric = rubric_of(body)
    score, max_score, pass_mark = score_of(rubric, levels), rubric.max_score, body["pass_mark"]
    judgement = Judgement.objects.create(
        submission=submission,
        role=task.kind,
        outcome=outcome_of(score=score, max_score=max_score, pass_mark=pass_mark, gives_back=gives_back),
        levels={key: levels[key] for key in rubric.points},
        score=score,
        max_score=max_score,
        pass_mark=pass_mark,
        assessor=by,
        judged_at=at,
    )
    JudgementComment.objects.bulk_create(
        JudgementComment(judgement=judgement, criterion_id=place, text=said[place])
        for place in (*rubric.points, WHOLE)
        if place in said
    )
    return judgement


def _follow(submission: Submission, task: MarkingTask, at: datetime) -> None:
    """Let what follows from the judgements of a locked submission follow: the next task, or the decision."""
    judgements = list(Judgement.objects.filter(submission=submission))
    needs_second = bool(submission.assignment_version.body.get("needs_second_assessor"))
    standing = fold_judgements(judgements, needs_second=needs_second)
    if standing.waits_for is not None:
        MarkingTask.objects.create(
            kind=standing.waits_for, enrolment_id=submission.enrolment_id, submission=submission, opened_at=at
        )
        return
    submission.state = standing.state
    submission.save(update_fields=["state"])
    if standing.decided_by is not None and standing.decided_by.outcome == Outcome.PASS:
        record_work_passed(submission, at=at)
    tell_work_judged(task, at=at)


def _lock_task(pk: int) -> MarkingTask:
    return MarkingTask.objects.select_for_update(of=("self",), no_key=True).select_related("enrolment").get(pk=pk)


def _check_person(task: MarkingTask, by: User) -> None:
    """Refuse who may not do a task whatever their scope: the learner, and who judged the same work before."""
    if task.enrolment.learner_id == by.pk:
        raise OwnWork
    if task.submission_id is None:
        return
    judged_by = Judgement.objects.filter(submission=task.submission_id).exclude(role=task.kind)
    assessors = list(judged_by.values_list("assessor", flat=True))
    if not may_judge(person=by.pk, learner=task.enrolment.learner_id, judged_by=assessors):
        raise JudgedBefore


def _judged_by(task: MarkingTask, by: User) -> Judgement:
    """Return the judgement that closed a task, to who wrote it: they pressed twice."""
    judgement = Judgement.objects.filter(submission=task.submission_id, role=Role(task.kind), assessor=by).first()
    if judgement is None:
        raise TaskClosed
    return judgement
