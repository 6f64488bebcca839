"""Whether what the portal stands on answers."""

from datetime import datetime, timedelta

from celery import current_app
from django.db import DatabaseError, connection

from foundation.models import Heartbeat, OutboxMessage

HEARTBEAT_IS_STALE_AFTER = timedelta(seconds=90)
GIVEN_UP_IS_NEWS_FOR = timedelta(days=7)
WORKER = "worker"


def database_answers() -> bool:
    """Say whether the database takes a query. Cost: 1 query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def broker_answers() -> bool:
    """Say whether the broker takes a connection; waits a second at most."""
    try:
        with current_app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
            # The embedded broker connects to nothing until it is asked for a channel.
            broker.channel().close()
    except Exception:  # noqa: BLE001 - every transport raises its own; any of them means no
        return False
    return True


def given_up_count(*, at: datetime) -> int:
    """Return how many messages of the outbox were given up in the last week. Cost: 1 query."""
    return OutboxMessage.objects.filter(given_up_at__gt=at - GIVEN_UP_IS_NEWS_FOR).count()


def worker_is_alive(*, at: datetime) -> bool:
    """Say whether the worker's heart beat in the last 90 seconds. Cost: 1 query."""
    return Heartbeat.objects.filter(name=WORKER, beat_at__gte=at - HEARTBEAT_IS_STALE_AFTER).exists()
