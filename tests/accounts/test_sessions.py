from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.shared_devices import TOUCH_EVERY, Visit, judge_visit, mark_shared
from tests.people import PASSPHRASE, make_user, signed_in

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SETTINGS = "accounts:settings"
PLAIN = "account_change_password"  # a page that reads nothing but who somebody is


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until a test moves it."""

    class Clock:
        at = NOON

    monkeypatch.setattr("accounts.middleware.timezone.now", lambda: Clock.at)
    return Clock


@pytest.fixture
def anna(db):
    return make_user("anna")


@pytest.fixture
def shared(client, anna, clock):
    """A browser on a shared device, signed in at noon."""
    client.post(reverse("account_login"), {"login": "anna", "password": PASSPHRASE, "shared_device": "on"})
    return client


def is_signed_in(browser):
    return browser.get(reverse(SETTINGS)).status_code == 200


def test_on_a_shared_device_half_an_hour_without_a_request_ends_the_session(shared, clock):
    clock.at = NOON + 31 * MINUTE

    assert not is_signed_in(shared)
    assert Session.objects.filter(session_key=shared.session.session_key, session_data__contains="_auth").count() == 0


def test_the_sign_in_page_then_says_why(shared, clock):
    clock.at = NOON + 31 * MINUTE

    response = shared.get(reverse(SETTINGS), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "You were signed out after 30 minutes, because this device is shared. Your answers are saved."
    ]


def test_somebody_who_works_on_stays_signed_in_for_hours(shared, clock):
    for _ in range(12):
        clock.at += 20 * MINUTE
        assert is_signed_in(shared)


def test_the_cookie_of_a_shared_device_ends_with_the_browser(shared):
    assert shared.cookies["sessionid"]["max-age"] == ""


def test_elsewhere_a_session_lasts_14_days(client, anna, clock):
    response = client.post(reverse("account_login"), {"login": "anna", "password": PASSPHRASE})
    clock.at = NOON + timedelta(days=13)

    assert response.cookies["sessionid"]["max-age"] == 14 * 24 * 3600
    assert is_signed_in(client)


def test_reading_on_a_shared_device_writes_at_most_every_5_minutes(shared, clock, django_assert_num_queries):
    clock.at = NOON + 4 * MINUTE
    shared.get(reverse(PLAIN))

    clock.at = NOON + 5 * MINUTE
    with django_assert_num_queries(2):  # session and person
        shared.get(reverse(PLAIN))


def test_elsewhere_the_end_of_sessions_costs_no_query(anna, clock, django_assert_num_queries):
    browser = signed_in(anna)
    clock.at = NOON + timedelta(hours=3)

    with django_assert_num_queries(2):  # session and person
        browser.get(reverse(PLAIN))


def test_a_visitor_costs_no_query(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse("account_login"))


def test_switching_a_person_off_ends_every_session_for_good(anna):
    browsers = [signed_in(anna), signed_in(anna)]
    anna.is_active = False
    anna.save()
    ended = [not is_signed_in(browser) for browser in browsers]

    anna.is_active = True
    anna.save()

    assert ended == [True, True]
    assert [is_signed_in(browser) for browser in browsers] == [False, False]


def test_finishing_on_a_device_ends_the_session_and_clears_the_browser(anna):
    browser = signed_in(anna)
    key = browser.session.session_key

    response = browser.post(reverse("account_logout"))

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    assert "You are signed out" in browser.get(response.url).content.decode()


def test_the_link_to_finish_does_not_act_by_itself(anna):
    browser = signed_in(anna)

    browser.get(reverse("account_logout"))

    assert is_signed_in(browser)


def test_a_new_passphrase_signs_out_every_other_device(anna):
    here, elsewhere = signed_in(anna), signed_in(anna)

    here.post(reverse("account_change_password"), {"oldpassword": PASSPHRASE, "password1": "another four words here"})

    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)


@given(idle=st.integers(0, 10_000))
def test_a_visit_is_over_exactly_after_the_idle_end(idle):
    session: dict = {}
    mark_shared(session, at=NOON)

    visit = judge_visit(session, at=NOON + timedelta(seconds=idle), idle_end=30 * MINUTE)

    expected = Visit.OVER if idle > 1800 else Visit.TOUCH if idle > TOUCH_EVERY.total_seconds() else Visit.GO_ON
    assert visit is expected


@given(idle=st.integers(0, 10_000_000))
def test_a_session_that_is_not_shared_is_never_over(idle):
    assert judge_visit({}, at=NOON + timedelta(seconds=idle), idle_end=30 * MINUTE) is Visit.GO_ON
