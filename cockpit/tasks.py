"""What the worker does by itself for managers. Thin: reads the clock, calls an operation."""

from celery import shared_task
from django.utils import timezone

from cockpit.operations.importing import forget_import_texts


@shared_task
def forget_old_import_texts() -> int:
    """Empty the rows of lists of people that were sent 60 days ago or more; return how many."""
    return forget_import_texts(at=timezone.now())
