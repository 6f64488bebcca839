"""Messages that are given up: only of kinds that say so, once, with a row that says why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from foundation import operations, outbox
from foundation.models import OutboxMessage
from foundation.queries import given_up_count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds")]

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def kinds(monkeypatch):
    monkeypatch.setattr(outbox, "_kinds", {})
    monkeypatch.setattr(outbox, "publish", lambda message_id: None)


@pytest.fixture
def given_up():
    """What the kind was told of messages that were given up."""
    noted = []

    def note(payload, *, error, at):
        noted.append((payload, type(error).__name__, at))

    note.noted = noted
    return note


def refuse(error):
    def handler(payload, *, at):
        raise error

    return handler


def posted(**fields):
    with transaction.atomic():
        return operations.post_message(kind="test.greet", key="k", payload={"to": "anna"}, at=NOON, **fields)


def deliver(at=NOON):
    return operations.deliver_message(message_id=OutboxMessage.objects.get().pk, at=at)


@pytest.mark.both_databases
def test_a_kind_gives_up_after_as_many_tries_as_it_says(given_up):
    outbox.register_handler("test.greet", refuse(OSError("no")), gives_up_after=3, given_up=given_up)
    posted()

    for number in range(5):
        deliver(NOON + number * HOUR)

    message = OutboxMessage.objects.get()
    assert (message.attempt_count, message.given_up_at, message.done_at) == (3, NOON + 2 * HOUR, None)
    assert given_up.noted == [({"to": "anna"}, "OSError", NOON + 2 * HOUR)]
    assert operations.sweep_outbox(at=NOON + 24 * HOUR) == 0
    assert given_up_count(at=NOON + 24 * HOUR) == 1
    assert given_up_count(at=NOON + 24 * 30 * HOUR) == 0


def test_a_handler_may_say_that_no_try_would_help(given_up):
    outbox.register_handler(
        "test.greet", refuse(outbox.GiveUp("550")), gives_up_after=9, given_up=given_up, is_private=True
    )
    posted()
    deliver()

    message = OutboxMessage.objects.get()
    assert (message.given_up_at, message.payload, message.problem) == (NOON, {}, "GiveUp")


def test_posting_again_what_was_given_up_has_no_effect(given_up):
    outbox.register_handler("test.greet", refuse(outbox.GiveUp()), given_up=given_up)
    posted()
    deliver()
    posted()
    deliver(NOON + HOUR)

    assert len(given_up.noted) == 1


def test_an_effect_that_must_not_be_twice_is_not_repeated_after_a_try_that_was_cut_off(given_up):
    done = []
    outbox.register_handler("test.greet", lambda payload, at: done.append(payload), is_once=True, given_up=given_up)
    posted()
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)
    deliver(NOON + HOUR)

    assert done == []
    assert [name for _, name, _ in given_up.noted] == ["CutOff"]


def test_where_the_note_of_it_fails_the_next_try_gives_up(given_up):
    fails = [True]

    def note(payload, *, error, at):
        if fails.pop():
            raise OSError("no disk")
        given_up(payload, error=error, at=at)

    fails.insert(0, False)
    outbox.register_handler("test.greet", refuse(outbox.GiveUp()), given_up=note)
    posted()
    with pytest.raises(OSError, match="no disk"):
        deliver()
    assert OutboxMessage.objects.get().given_up_at is None
    deliver(NOON + HOUR)

    assert OutboxMessage.objects.get().given_up_at == NOON + HOUR
    assert len(given_up.noted) == 1


@pytest.mark.both_databases
def test_a_message_for_later_is_published_by_the_sweep_and_not_before():
    outbox.register_handler("test.greet", lambda payload, at: None)
    posted(due_at=NOON + HOUR)

    assert deliver(NOON + HOUR - timedelta(seconds=1)) is False
    assert operations.sweep_outbox(at=NOON + HOUR - timedelta(seconds=1)) == 0
    assert operations.sweep_outbox(at=NOON + HOUR + timedelta(minutes=1)) == 1
    assert deliver(NOON + HOUR) is True


def test_what_was_given_up_long_ago_carries_nothing(given_up):
    outbox.register_handler("test.greet", refuse(outbox.GiveUp()), given_up=given_up)
    posted()
    deliver()

    assert operations.empty_done_work(at=NOON + timedelta(days=31)) == 1
    assert OutboxMessage.objects.get().payload == {}
