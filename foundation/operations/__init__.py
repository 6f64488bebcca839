"""What foundation writes: messages of the outbox, long jobs, the worker's housekeeping, seals of old rows."""

from foundation.operations.housekeeping import (
    beat_heart,
    empty_done_work,
    make_embedded_queue,
    prune_embedded_broker,
)
from foundation.operations.jobs import run_job, start_job, sweep_jobs
from foundation.operations.outbox import (
    LeaseLost,
    deliver_message,
    deliver_together,
    post_message,
    post_messages,
    sweep_outbox,
)
from foundation.operations.sealing import seal_old_rows

__all__ = [
    "LeaseLost",
    "beat_heart",
    "deliver_message",
    "deliver_together",
    "empty_done_work",
    "make_embedded_queue",
    "post_message",
    "post_messages",
    "prune_embedded_broker",
    "run_job",
    "seal_old_rows",
    "start_job",
    "sweep_jobs",
    "sweep_outbox",
]
