"""Reminders through the real outbox: looked at first, sent once, to whom they still concern when they go out."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, NotificationChoice
from accounts.operations.notifying import KIND
from accounts.operations.preferences import choose_messages
from cockpit.models import Reminder
from cockpit.operations.reminding import candidates_of, send_reminders
from cockpit.queries.reminding import REMINDER, remindable
from cockpit.queries.scope import sight_of
from cockpit.rules.reminding import Reason
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from progress import operations
from progress.queries.enrolments import own_enrolment
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation, signed_in
from tests.progress.builders import NOON, do_everything, do_lesson, lessons_of

pytestmark = [pytest.mark.django_db]
State = Notification.State
LATER = NOON + timedelta(days=20)  # whoever stopped is stuck by then; noon in UTC is no quiet hour


class Hub:
    """An organisation with a manager, a course and three people: one not started, one stuck, one done."""

    def __init__(self):
        self.organisation = make_organisation("Repair Hub", quiet_from=time(8), quiet_until=time(8))
        self.manager = make_manager("mara", organisation=self.organisation)
        self.course = make_course(slug="bread")
        self.idle, self.stuck, self.done = (self.member(name) for name in ("ida", "sten", "dora"))
        do_lesson(self.stuck, lessons_of(self.course)[0])
        do_everything(self.done)

    def member(self, name, *, email=True, **fields):
        person = make_learner(name, email=f"{name}@example.org" if email else "", **fields)
        join(person, self.organisation)
        return self.enrol(person, self.course)

    def enrol(self, person, course):
        made = operations.enrol_learner(learner=person, course=course, at=NOON, organisation=self.organisation)
        return own_enrolment(person, made.public_id)

    def rows(self, *enrolments, at=LATER):
        return remindable(sight_of(self.manager, at=at), ids=[entry.public_id for entry in enrolments])

    def send(self, *enrolments, text="", token=None, at=LATER):
        return send_reminders(
            enrolments=self.rows(*enrolments, at=at), text=text, token=token or uuid4(), by=self.manager, at=at
        )


@pytest.fixture
def hub():
    return Hub()


def deliver(*, at=LATER):
    for message in OutboxMessage.objects.filter(kind=KIND, done_at=None):
        deliver_message(message_id=message.pk, at=at)


def states():
    return dict(Notification.objects.values_list("person__username", "state").order_by("pk"))


@pytest.mark.both_databases
def test_each_gets_one_mail_with_their_own_steps_and_the_managers_words(hub):
    hub.send(hub.idle, hub.stuck, hub.done, text="See you on Friday.\nMara")
    deliver()
    to_ida, to_sten = sorted(mail.outbox, key=lambda message: message.to)

    assert (to_ida.to, to_sten.to) == (["ida@example.org"], ["sten@example.org"])
    assert "have not begun yet" in to_ida.body
    assert "You have done 1 of" in to_sten.body
    assert all("See you on Friday." in message.body for message in mail.outbox)
    assert all("List-Unsubscribe-Post" in message.message() for message in mail.outbox)
    assert states() == {"ida": State.SENT, "sten": State.SENT}


def test_a_form_sent_twice_is_one_reminder(hub):
    token = uuid4()
    for _press in range(2):
        hub.send(hub.idle, token=token)
    deliver()

    assert (Reminder.objects.count(), len(mail.outbox)) == (1, 1)


def test_who_completes_the_course_before_it_goes_out_gets_none(hub):
    hub.send(hub.idle)
    do_everything(hub.idle)
    deliver()

    assert mail.outbox == []
    assert states() == {"ida": State.DROPPED}


@pytest.mark.parametrize("change", ["left", "left after a while", "manager gone", "organisation closed", "course left"])
def test_the_sight_of_the_sender_is_looked_at_again_when_it_goes_out(hub, change):
    hub.send(hub.idle)
    if change == "left":
        hub.idle.learner.memberships.update(end_date=NOON.date(), ended_at=NOON)
    elif change == "left after a while":  # that they were enrolled is seen still
        hub.idle.learner.memberships.update(end_date=LATER.date(), ended_at=LATER)
    elif change == "manager gone":
        hub.manager.memberships.update(end_date=NOON.date(), ended_at=NOON)
    elif change == "organisation closed":
        hub.organisation.shows_people = False
        hub.organisation.save()
    else:
        type(hub.idle).objects.filter(pk=hub.idle.pk).update(withdrawn_at=NOON)
    deliver()

    assert (mail.outbox, states()) == ([], {"ida": State.DROPPED})


def test_who_says_no_after_it_was_posted_gets_none(hub):
    hub.send(hub.idle)
    choose_messages(hub.idle.learner, wanted={REMINDER: False}, at=LATER)
    deliver()

    assert (mail.outbox, states()) == ([], {"ida": State.NOT_WANTED})


@pytest.mark.both_databases
def test_why_somebody_gets_none_is_told(hub):
    no_address = hub.member("nora", email=False)
    closed = hub.member("carl", is_active=False)
    said_no = hub.member("olga")
    NotificationChoice.objects.create(person=said_no.learner, kind=REMINDER, is_wanted=False, chosen_at=NOON)
    left = hub.member("lena")
    type(left).objects.filter(pk=left.pk).update(withdrawn_at=NOON)
    found = candidates_of(hub.rows(hub.idle, hub.done, no_address, closed, said_no, left), at=LATER)

    assert {one.enrolment.learner.username: one.reason for one in found} == {
        "ida": None,
        "dora": Reason.DONE,
        "nora": Reason.NO_ADDRESS,
        "carl": Reason.CLOSED,
        "olga": Reason.OPTED_OUT,
        "lena": Reason.LEFT,
    }


def test_nobody_gets_more_in_a_week_than_the_organisation_allows_in_two_courses_too(hub):
    other = hub.enrol(hub.idle.learner, make_course(slug="cake"))
    hub.send(hub.idle, other)
    hub.send(hub.idle, at=LATER + timedelta(days=6, hours=23))
    within_the_week = Notification.objects.count()
    hub.send(hub.idle, at=LATER + timedelta(days=7))

    assert (within_the_week, Notification.objects.count()) == (1, 2)


def test_an_organisation_that_allows_none_sends_none(hub):
    hub.organisation.reminders_a_week = 0
    hub.organisation.save()

    assert hub.send(hub.idle) == []


def test_in_quiet_hours_it_waits_until_they_are_over(hub):
    hub.organisation.quiet_from, hub.organisation.quiet_until = time(18), time(8)
    hub.organisation.save()
    evening = LATER.replace(hour=20)
    (reminder,) = hub.send(hub.idle, at=evening)
    deliver(at=evening + timedelta(hours=2))
    in_the_night = len(mail.outbox)
    deliver(at=reminder.due_at)

    assert reminder.due_at == datetime.fromisoformat("2026-12-15T08:00:00+01:00")
    assert (in_the_night, len(mail.outbox)) == (0, 1)


def test_it_is_in_the_language_of_its_reader(hub):
    hub.idle.learner.language = "it"
    hub.idle.learner.save()
    hub.send(hub.idle)
    deliver()

    assert 'lang="it"' in mail.outbox[0].alternatives[0].content


def test_people_of_others_are_nobody(hub):
    other = Hub2(hub.course)

    assert hub.rows(other.enrolment) == []


class Hub2:
    def __init__(self, course):
        organisation = make_organisation("Other")
        person = make_learner("omar", email="omar@example.org")
        join(person, organisation)
        made = operations.enrol_learner(learner=person, course=course, at=NOON, organisation=organisation)
        self.enrolment = own_enrolment(person, made.public_id)


# On pages


def test_the_preview_shows_what_is_sent_to_whom_and_sends_nothing(hub):
    browser = signed_in(hub.manager)
    page = browser.post(
        reverse("cockpit:reminders_preview"),
        {"enrolment": [hub.idle.public_id, hub.done.public_id], "text": "Come & see <b>us</b>"},
    ).content.decode()

    assert "A reminder for 1 person" in page
    assert "has completed the course" in page
    assert "have not begun yet" in page
    assert "Come &amp; see &lt;b&gt;us&lt;/b&gt;" in page
    assert not Reminder.objects.exists()
    assert not Notification.objects.exists()


def fields_of(page):
    hidden = re.findall(r'<input type="hidden" name="(enrolment|token)" value="([^"]+)"', page)
    return dict(hidden)


def test_from_the_preview_it_is_sent_once_and_its_fate_is_listed(hub):
    browser = signed_in(hub.manager)
    chosen = {"enrolment": [hub.idle.public_id, hub.stuck.public_id]}
    page = browser.post(reverse("cockpit:reminders_preview"), chosen).content.decode()
    answers = [browser.post(reverse("cockpit:reminders"), {**fields_of(page), "text": "Hello"}) for _press in range(2)]
    deliver(at=timezone.now())
    listed = browser.get(reverse("cockpit:reminders")).content.decode()
    one = browser.get(reverse("cockpit:reminder", args=[Reminder.objects.get().public_id])).content.decode()

    assert [answer.status_code for answer in answers] == [303, 303]
    assert sorted(message.to[0] for message in mail.outbox) == ["ida@example.org", "sten@example.org"]
    assert "Sent: 2" in listed
    assert "Hello" in one
    assert "Sten" in one


def test_words_that_are_too_long_come_back_with_what_to_do(hub):
    browser = signed_in(hub.manager)
    page = browser.post(
        reverse("cockpit:reminders"), {"enrolment": hub.idle.public_id, "token": uuid4(), "text": "x" * 1001}
    )

    assert page.status_code == 422
    assert "1000 characters at most; these are 1001" in page.content.decode()
    assert not Reminder.objects.exists()


def test_what_belongs_to_others_is_absent(hub):
    other = make_manager("otto")
    (reminder,) = hub.send(hub.idle)
    browser = signed_in(other)
    chosen = {"enrolment": hub.idle.public_id, "token": uuid4()}
    sent = Notification.objects.get()
    answers = [
        browser.get(reverse("cockpit:reminder", args=[reminder.public_id])),
        browser.post(reverse("cockpit:reminders"), chosen),
        browser.post(reverse("cockpit:message_again", args=[sent.public_id])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert browser.post(reverse("cockpit:reminders_preview"), chosen).status_code == 303
    for name in ("cockpit:messages", "cockpit:reminders"):
        assert "Ida" not in browser.get(reverse(name)).content.decode()


def test_a_message_that_came_back_is_seen_and_sent_again_once(hub):
    hub.send(hub.idle)
    Notification.objects.update(state=State.BOUNCED, problem="550 5.1.1", settled_at=LATER)
    browser, row = signed_in(hub.manager), Notification.objects.get()
    page = browser.get(reverse("cockpit:messages") + "?state=bounced").content.decode()
    for _press in range(2):
        assert browser.post(reverse("cockpit:message_again", args=[row.public_id])).status_code == 303

    assert "1 message did not arrive" in page
    assert "550 5.1.1" in page
    assert Notification.objects.count() == 2
    assert Notification.objects.exclude(pk=row.pk).get().state == State.WAITING


def test_what_arrived_cannot_be_sent_again(hub):
    hub.send(hub.idle)
    deliver()
    row = Notification.objects.get()
    signed_in(hub.manager).post(reverse("cockpit:message_again", args=[row.public_id]))

    assert Notification.objects.count() == 1


def test_pages_cost_the_same_for_few_and_for_many(hub):
    browser = signed_in(hub.manager)
    hub.send(hub.idle, hub.stuck)
    few = {name: count_queries(browser, name) for name in ("cockpit:messages", "cockpit:reminders")}
    preview_few = count_preview(browser)
    for number in range(12):
        hub.send(hub.member(f"more-{number}"))
    many = {name: count_queries(browser, name) for name in ("cockpit:messages", "cockpit:reminders")}

    assert many == few
    assert max(many.values()) <= 15
    assert count_preview(browser) == preview_few


def count_queries(browser, name):
    browser.get(reverse(name))
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(reverse(name)).status_code == 200
    return len(queries)


def count_preview(browser):
    with CaptureQueriesContext(connection) as queries:
        assert browser.post(reverse("cockpit:reminders_preview"), {"who": "not-started"}).status_code == 200
    return len(queries)
