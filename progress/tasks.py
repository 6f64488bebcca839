"""What the worker does about learning by itself. Thin: reads the clock, calls an operation."""

from celery import shared_task
from django.utils import timezone

from progress.operations.asking_later import ask_later
from progress.operations.ending import end_overdue_attempts as end_overdue


@shared_task
def end_overdue_attempts() -> None:
    end_overdue(at=timezone.now())


@shared_task
def ask_whether_it_was_used() -> None:
    ask_later(at=timezone.now())
