import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from kombu import Connection

from foundation import operations
from foundation.access import Access, access
from foundation.models import Heartbeat, Job, OutboxMessage

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_heart_beats_in_one_row():
    operations.beat_heart(name="worker", at=NOON)
    operations.beat_heart(name="worker", at=NOON + timedelta(seconds=30))

    assert list(Heartbeat.objects.values_list("name", "beat_at")) == [("worker", NOON + timedelta(seconds=30))]


def test_the_embedded_broker_forgets_what_it_delivered_and_keeps_what_waits(tmp_path):
    url = f"sqla+sqlite:///{tmp_path}/broker.sqlite3"
    with Connection(url) as broker:
        queue = broker.SimpleQueue("portal")
        for number in range(5):
            queue.put(number)
        for _ in range(3):
            queue.get(timeout=1).ack()

        pruned = operations.prune_embedded_broker(broker_url=url)

        assert pruned == 3
        assert [queue.get(timeout=1).payload for _ in range(2)] == [3, 4]
        queue.close()


def test_the_queue_of_the_embedded_broker_is_made_by_several_processes_at_once(tmp_path):
    url = f"sqla+sqlite:///{tmp_path}/broker.sqlite3"
    code = "import sys, django; django.setup(); from foundation import operations; sys.stdin.readline()\n"
    code += f"operations.make_embedded_queue(broker_url={url!r}, queue='portal')"
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        )
        for _ in range(3)
    ]
    for starter in starters:
        starter.stdin.write(b"now\n")
        starter.stdin.flush()

    assert [starter.wait(timeout=60) for starter in starters] == [0, 0, 0]
    with Connection(url) as broker:
        queue = broker.SimpleQueue("portal")
        queue.put("a task")
        assert queue.get(timeout=1).payload == "a task"
        queue.close()


def test_pruning_a_broker_that_was_never_used_is_no_error(tmp_path):
    assert operations.prune_embedded_broker(broker_url=f"sqla+sqlite:///{tmp_path}/broker.sqlite3") == 0


def test_pruning_leaves_a_server_alone():
    assert operations.prune_embedded_broker(broker_url="redis://localhost:6379/0") == 0


def test_a_view_says_who_may_use_it():
    @access(Access.OWN)
    def view(request): ...

    assert view.access is Access.OWN


@pytest.mark.django_db
def test_what_done_work_carried_goes_after_thirty_days_and_its_row_stays():
    old, new = NOON - timedelta(days=30), NOON - timedelta(days=29)
    for name, done_at in (("old", old), ("new", new), ("waiting", None)):
        OutboxMessage.objects.create(
            kind="test.greet", key=name, payload={"to": name}, posted_at=old, due_at=old, done_at=done_at
        )
        Job.objects.create(
            kind="test.count", key=name, payload={"of": name}, created_at=old, due_at=old, finished_at=done_at
        )

    emptied = operations.empty_done_work(at=NOON)

    assert (emptied, operations.empty_done_work(at=NOON)) == (2, 0)
    for rows in (OutboxMessage.objects, Job.objects):
        assert [row.key for row in rows.order_by("pk") if row.payload] == ["new", "waiting"]
        assert rows.count() == 3
