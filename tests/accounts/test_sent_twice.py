"""A double click, and Back and once more: one account, one address, one new passphrase, and a page that says so."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from foundation.models import OutboxMessage
from tests.people import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANNA = {"display_name": "Anna K", "email": "anna@example.org", "username": "", "password1": "seven green bottles"}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**ANNA, **changes})


@pytest.fixture
def links(monkeypatch):
    """The links of the mails that were asked for; what is private is emptied once it is sent."""
    found: list[str] = []
    monkeypatch.setattr(
        "accounts.adapter.post_message",
        lambda **message: found.extend(re.findall(r"/en/account/\S+", message["payload"]["text"])),
    )
    return found


@pytest.mark.parametrize("changes", [{}, {"email": "", "username": "anna.k"}, {"username": "anna.k"}])
def test_a_sign_up_sent_twice_makes_one_account_and_signs_in_to_it(changes):
    sign_up(Client(), **changes)
    # The browser dropped the first answer, and its cookie with it.
    again = Client()
    response = sign_up(again, **changes)

    assert response.status_code == 303
    assert User.objects.count() == 1
    assert EmailAddress.objects.count() == (1 if changes.get("email", "@") else 0)
    page = again.get(reverse("progress:my_learning"))
    assert f"username {User.objects.get().username}" in page.content.decode()


@pytest.mark.parametrize("changes", [{"password1": "eight green bottles"}, {"display_name": "Anna B"}])
def test_other_words_are_somebody_else(changes):
    sign_up(Client(), username="anna.k")
    other = Client()
    response = sign_up(other, username="anna.k", **changes)

    assert "Somebody has this username already" in response.content.decode()
    assert "_auth_user_id" not in other.session


def test_an_older_account_is_entered_by_the_sign_in_page_only(client):
    sign_up(Client(), username="anna.k")
    User.objects.update(date_joined="2026-01-01T12:00:00Z")

    assert "Somebody has this username already" in sign_up(client, username="anna.k").content.decode()
    assert "_auth_user_id" not in client.session


def test_a_confirmation_pressed_twice_leads_to_the_same_page(client, links):
    sign_up(Client())
    first, second = (client.post(links[0]) for _press in range(2))

    assert (first.status_code, first["Location"]) == (302, reverse("account_login"))
    assert (second.status_code, second["Location"]) == (302, reverse("account_login"))
    assert EmailAddress.objects.get().verified


def test_a_confirmation_of_an_address_that_was_given_up_says_so(client, links):
    sign_up(Client())
    EmailAddress.objects.all().delete()
    response = client.post(links[0])

    assert response.status_code == 200
    assert "used already" in response.content.decode()


def test_a_new_passphrase_sent_twice_leads_to_the_same_page(client, links):
    person = make_user("ben", email="ben@example.org")
    EmailAddress.objects.create(user=person, email="ben@example.org", verified=True, primary=True)
    client.post(reverse("account_reset_password"), {"email": "ben@example.org"})
    form = client.get(links[-1])["Location"]
    answers = [client.post(form, {"password1": "nine green bottles"}) for _press in range(2)]

    done = reverse("account_reset_password_from_key_done")
    assert [answer["Location"] for answer in answers] == [done, done]
    assert client.post(form, {"password1": "ten green bottles"})["Location"] == done
    person.refresh_from_db()
    assert person.check_password("nine green bottles")
    assert "used already" in Client().get(links[-1]).content.decode()


def test_what_a_username_may_hold_is_said_without_the_sign_it_may_not(client):
    shown = sign_up(client, username="anna k").content.decode()
    assert "A username has letters, figures and . + - _ only, and no space." in shown
    assert not OutboxMessage.objects.exists()
    assert mail.outbox == []
