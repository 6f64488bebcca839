"""The kinds of long work there are. An app registers its kinds when it is ready; what runs them knows no domain.

register_job("progress.regrade", step=regrade_some, count=count_attempts)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from celery import current_app


@dataclass(frozen=True)
class Step:
    """What a step did. `cursor`: where the next one begins. `done`: how many rows this step looked at, not all so far."""

    cursor: int
    done: int
    finished: bool


class StepOf(Protocol):
    """Does the next few rows after `cursor` (0 at first) and says how far it came. An exception means: try again later.

    It runs inside a transaction that also saves the cursor, so what it wrote counts once. Keep it well under a second:
    on SQLite everybody else's writes wait for it.
    """

    def __call__(self, payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step: ...


class CountOf(Protocol):
    """Returns how many rows there are to look at, for the progress bar."""

    def __call__(self, payload: Mapping[str, Any]) -> int: ...


class UnknownJob(LookupError):
    """Nothing is registered for the kind of a job."""


@dataclass(frozen=True)
class JobKind:
    """How jobs of one kind are done."""

    name: str
    step: StepOf
    count: CountOf


_kinds: dict[str, JobKind] = {}


def register_job(kind: str, *, step: StepOf, count: CountOf) -> None:
    """Say what does the steps of a kind of job. Called from an app's `ready()`."""
    _kinds[kind] = JobKind(name=kind, step=step, count=count)


def find_job_kind(name: str) -> JobKind:
    """Return how jobs of this kind are done.

    :raises UnknownJob: if no app registered it.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownJob(name) from None


def publish(job_id: int) -> None:
    """Ask the worker, through the broker, to go on with a job soon.

    :raises Exception: whatever the broker's client raises when the broker is away.
    """
    # By name: the task imports the operations, which import this module.
    current_app.send_task("foundation.tasks.run_job", args=[job_id])
