"""What the worker does for its own good."""

import logging
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from kombu import Connection
from sqlalchemy.exc import DatabaseError

from foundation.models import Heartbeat, Job, OutboxMessage

logger = logging.getLogger(__name__)

_EMBEDDED_BROKER = "sqla+sqlite:///"
KEPT_FOR = timedelta(days=30)
_EMPTIED_AT_ONCE = 1000


def beat_heart(*, name: str, at: datetime) -> None:
    """Note that a background process lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})


def prune_embedded_broker(*, broker_url: str) -> int:
    """Delete what the embedded broker has delivered; it never does so itself. Return how many rows.

    Does nothing where the broker is a server of its own.
    """
    if not broker_url.startswith(_EMBEDDED_BROKER):
        return 0
    with closing(sqlite3.connect(broker_url.removeprefix(_EMBEDDED_BROKER), timeout=20)) as broker, broker:
        tables = broker.execute("SELECT 1 FROM sqlite_master WHERE name = 'kombu_message'")
        if tables.fetchone() is None:  # nothing was ever sent
            return 0
        return broker.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount


def make_embedded_queue(*, broker_url: str, queue: str) -> None:
    """Make the queue of the embedded broker before two processes do at once: kombu lets the second one of them die.

    Does nothing where the broker is a server of its own.
    """
    if not broker_url.startswith(_EMBEDDED_BROKER):
        return
    with Connection(broker_url) as broker:
        try:
            broker.default_channel.queue_declare(queue=queue)
        except DatabaseError:
            logger.info("The queue of the embedded broker was made by another process at this moment.")


def empty_done_work(*, at: datetime) -> int:
    """Empty what messages and jobs carried that were done, or given up, 30 days ago or more. Return how many.

    The rows stay: posting a kind and key again must have no effect ever after, and a regrade names its job.
    """
    ended = at - KEPT_FOR
    messages = OutboxMessage.objects.filter(Q(done_at__lte=ended) | Q(given_up_at__lte=ended))
    return _empty(messages) + _empty(Job.objects.filter(finished_at__lte=ended))


def _empty(rows: models.QuerySet[Any]) -> int:
    full = rows.exclude(payload={}).order_by("pk").values_list("pk", flat=True)
    count = 0
    while some := list(full[:_EMPTIED_AT_ONCE]):
        count += rows.filter(pk__in=some).update(payload={})
    return count
