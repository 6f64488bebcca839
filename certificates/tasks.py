"""What the worker does about certificates by itself. Thin: reads the clock, calls an operation."""

import logging

from celery import shared_task
from django.utils import timezone

from certificates.operations import chaining, expiring, heads, key_alarms, requesting, status_lists
from certificates.operations.keys import KeyMissing

logger = logging.getLogger(__name__)


@shared_task
def do_due_requests() -> None:
    at = timezone.now()
    requesting.note_rights(at=at)
    requesting.do_due_requests(at=at)


@shared_task
def expire_certificates() -> None:
    at = timezone.now()
    expiring.expire_certificates(at=at)
    expiring.tell_of_ends(at=at)


@shared_task
def chain_events() -> None:
    chaining.chain_events(at=timezone.now())


@shared_task
def sign_head() -> None:
    """Look through all events for one left behind, then sign the head of the day unless it is."""
    at = timezone.now()
    chaining.chain_events(at=at, looks_everywhere=True)
    try:
        heads.sign_head(at=at)
    except KeyMissing as error:
        logger.error("log of certificates: the head of today waits for a key: %s", error)


@shared_task
def sign_status_lists() -> None:
    """Sign lists of revoked badges anew where something changed or they end soon; what cannot be is told to operators."""
    try:
        status_lists.sign_due_lists(at=timezone.now())
    except KeyMissing as error:
        logger.error("status lists wait for a key: %s", error)


@shared_task
def watch_keys() -> None:
    key_alarms.alarm_about_keys(at=timezone.now())
