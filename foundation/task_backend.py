"""When Wagtail's own follow-ups of a save run: the search index and the table of references."""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id


class AfterCommitBackend(ImmediateBackend):
    """Runs a task in this process, after the commit of the transaction that asked for it.

    Run inside that transaction, two editors who published at once deadlocked on the search index, whose average length
    of titles is over all pages, and one of them lost the publish. After the commit a task that goes wrong is logged by
    `django_tasks` and the page is as it was saved.
    """

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        result: TaskResult = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(partial(self._execute_task, result), robust=True)
        return result
