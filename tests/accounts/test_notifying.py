"""Messages to people: once a cause, to who they are for at the moment of sending, with an end that can be seen."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from accounts import notifying
from accounts.models import Notification, NotificationChoice
from accounts.notifying import UnknownNotification, register_notification
from accounts.operations.notifying import KIND, Message, notify, notify_many
from foundation.models import OutboxMessage
from foundation.operations import deliver_message, sweep_outbox
from foundation.outbox import MAIL_LEASE, MAIL_TRIES
from tests.accounts.mail_server import MailServer
from tests.people import make_learner, make_organisation

pytestmark = [pytest.mark.django_db]

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
State = Notification.State


class Reason:
    """What makes the words of the kinds of these tests; it can go away."""

    is_there = True
    asked = 0

    def __call__(self, notification, values):
        self.asked += 1
        if not self.is_there:
            return None
        return {
            "subject": f"About {values['what']}",
            "paragraphs": ["First.", "Second."],
            "button": "Open it",
            "link": "http://127.0.0.1:8000/en/x/",
            "reason": "You get this message because of a test.",
        }


@pytest.fixture(autouse=True)
def reason(monkeypatch):
    monkeypatch.setattr(notifying, "_kinds", dict(notifying._kinds))
    words = Reason()
    register_notification("test.wanted", label="Wanted things", words=words, is_optional=True)
    register_notification("test.must", label="Things that must be told", words=words, is_optional=False)
    return words


@pytest.fixture
def anna():
    return make_learner("anna", email="anna@example.org")


def told(person=None, *, kind="test.must", key="k", **fields):
    with transaction.atomic():
        return notify(kind=kind, key=key, values={"what": "bread"}, person=person, at=NOON, **fields)


def deliver(row, *, at=NOON):
    message = OutboxMessage.objects.get(kind=KIND, key=str(row.public_id))
    done = deliver_message(message_id=message.pk, at=at)
    row.refresh_from_db()
    return done


@pytest.mark.both_databases
def test_one_cause_is_one_message_however_often_it_is_told(anna):
    first, second = told(anna), told(anna)
    deliver(first)
    third = told(anna)
    deliver(third, at=NOON + timedelta(days=1))

    assert first == second == third
    assert [message.to for message in mail.outbox] == [["anna@example.org"]]
    assert (third.state, third.settled_at) == (State.SENT, NOON)


@pytest.mark.both_databases
def test_many_messages_are_one_each_and_those_of_before_are_not_sent_again(anna):
    ben = make_learner("ben", email="ben@example.org")
    deliver(told(anna, key="anna"))
    messages = [Message("anna", {"what": "x"}, anna), Message("ben", {"what": "y"}, ben)]
    for _time in range(2):
        rows = notify_many(kind="test.must", messages=messages, at=NOON)
    for row in rows:
        deliver(row)

    assert [message.to[0] for message in mail.outbox] == ["anna@example.org", "ben@example.org"]
    assert Notification.objects.count() == 2


def test_a_kind_that_nobody_knows_is_refused_at_once(anna):
    with pytest.raises(UnknownNotification):
        told(anna, kind="test.nothing")


def test_what_is_due_later_waits_for_the_sweep(anna):
    row = told(anna, due_at=NOON + timedelta(hours=8))

    assert deliver(row) is False
    assert sweep_outbox(at=NOON + timedelta(hours=7)) == 0
    assert deliver(row, at=NOON + timedelta(hours=8)) is True


def test_the_mail_is_in_the_language_of_the_moment_of_sending_as_text_and_html(anna):
    row = told(anna)
    anna.language = "it"
    anna.email = "anna.new@example.org"
    anna.save()
    deliver(row)
    message = mail.outbox[0]

    assert message.to == ["anna.new@example.org"]
    assert "/it/account/messages/" in message.body
    assert 'lang="it"' in message.alternatives[0].content
    assert "First." in message.body
    assert row.language == "it"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"email": ""}, State.NO_ADDRESS),
        ({"is_active": False}, State.DROPPED),
        ({"erased_at": NOON}, State.DROPPED),
    ],
    ids=["no address", "closed", "erased"],
)
def test_who_has_no_address_or_account_by_then_gets_none_and_the_row_says_so(anna, change, state):
    row = told(anna)
    type(anna).objects.update(**change)
    deliver(row)

    assert mail.outbox == []
    assert row.state == state


@pytest.mark.both_databases
def test_a_message_whose_reason_is_gone_is_dropped(anna, reason):
    row = told(anna)
    reason.is_there = False
    deliver(row)

    assert (mail.outbox, row.state) == ([], State.DROPPED)


def test_who_switched_a_kind_off_gets_none_of_it_and_what_must_be_told_all_the_same(anna, reason):
    for kind in ("test.wanted", "test.must"):
        NotificationChoice.objects.create(person=anna, kind=kind, is_wanted=False, chosen_at=NOON)
    optional, needed = told(anna, kind="test.wanted"), told(anna)
    deliver(optional)
    deliver(needed)

    assert (optional.state, needed.state) == (State.NOT_WANTED, State.SENT)
    assert reason.asked == 1


def test_an_address_without_an_account_gets_it_in_the_language_that_was_said():
    row = told(address="new@example.org", language="de", organisation=make_organisation())
    deliver(row)

    assert mail.outbox[0].to == ["new@example.org"]
    assert 'lang="de"' in mail.outbox[0].alternatives[0].content
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_what_the_words_were_made_of_is_gone_once_it_is_sent(anna):
    row = told(anna)
    deliver(row)

    assert OutboxMessage.objects.get(key=str(row.public_id)).payload == {}


def test_headers_let_programs_stop_a_kind_know_a_copy_and_not_answer(anna, settings):
    settings.PORTAL_BOUNCE_ADDRESS = "bounces@learn.example"
    row = told(anna, kind="test.wanted")
    deliver(row)
    sent = mail.outbox[0].message()

    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{row.public_id.hex}@127.0.0.1>"
    assert sent["List-Unsubscribe"].startswith(f"<{settings.PORTAL_BASE_URL}/en/mail/stop/")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail.outbox[0].from_email == f"bounces+{row.public_id.hex}@learn.example"


def test_what_must_be_told_has_no_way_to_stop_it(anna):
    deliver(told(anna))

    assert "List-Unsubscribe" not in mail.outbox[0].message()


def test_a_line_break_in_a_name_makes_no_header(anna, reason, monkeypatch):
    row = told(anna)
    OutboxMessage.objects.update(payload={"notification": row.pk, "values": {"what": "bread\r\nBcc: all@example.org"}})
    deliver(row)

    assert mail.outbox[0].message()["Bcc"] is None
    assert mail.outbox[0].recipients() == ["anna@example.org"]


class Real:
    """Mail goes to a server that the test set up."""

    def __init__(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
        self.settings = settings

    def use(self, server):
        self.settings.EMAIL_PORT = server.port


@pytest.fixture
def real(settings):
    return Real(settings)


def test_a_server_that_takes_it_gets_it_once(anna, real):
    with MailServer() as server:
        real.use(server)
        row = told(anna)
        assert deliver(row)

    assert len(server.taken) == 1
    assert f"Message-ID: <{row.public_id.hex}@".encode() in server.taken[0]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"recipient": "550 5.1.1 anna@example.org unknown"}, "550 5.1.1"),
        ({"content": "554 5.7.1 no thank you, anna@example.org"}, "554 5.7.1"),
        ({"recipient": "553 who is that"}, "553"),
    ],
    ids=["nobody there", "content", "no enhanced code"],
)
def test_a_refusal_for_good_fails_at_once_and_keeps_codes_only(anna, real, answers, problem):
    with MailServer(**answers) as server:
        real.use(server)
        row = told(anna)
        deliver(row)

    message = OutboxMessage.objects.get(key=str(row.public_id))
    assert (row.state, row.problem, row.settled_at) == (State.FAILED, problem, NOON)
    assert (message.given_up_at, message.attempt_count, message.payload) == (NOON, 1, {})
    assert deliver(row, at=NOON + timedelta(days=1)) is False


@pytest.mark.parametrize(
    "answers",
    [{"recipient": "450 4.2.0 come back later"}, {"content": "451 4.3.0 busy"}, {"sender": "421 4.3.2 closing"}],
    ids=["greylisted", "busy", "closing"],
)
def test_a_refusal_for_now_is_tried_again(anna, real, answers):
    row = told(anna)
    with MailServer(**answers) as server:
        real.use(server)
        deliver(row)
        state_between = row.state
    with MailServer() as server:
        real.use(server)
        deliver(row, at=NOON + timedelta(minutes=1))

    assert (state_between, row.state, len(server.taken)) == (State.WAITING, State.SENT, 1)


def test_a_server_that_is_down_is_tried_for_hours_and_then_the_row_says_so(anna, real):
    with MailServer() as server:
        real.use(server)
    row, at, waits = told(anna), NOON, []
    for _try in range(MAIL_TRIES):
        assert row.state == State.WAITING
        deliver(row, at=at)
        due_at = OutboxMessage.objects.get().due_at
        waits.append(due_at - at)
        at = due_at

    assert row.state == State.FAILED
    assert row.problem == "ConnectionRefusedError"
    assert timedelta(hours=4) < sum(waits[:-1], timedelta()) < timedelta(hours=5)


def test_a_server_that_hangs_up_without_an_answer_leaves_a_message_perhaps_sent_and_never_sent_again(anna, real):
    row = told(anna)
    with MailServer(hangs_up=True) as server:
        real.use(server)
        deliver(row)
    with MailServer() as server:
        real.use(server)
        deliver(row, at=NOON + timedelta(days=1))

    assert (row.state, server.taken) == (State.UNSURE, [])


def test_a_worker_killed_while_it_sent_leaves_a_message_perhaps_sent_and_never_sent_again(anna):
    row = told(anna)
    OutboxMessage.objects.update(claimed_at=NOON, attempt_count=1)  # as its claim leaves it
    assert deliver(row, at=NOON + MAIL_LEASE - timedelta(seconds=1)) is False
    deliver(row, at=NOON + MAIL_LEASE)

    assert (row.state, mail.outbox) == (State.UNSURE, [])


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message_once(anna):
    row = told(anna)
    message = OutboxMessage.objects.get()
    start = threading.Barrier(4)

    def work():
        start.wait()
        try:
            deliver_message(message_id=message.pk, at=NOON)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    row.refresh_from_db()

    assert len(mail.outbox) == 1
    assert row.state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_cannot_be_kept_after_sending_is_no_reason_to_send_again(anna, monkeypatch):
    row = told(anna)
    message = OutboxMessage.objects.get()

    def send_and_break():
        # As when the database goes away between the mail and the commit.
        original = transaction.Atomic.__exit__

        def broken(self, exc_type, exc, traceback):
            original(self, exc_type, exc, traceback)
            if mail.outbox and exc_type is None and not broken.done:
                broken.done = True
                raise ConnectionError

        broken.done = False
        monkeypatch.setattr(transaction.Atomic, "__exit__", broken)

    send_and_break()
    deliver_message(message_id=message.pk, at=NOON)
    deliver_message(message_id=message.pk, at=NOON + timedelta(days=1))
    row.refresh_from_db()

    assert len(mail.outbox) == 1
    assert row.state in {State.SENT, State.UNSURE}
