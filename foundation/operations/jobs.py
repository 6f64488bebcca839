"""Long work: start it, go on with it, sweep what stands still.

A job has no lease. Who works on it holds its row locked, and the lock dies with the connection: a killed worker's job
is free at once, at the place its last whole step reached.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from foundation import jobs
from foundation.models import Job
from foundation.rules.waiting import wait_after

logger = logging.getLogger(__name__)

# A job due less long than this was just published by its commit: the sweep leaves it alone.
SWEEP_AFTER = timedelta(seconds=15)
SWEEP_LIMIT = 200


def start_job(*, kind: str, key: str, payload: Mapping[str, Any], at: datetime, due_at: datetime | None = None) -> Job:
    """Write down, in the current transaction, long work that begins after it, at `due_at` or at once.

    Starting a kind and key again has no effect, whether the first waits, runs or is done: its row is returned. If the
    broker is away, or the time has not come, the sweep finds the row.

    :raises foundation.jobs.UnknownJob: if no app registered the kind.
    """
    jobs.find_job_kind(kind)
    due_at = due_at or at
    job, is_new = Job.objects.get_or_create(
        kind=kind, key=key, defaults={"payload": payload, "created_at": at, "due_at": due_at}
    )
    if is_new and due_at <= at:
        # robust: the transaction is done, its caller must not fail now
        transaction.on_commit(partial(_publish, job.pk), robust=True)
    return job


def run_job(*, job_id: int, clock: Callable[[], datetime], at_most: timedelta | None = None) -> bool:
    """Go on with a job, step by step, until it is finished. Return whether it is.

    Each step and the place it reached are one transaction. False: it is not due, somebody else is at it, a step went
    wrong, or `at_most` is over; then the rest is published again, so that other work has its turn between.
    A step that goes wrong is rolled back and noted, and the job waits: 10 seconds at first, doubled with each, an hour
    at most. It is never given up.
    """
    begun_at = clock()
    at = begun_at
    is_counted = False
    while True:
        try:
            with transaction.atomic():
                job = _lock(job_id, at)
                if job is None:
                    return Job.objects.filter(pk=job_id, finished_at__isnull=False).exists()
                kind = jobs.find_job_kind(job.kind)
                if is_counted or job.done_count or job.cursor:
                    if _take_step(job, kind, at):
                        return True
                else:  # in a transaction of its own, so that the bar shows the whole while the first step runs
                    job.total_count = kind.count(job.payload)
                    job.save(update_fields=["total_count"])
                is_counted = True
        except Exception as error:  # noqa: BLE001 - whatever a step raises, the job must wait and not be lost
            _note_failure(job_id, error, clock())
            return False
        at = clock()
        if at_most is not None and at - begun_at >= at_most:
            _publish(job_id)
            return False


def sweep_jobs(*, at: datetime) -> int:
    """Publish again what is due and nobody is at, oldest first. Return how many.

    Stops at the first one the broker does not take: it would not take the others either.
    """
    with transaction.atomic():  # for the length of the query only: it passes over what is locked, so what runs
        waiting = list(
            Job.objects.select_for_update(skip_locked=True)
            .filter(finished_at=None, due_at__lte=at - SWEEP_AFTER)
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[:SWEEP_LIMIT]
        )
    published = 0
    for job_id in waiting:
        if not _publish(job_id):
            break
        published += 1
    return published


def _lock(job_id: int, at: datetime) -> Job | None:
    """Return the job, locked for this transaction; none if it is finished, not due or locked by somebody else."""
    free = Job.objects.select_for_update(skip_locked=True)
    return free.filter(pk=job_id, finished_at=None, due_at__lte=at).first()


def _take_step(job: Job, kind: jobs.JobKind, at: datetime) -> bool:
    step = kind.step(job.payload, job.cursor, at=at)
    job.cursor, job.done_count = step.cursor, job.done_count + step.done
    job.finished_at = at if step.finished else None
    job.failure_count, job.problem = 0, ""
    job.save(update_fields=["cursor", "done_count", "finished_at", "failure_count", "problem"])
    return step.finished


def _note_failure(job_id: int, error: Exception, at: datetime) -> None:
    problem = f"{type(error).__name__}: {error}"
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, finished_at=None).first()
        if job is None:  # somebody else finished it meanwhile
            return
        job.failure_count += 1
        job.problem, job.due_at = problem, at + wait_after(job.failure_count)
        job.save(update_fields=["failure_count", "problem", "due_at"])
    logger.warning("jobs: %s (job %s) waits after failure %s: %s", job.kind, job.pk, job.failure_count, problem)


def _publish(job_id: int) -> bool:
    try:
        jobs.publish(job_id)
    except Exception:  # noqa: BLE001 - the broker may be away in many ways; the sweep finds the row
        logger.warning("jobs: the broker did not take job %s; the sweep will try again", job_id)
        return False
    return True
