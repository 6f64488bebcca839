"""Many messages of one kind, written down together."""

from datetime import UTC, datetime

import pytest

from foundation import operations, outbox
from foundation.models import OutboxMessage

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
def published(monkeypatch) -> list[int]:
    """The messages the broker took; it takes two."""
    sent: list[int] = []

    def publish(message_id: int) -> None:
        if len(sent) == 2:
            raise ConnectionError
        sent.append(message_id)

    monkeypatch.setattr(outbox, "publish", publish)
    return sent


def post(*numbers: int, kind: str = "test.soon") -> None:
    operations.post_messages(kind=kind, payloads={f"k{number}": {"n": number} for number in numbers}, at=NOON)


def test_each_is_written_once_and_published_after_the_commit(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(1, 2)
        assert published == []
    assert published == list(OutboxMessage.objects.order_by("pk").values_list("pk", flat=True))
    post(2, 3)
    rows = OutboxMessage.objects.order_by("key").values_list("key", "payload", "due_at")
    assert list(rows) == [("k1", {"n": 1}, NOON), ("k2", {"n": 2}, NOON), ("k3", {"n": 3}, NOON)]


def test_a_broker_that_takes_no_more_is_left_alone_and_nothing_is_lost(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(1, 2, 3, 4)
    assert len(published) == 2
    assert OutboxMessage.objects.filter(done_at=None).count() == 4


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
