from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from foundation import operations, outbox
from foundation.models import OutboxMessage

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Boom(Exception):
    """What the handlers of these tests raise."""


class Recorder:
    """A handler that remembers what it was asked, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.handled: list[dict] = []
        self.failures = failures

    def __call__(self, payload, *, at):
        if self.failures:
            self.failures -= 1
            raise Boom("anna@example.org has no mailbox")
        self.handled.append(payload)


@pytest.fixture
def kinds(monkeypatch):
    """Leave the kinds of the real apps alone."""
    monkeypatch.setattr(outbox, "_kinds", {})


@pytest.fixture
def published(monkeypatch):
    """The messages the broker took, in order; nothing is sent anywhere."""
    sent: list[int] = []
    monkeypatch.setattr(outbox, "publish", sent.append)
    return sent


@pytest.fixture
def no_broker(monkeypatch):
    def refuse(message_id):
        raise ConnectionError("the broker is down")

    monkeypatch.setattr(outbox, "publish", refuse)


def post(key="k", payload=None, kind="test.greet", at=NOON):
    with transaction.atomic():
        return operations.post_message(kind=kind, key=key, payload=payload or {"to": key}, at=at)


def message(key="k"):
    return OutboxMessage.objects.get(key=key)


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds"), pytest.mark.both_databases]


def test_a_posted_message_is_published_after_the_commit_and_not_before(published):
    outbox.register_handler("test.greet", Recorder())

    with transaction.atomic():
        posted = operations.post_message(kind="test.greet", key="k", payload={}, at=NOON)
        published_before_commit = list(published)

    assert published_before_commit == []
    assert published == [posted.pk]


def test_a_message_of_a_transaction_that_failed_never_was(published):
    outbox.register_handler("test.greet", Recorder())

    @transaction.atomic
    def fail_after_posting():
        operations.post_message(kind="test.greet", key="k", payload={}, at=NOON)
        raise Boom

    with pytest.raises(Boom):
        fail_after_posting()

    assert published == []
    assert not OutboxMessage.objects.exists()


def test_posting_a_kind_nobody_handles_says_so_at_once(published):
    with pytest.raises(outbox.UnknownKind):
        post()


def test_posting_twice_while_it_waits_leaves_one_message(published):
    outbox.register_handler("test.greet", Recorder())

    first, second = post(payload={"n": 1}), post(payload={"n": 2})

    assert first == second
    assert message().payload == {"n": 1}
    assert published == [first.pk]


def test_posting_again_when_it_is_done_has_no_effect(published):
    recorder = Recorder()
    outbox.register_handler("test.greet", recorder)
    operations.deliver_message(message_id=post().pk, at=NOON)

    post()
    operations.deliver_message(message_id=message().pk, at=NOON + SECOND)

    assert recorder.handled == [{"to": "k"}]
    assert message().done_at == NOON


def test_at_once_is_done_when_the_commit_returns(published):
    recorder = Recorder()
    outbox.register_handler("test.greet", recorder, at_once=True)

    post()

    assert recorder.handled == [{"to": "k"}]
    assert message().done_at == NOON
    assert published == []


def test_what_fails_at_once_is_left_for_the_worker_and_the_poster_does_not_notice(published):
    recorder = Recorder(failures=1)
    outbox.register_handler("test.greet", recorder, at_once=True)

    post()
    swept = operations.sweep_outbox(at=NOON + 60 * SECOND)
    operations.deliver_message(message_id=published[0], at=NOON + 60 * SECOND)

    assert swept == 1
    assert recorder.handled == [{"to": "k"}]
    assert message().problem == ""


def test_a_broker_that_is_down_loses_nothing(no_broker, monkeypatch):
    recorder = Recorder()
    outbox.register_handler("test.greet", recorder)
    for key in ("a", "b", "c"):
        post(key)
    swept_while_down = operations.sweep_outbox(at=NOON + 60 * SECOND)

    taken: list[int] = []
    monkeypatch.setattr(outbox, "publish", taken.append)
    operations.sweep_outbox(at=NOON + 120 * SECOND)
    for message_id in taken:
        operations.deliver_message(message_id=message_id, at=NOON + 121 * SECOND)

    assert swept_while_down == 0
    assert recorder.handled == [{"to": "a"}, {"to": "b"}, {"to": "c"}]


def test_the_sweep_leaves_alone_what_was_published_a_moment_ago(published):
    outbox.register_handler("test.greet", Recorder())
    post()
    published.clear()

    operations.sweep_outbox(at=NOON + 5 * SECOND)

    assert published == []


def test_a_message_in_another_workers_hands_is_not_taken(published):
    recorder = Recorder()
    outbox.register_handler("test.greet", recorder)
    post()
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)

    done = operations.deliver_message(message_id=message().pk, at=NOON + outbox.LEASE - SECOND)

    assert done is False
    assert recorder.handled == []


def test_a_message_of_a_killed_worker_is_taken_when_its_lease_ends(published):
    recorder = Recorder()
    outbox.register_handler("test.greet", recorder)
    post()
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)

    done = operations.deliver_message(message_id=message().pk, at=NOON + outbox.LEASE)

    assert done is True
    assert recorder.handled == [{"to": "k"}]


def test_what_a_killed_worker_had_in_hand_is_swept_within_a_minute_of_the_restart(published):
    outbox.register_handler("test.greet", Recorder())
    post()
    published.clear()
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)

    sweeps = [NOON + timedelta(seconds=seconds) for seconds in (20, 40)]  # as the schedule runs them

    assert [operations.sweep_outbox(at=at) for at in sweeps] == [0, 1]
    assert published == [message().pk]


def test_a_kind_with_a_longer_lease_keeps_it(published):
    outbox.register_handler("test.greet", Recorder())
    outbox.register_handler("test.mail", Recorder(), lease=outbox.MAIL_LEASE)
    post()
    post(key="m", kind="test.mail")
    published.clear()
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)

    assert operations.sweep_outbox(at=NOON + outbox.MAIL_LEASE - SECOND) == 1
    assert published == [message().pk]
    assert operations.deliver_message(message_id=message("m").pk, at=NOON + outbox.MAIL_LEASE - SECOND) is False
    assert operations.deliver_message(message_id=message("m").pk, at=NOON + outbox.MAIL_LEASE) is True


def test_a_worker_that_lost_its_lease_undoes_its_work(published):
    def slow(payload, *, at):
        OutboxMessage.objects.create(kind="effect", key="effect", posted_at=at, due_at=at)
        # Meanwhile another worker took the message over.
        OutboxMessage.objects.filter(key="k").update(attempt_count=7)

    outbox.register_handler("test.greet", slow)
    post()

    done = operations.deliver_message(message_id=message().pk, at=NOON)

    assert done is False
    assert not OutboxMessage.objects.filter(kind="effect").exists()


def test_what_a_failing_handler_wrote_is_undone(published):
    def half(payload, *, at):
        OutboxMessage.objects.create(kind="effect", key="effect", posted_at=at, due_at=at)
        raise Boom("half-way")

    outbox.register_handler("test.greet", half)
    post()

    operations.deliver_message(message_id=message().pk, at=NOON)

    assert not OutboxMessage.objects.filter(kind="effect").exists()
    assert message().problem == "Boom: half-way"


def test_a_failing_message_waits_longer_each_time_and_is_never_given_up(published):
    outbox.register_handler("test.greet", Recorder(failures=40))
    post()
    waits = []
    at = NOON

    for _ in range(40):
        operations.deliver_message(message_id=message().pk, at=at)
        waits.append((message().due_at - at).total_seconds())
        at = message().due_at

    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-1] == 3600
    assert message().done_at is None


def test_a_message_that_is_not_due_yet_is_not_tried(published):
    recorder = Recorder(failures=1)
    outbox.register_handler("test.greet", recorder)
    post()
    operations.deliver_message(message_id=message().pk, at=NOON)

    done = operations.deliver_message(message_id=message().pk, at=NOON + 5 * SECOND)

    assert done is False
    assert message().attempt_count == 1


def test_a_private_message_keeps_neither_payload_nor_words_of_the_problem(published):
    outbox.register_handler("test.greet", Recorder(failures=1), is_private=True)
    post(payload={"to": "anna@example.org"})

    operations.deliver_message(message_id=message().pk, at=NOON)
    problem_while_waiting = message().problem
    operations.deliver_message(message_id=message().pk, at=NOON + 60 * SECOND)

    assert problem_while_waiting == "Boom"
    assert message().payload == {}


def test_a_kind_whose_app_is_gone_waits_with_a_reason(published):
    outbox.register_handler("test.greet", Recorder())
    post()
    outbox._kinds.clear()

    operations.deliver_message(message_id=message().pk, at=NOON)

    assert message().problem == "UnknownKind: test.greet"


def test_a_message_that_is_gone_is_no_error(published):
    assert operations.deliver_message(message_id=404, at=NOON) is False
