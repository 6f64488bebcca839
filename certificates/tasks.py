"""What the worker does about certificates by itself. Thin: reads the clock, calls an operation."""

from celery import shared_task
from django.utils import timezone

from certificates.operations import expiring


@shared_task
def expire_certificates() -> None:
    at = timezone.now()
    expiring.expire_certificates(at=at)
    expiring.tell_of_ends(at=at)
