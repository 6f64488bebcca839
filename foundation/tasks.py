"""What the worker does by itself. Thin: reads the clock, calls an operation."""

from datetime import timedelta

from celery import shared_task
from celery.signals import celeryd_init, worker_ready
from django.conf import settings
from django.utils import timezone

from foundation import operations
from foundation.queries import WORKER

# Mails and other work wait no longer than this behind a long job.
_AT_ONE_GO = timedelta(seconds=10)


@shared_task
def deliver(message_id: int) -> None:
    operations.deliver_message(message_id=message_id, at=timezone.now())


@shared_task
def deliver_together(message_ids: list[int]) -> None:
    operations.deliver_together(message_ids=message_ids, clock=timezone.now, at_most=_AT_ONE_GO)


@shared_task
def sweep_outbox() -> None:
    operations.sweep_outbox(at=timezone.now())


@shared_task
def run_job(job_id: int) -> None:
    operations.run_job(job_id=job_id, clock=timezone.now, at_most=_AT_ONE_GO)


@shared_task
def sweep_jobs() -> None:
    operations.sweep_jobs(at=timezone.now())


@shared_task
def empty_done_work() -> None:
    operations.empty_done_work(at=timezone.now())


@shared_task
def beat_heart() -> None:
    operations.beat_heart(name=WORKER, at=timezone.now())


@shared_task
def prune_embedded_broker() -> None:
    operations.prune_embedded_broker(broker_url=settings.CELERY_BROKER_URL)


@celeryd_init.connect
def make_embedded_queue_before_beat_does(**kwargs: object) -> None:
    operations.make_embedded_queue(broker_url=settings.CELERY_BROKER_URL, queue=settings.CELERY_TASK_DEFAULT_QUEUE)


@worker_ready.connect
def beat_heart_at_start(**kwargs: object) -> None:
    beat_heart()
