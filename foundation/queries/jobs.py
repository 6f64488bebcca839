"""How far long work is."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from foundation.models import Job


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    RETRYING = "retrying"  # its last step went wrong and will be tried again


_STATE_WORDS = {
    JobState.WAITING: _("waiting"),
    JobState.RUNNING: _("running"),
    JobState.DONE: _("done"),
    JobState.RETRYING: _("something went wrong; it is tried again by itself"),
}


@dataclass(frozen=True)
class JobProgress:
    """How far a job is, as `components/job.html` shows it. `done` and `total` are rows; `total` is 0 until counted."""

    state: JobState
    done: int
    total: int
    percentage: int  # rounded down, so that 100 means all

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for any more."""
        return self.state is JobState.DONE

    @property
    def words(self) -> str:
        """The state in words, in the reader's language."""
        return str(_STATE_WORDS[self.state])

    @property
    def done_text(self) -> str:
        """Rows done, written as the reader's language writes numbers."""
        return number_format(self.done, force_grouping=True)

    @property
    def total_text(self) -> str:
        """Rows in all, written as the reader's language writes numbers."""
        return number_format(self.total, force_grouping=True)


def job_progress(job: Job) -> JobProgress:
    """Return how far a job is. Cost: none.

    Rows that came after the count are more than the whole: then the whole is what was done.
    """
    total = max(job.total_count, job.done_count)
    return JobProgress(
        state=_state_of(job),
        done=job.done_count,
        total=total,
        percentage=100 if job.finished_at else job.done_count * 100 // total if total else 0,
    )


def _state_of(job: Job) -> JobState:
    if job.finished_at:
        return JobState.DONE
    if job.failure_count:
        return JobState.RETRYING
    return JobState.RUNNING if job.total_count or job.done_count or job.cursor else JobState.WAITING
