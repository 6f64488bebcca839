"""What the worker does by itself for managers. Thin: reads the clock, calls an operation."""

from celery import shared_task
from django.utils import timezone

from accounts.operations.joining import delete_ended_invitations
from cockpit.operations.importing import forget_import_texts
from cockpit.operations.packs_retention import end_lists


@shared_task
def forget_old_import_texts() -> int:
    """Empty the rows of lists of people that were sent 60 days ago or more; return how many."""
    return forget_import_texts(at=timezone.now())


@shared_task
def delete_old_invitations() -> int:
    """Delete invitations that ended 60 days ago or more, with accounts that nobody ever opened; return how many."""
    return delete_ended_invitations(at=timezone.now())


@shared_task
def delete_ended_lists() -> int:
    """Delete the lists of participants whose time is over, with the packs that name them; return how many lines."""
    return end_lists(at=timezone.now())
