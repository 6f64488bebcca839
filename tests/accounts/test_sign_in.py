import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts import operations
from accounts.models import SignInTries
from accounts.rules.waiting import ACCOUNT_FREE_TRIES, DEVICE_FREE_TRIES, wait_after
from tests.people import PASSPHRASE, make_user

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WRONG = "The name or the passphrase is not right. Check both, then try again."


def sign_in(client, login, password="not the passphrase", **extra):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)


def problem(response):
    return response.context["form"].non_field_errors()[0]


def take(name="anna", device="one", at=NOON):
    return operations.take_sign_in_try(name=name, device=device, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["anna", "anna@example.org", "nobody", "nobody@example.org"])
def test_a_wrong_sign_in_answers_with_one_text_whether_the_account_exists_or_not(client, login):
    make_user("anna", email="anna@example.org")

    response = sign_in(client, login)

    assert response.status_code == 200
    assert problem(response) == WRONG


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["anna", "anna@example.org", "nobody", "nobody@example.org"])
def test_a_wrong_sign_in_costs_the_same_work_whether_the_account_exists_or_not(client, login, monkeypatch):
    """Hashing a passphrase is what takes the time: once, whatever was typed (THREATS T19)."""
    make_user("anna", email="anna@example.org")
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *args: hashed.append(1) or encode(self, *args))

    sign_in(client, login)

    assert len(hashed) == 1


@pytest.mark.full
@pytest.mark.django_db
def test_the_time_of_a_wrong_sign_in_does_not_tell_whether_the_account_exists(client, settings, monkeypatch):
    """200 tries each: the medians differ by less than 10 ms (THREATS T19)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(operations, "take_sign_in_try", lambda **names: timedelta(0))
    make_user("anna", email="anna@example.org")
    times = {"anna@example.org": [], "nobody@example.org": []}

    for _ in range(200):
        for login, measured in times.items():
            start = time.perf_counter()
            sign_in(client, login)
            measured.append(time.perf_counter() - start)

    known, unknown = (statistics.median(measured) for measured in times.values())
    assert abs(known - unknown) < 0.010


@pytest.mark.django_db(transaction=True)
def test_tries_sent_at_the_same_moment_are_counted_one_by_one():
    def one_try(number):
        try:
            return take()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(one_try, range(24)))

    assert waits.count(timedelta(0)) == DEVICE_FREE_TRIES


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_after_five_tries_the_next_must_wait_and_says_how_long(client, login):
    make_user("anna")
    for _ in range(DEVICE_FREE_TRIES):
        assert problem(sign_in(client, login)) == WRONG

    response = sign_in(client, login, PASSPHRASE)

    assert problem(response) == (
        "There were many tries with this name. Wait 1 minute, then try again. Nothing is locked or lost."
    )


@pytest.mark.django_db
def test_colleagues_behind_one_address_of_the_network_do_not_wait_for_each_other(client):
    make_user("berta")
    for _ in range(DEVICE_FREE_TRIES):
        sign_in(client, "anna")

    assert sign_in(client, "berta", PASSPHRASE).status_code == 302


@pytest.mark.django_db
def test_another_device_is_not_locked_out_by_a_few_tries(client):
    make_user("anna")
    for _ in range(DEVICE_FREE_TRIES):
        sign_in(client, "anna", REMOTE_ADDR="192.0.2.66")

    assert sign_in(client, "anna", PASSPHRASE, REMOTE_ADDR="192.0.2.7").status_code == 302


@pytest.mark.django_db
def test_the_wait_grows_while_tries_fail():
    waits, at = [], NOON
    for _ in range(DEVICE_FREE_TRIES + 3):
        while wait := take(at=at):
            waits.append(wait)
            at += wait

    assert waits == [MINUTE, 2 * MINUTE, 4 * MINUTE]


@pytest.mark.django_db
def test_pressing_again_while_waiting_makes_it_no_longer():
    for _ in range(DEVICE_FREE_TRIES):
        take()

    waits = [take(), take(), take()]

    assert waits == [MINUTE] * 3


@pytest.mark.django_db
def test_many_devices_guessing_at_one_account_wait_too():
    for number in range(ACCOUNT_FREE_TRIES):
        assert take(device=str(number)) == timedelta(0)

    assert take(device="another") == MINUTE


@pytest.mark.django_db
def test_a_right_passphrase_gives_the_device_a_new_start():
    for _ in range(DEVICE_FREE_TRIES - 1):
        take()
    take()
    operations.give_back_sign_in_try(name="anna", device="one")

    assert take() == timedelta(0)


@pytest.mark.django_db
def test_the_owners_own_sign_ins_never_add_up_to_a_wait():
    for _ in range(3 * ACCOUNT_FREE_TRIES):
        assert take() == timedelta(0)
        operations.give_back_sign_in_try(name="anna", device="one")


@pytest.mark.django_db
def test_tries_are_forgotten_after_a_day():
    for _ in range(DEVICE_FREE_TRIES):
        take()

    take(name="somebody else", at=NOON + timedelta(hours=25))

    assert SignInTries.objects.count() == 2


@pytest.mark.django_db
def test_what_was_typed_is_not_kept_readable():
    take(name="my secret passphrase", device="192.0.2.7")

    stored = " ".join(SignInTries.objects.values_list("key_digest", flat=True))
    assert "secret" not in stored
    assert "192.0.2.7" not in stored


@given(tries=st.integers(0, 10_000), free=st.integers(1, 50))
def test_the_wait_never_shrinks_and_never_exceeds_an_hour(tries, free):
    now, next_time = wait_after(tries, free_tries=free), wait_after(tries + 1, free_tries=free)

    assert timedelta(0) <= now <= next_time <= timedelta(hours=1)


@pytest.mark.django_db
def test_sign_in_changes_the_id_of_the_session(client):
    make_user("anna")
    client.get(reverse("account_login"))
    session = client.session
    session["visited"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client, "anna", PASSPHRASE)

    assert client.session.session_key != session.session_key


@pytest.mark.django_db
def test_a_person_who_is_switched_off_is_told_so_only_with_the_right_passphrase(client):
    make_user("anna", is_active=False)

    assert sign_in(client, "anna", PASSPHRASE).url == reverse("account_inactive")
    assert problem(sign_in(client, "anna")) == WRONG


@pytest.mark.django_db
def test_after_sign_in_a_person_is_back_where_they_were(client):
    make_user("anna")

    response = client.post(
        reverse("account_login"), {"login": "anna", "password": PASSPHRASE, "next": "/en/courses/digital/basics/2/"}
    )

    assert response.url == "/en/courses/digital/basics/2/"


@pytest.mark.django_db
def test_the_doors_of_the_cms_and_of_ops_lead_to_the_one_sign_in(client):
    for door in ("/cms/login/?next=/cms/pages/", "/ops/login/?next=/ops/"):
        response = client.get(door)
        assert response.url.startswith(reverse("account_login")), door


@pytest.mark.django_db
@pytest.mark.parametrize(("is_production", "status"), [(False, 302), (True, 200)], ids=["demo", "production"])
def test_a_real_site_lets_nobody_in_with_the_passphrase_of_the_demo(client, settings, is_production, status):
    learner = make_user("learner")
    learner.set_password(settings.PORTAL_DEMO_PASSPHRASE)
    learner.save()
    settings.IS_PRODUCTION = is_production

    assert sign_in(client, "learner", settings.PORTAL_DEMO_PASSPHRASE).status_code == status
