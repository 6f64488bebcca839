"""What foundation can tell: whether what the portal stands on answers, how far long work is, whether rows are sealed."""

from foundation.queries.health import (
    HEARTBEAT_IS_STALE_AFTER,
    WORKER,
    broker_answers,
    database_answers,
    given_up_count,
    worker_is_alive,
)
from foundation.queries.jobs import JobProgress, JobState, job_progress

__all__ = [
    "HEARTBEAT_IS_STALE_AFTER",
    "WORKER",
    "JobProgress",
    "JobState",
    "broker_answers",
    "database_answers",
    "given_up_count",
    "job_progress",
    "worker_is_alive",
]
