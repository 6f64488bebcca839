"""Many messages of one kind, written down together."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from foundation import operations, outbox
from foundation.models import OutboxMessage
from foundation.operations import outbox as outbox_operations

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def handled(monkeypatch) -> list[int]:
    done: list[int] = []
    monkeypatch.setattr(outbox, "_kinds", {})
    outbox.register_handler("test.soon", lambda payload, *, at: done.append(payload["n"]))
    outbox.register_handler("test.at-once", lambda payload, *, at: done.append(payload["n"]), at_once=True)
    return done


@pytest.fixture(autouse=True)
def published(monkeypatch) -> list[list[int]]:
    """What the broker took, call by call; it takes two calls, each of two messages."""
    sent: list[list[int]] = []

    def publish(message_ids: Sequence[int]) -> None:
        if len(sent) == 2:
            raise ConnectionError
        sent.append(list(message_ids))

    monkeypatch.setattr(outbox, "publish_together", publish)
    monkeypatch.setattr(outbox_operations, "TOGETHER", 2)
    return sent


def post(*numbers: int, kind: str = "test.soon") -> None:
    operations.post_messages(kind=kind, payloads={f"k{number}": {"n": number} for number in numbers}, at=NOON)


def test_each_is_written_once_and_published_after_the_commit(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(1, 2)
        assert published == []
    assert published == [list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True))]
    post(2, 3)
    rows = OutboxMessage.objects.order_by("key").values_list("key", "payload", "due_at")
    assert list(rows) == [("k1", {"n": 1}, NOON), ("k2", {"n": 2}, NOON), ("k3", {"n": 3}, NOON)]


def test_a_broker_that_takes_no_more_is_left_alone_and_nothing_is_lost(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(*range(7))
    assert [len(together) for together in published] == [2, 2]
    assert OutboxMessage.objects.filter(done_at=None).count() == 7


def test_what_takes_long_lets_other_work_in_between_and_each_is_done_once(
    handled, published, django_capture_on_commit_callbacks
):
    outbox.register_handler("test.one-fails", lambda payload, *, at: handled.append(1 // (payload["n"] - 2)))
    post(1, 2, 3, 4, kind="test.one-fails")
    ids = list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True))
    moments = iter(NOON + timedelta(seconds=4 * second) for second in range(99))

    def deliver(message_ids: list[int]) -> int:
        return operations.deliver_together(
            message_ids=message_ids, clock=lambda: next(moments), at_most=timedelta(seconds=9)
        )

    assert (deliver(ids), published) == (2, [ids[2:]])
    assert deliver(published[0]) == 2
    deliver(ids)
    assert handled == [-1, 1, 0]
    assert OutboxMessage.objects.get(done_at=None).problem.startswith("ZeroDivisionError")


def test_what_is_done_at_once_is_done_after_the_commit(handled, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(1, 2, kind="test.at-once")
        assert handled == []
    assert handled == [1, 2]


def test_posting_none_writes_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        post()


def test_a_kind_nobody_registered_is_refused_at_once():
    with pytest.raises(outbox.UnknownKind):
        post(1, kind="test.unknown")
