"""What somebody does not want to get: on their page, behind the link of a mail, and by the button of a mail program."""

import io
import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notification, NotificationChoice
from accounts.notifying import registered_notifications
from accounts.operations.bounces import note_bounces
from accounts.operations.preferences import is_wanted, stop_token
from tests.accounts.rules.test_bounces import OURS, POSTFIX
from tests.people import make_editor, make_learner, signed_in

pytestmark = [pytest.mark.django_db]

KIND = "cockpit.reminder"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CHECKED = re.compile(r'name="([\w.-]+)"[^>]*checked')


@pytest.fixture
def anna():
    return make_learner("anna", email="anna@example.org")


def stop_page(person, kind=KIND, language="en"):
    with override(language):
        return reverse("mail_stop", args=[stop_token(person, kind)])


def test_the_page_lists_each_kind_once_and_says_which_always_come(anna):
    page = signed_in(anna).get(reverse("accounts:messages")).content.decode()

    assert "Reminders to go on with a course" in page
    assert page.index("These always come") < page.index("its e-mail address and its passphrase")
    assert "Reviews of pages" not in page
    assert KIND in CHECKED.findall(page)


def test_editors_are_shown_what_editors_get():
    page = signed_in(make_editor()).get(reverse("accounts:messages")).content.decode()

    assert "Reviews of pages" in page


@pytest.mark.both_databases
def test_what_is_unticked_is_not_wanted_and_what_is_ticked_again_is(anna):
    browser, address = signed_in(anna), reverse("accounts:messages")
    assert browser.post(address, {}).status_code == 303
    unwanted = is_wanted(anna, KIND)
    browser.post(address, {KIND: "on"})
    browser.post(address, {KIND: "on"})

    assert (unwanted, is_wanted(anna, KIND)) == (False, True)
    assert NotificationChoice.objects.filter(person=anna, kind=KIND).count() == 1


def test_what_must_be_told_cannot_be_switched_off(anna):
    signed_in(anna).post(reverse("accounts:messages"), {})

    optional = {kind.name for kind in registered_notifications() if kind.is_optional}
    assert set(NotificationChoice.objects.values_list("kind", flat=True)) <= optional


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_link_of_a_mail_stops_nothing(anna, client, method):
    assert getattr(client, method)(stop_page(anna)).status_code == 200
    assert is_wanted(anna, KIND)


@pytest.mark.both_databases
def test_the_button_behind_the_link_stops_the_kind_and_takes_it_back_without_signing_in(anna):
    client, address = Client(enforce_csrf_checks=True), stop_page(anna)
    assert client.post(address, {"stop": "yes"}).status_code == 303
    client.post(address, {"stop": "yes"})
    stopped = is_wanted(anna, KIND)
    assert "These messages are stopped" in client.get(address).content.decode()
    client.post(address, {"again": "yes"})

    assert (stopped, is_wanted(anna, KIND)) == (False, True)


def test_the_button_of_a_mail_program_stops_the_kind_and_is_answered_without_a_redirect(anna):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(stop_page(anna, language="it"), {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not is_wanted(anna, KIND)


def test_the_link_stops_its_kind_of_its_person_and_nothing_else(anna, client):
    ben = make_learner("ben", email="ben@example.org")
    client.post(stop_page(anna), {"List-Unsubscribe": "One-Click"})

    assert is_wanted(ben, KIND)
    assert is_wanted(anna, "progress.notice.mail")


def test_the_page_behind_the_link_names_nobody(anna, client):
    page = client.get(stop_page(anna)).content.decode()

    assert "anna" not in page.replace(stop_token(anna, KIND), "").lower()


def test_a_link_that_was_changed_or_is_of_what_must_be_told_leads_nowhere(anna, client):
    address = stop_page(anna)
    answers = [
        client.post(address.replace("/stop/", "/stop/x"), {"List-Unsubscribe": "One-Click"}),
        client.post(stop_page(anna, kind="accounts.mail"), {"List-Unsubscribe": "One-Click"}),
        client.post(stop_page(anna, kind="no.such"), {"List-Unsubscribe": "One-Click"}),
    ]
    anna.erased_at = NOON
    anna.save()
    answers.append(client.get(address))

    assert [answer.status_code for answer in answers] == [404] * 4
    assert not NotificationChoice.objects.exists()


# What came back


@pytest.fixture
def sent(anna):
    return Notification.objects.create(
        public_id=OURS, kind="test", key="k", person=anna, posted_at=NOON, settled_at=NOON, state="sent"
    )


@pytest.mark.both_databases
def test_a_message_that_came_back_is_marked_once_with_codes_and_no_address(sent):
    first, second = note_bounces([POSTFIX], at=NOON), note_bounces([POSTFIX, b"hello"], at=NOON)
    sent.refresh_from_db()

    assert (first.marked, second.marked, second.known, second.other) == (1, 0, 1, 1)
    assert (sent.state, sent.problem) == (Notification.State.BOUNCED, "550 5.1.1")


@pytest.mark.parametrize("state", ["waiting", "failed", "dropped"])
def test_what_never_went_out_cannot_come_back(sent, state):
    Notification.objects.update(state=state)
    note_bounces([POSTFIX], at=NOON)
    sent.refresh_from_db()

    assert sent.state == state


def test_a_maildir_is_read_and_what_was_read_is_seen(sent, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.x").write_bytes(POSTFIX)
    (tmp_path / "new" / "2.x").write_bytes(b"Subject: hello\n\nhello\n")
    said = io.StringIO()
    for _time in range(2):
        call_command("read_bounces", maildir=tmp_path, stdout=said)

    assert said.getvalue().splitlines() == [
        "Messages that came back: 1. Known before: 0. Other mails: 1.",
        "Messages that came back: 0. Known before: 0. Other mails: 0.",
    ]
    assert sorted(path.name for path in (tmp_path / "cur").iterdir()) == ["1.x:2,S", "2.x:2,S"]
    assert "anna" not in said.getvalue()


def test_one_mail_is_read_from_standard_input(sent, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(POSTFIX)))
    call_command("read_bounces", stdout=io.StringIO())
    sent.refresh_from_db()

    assert sent.state == Notification.State.BOUNCED
