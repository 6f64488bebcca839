import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from foundation.models import OutboxMessage
from tests.people import PASSPHRASE, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANNA = {"display_name": "Anna K", "email": "Anna@Example.org", "username": "", "password1": "seven green bottles"}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), {**ANNA, **changes})


def errors(response):
    return response.context["form"].errors.get_json_data()


def test_sign_up_with_an_address_makes_a_username_and_says_which(client):
    sign_up(client)
    response = client.get(reverse("accounts:settings"))

    person = User.objects.get()
    assert (person.display_name, person.username, person.language) == ("Anna K", "anna_k", "en")
    assert "anna_k" in " ".join(str(message) for message in response.context["messages"])
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_address_is_not_the_persons_until_it_is_confirmed(client):
    sign_up(client)

    assert User.objects.get().email == ""
    assert EmailAddress.objects.values_list("email", "verified").get() == ("anna@example.org", False)


def test_sign_up_without_an_address(client):
    sign_up(client, email="", username="anna")

    assert User.objects.get().username == "anna"
    assert not OutboxMessage.objects.exists()


def test_sign_up_with_neither_says_what_is_needed(client):
    response = sign_up(client, email="")

    assert errors(response)["email"][0]["message"] == (
        "Write an e-mail address or choose a username: you sign in with it."
    )
    assert not User.objects.exists()


def test_sign_up_keeps_what_was_typed_when_something_is_missing(client):
    response = sign_up(client, display_name="", email="anna@example.org")

    assert 'value="anna@example.org"' in response.content.decode()
    assert "<title>Error:" in response.content.decode()


@pytest.mark.parametrize("username", ["Anna", "ANNA", "ａｎｎａ"])
def test_a_username_that_differs_only_in_case_or_width_is_taken(client, username):
    make_user("anna")

    response = sign_up(client, username=username)

    assert errors(response)["username"][0]["message"] == ("Somebody has this username already. Choose another one.")


def test_a_username_cannot_look_like_an_address(client):
    response = sign_up(client, username="boss@example.org")

    assert list(errors(response)) == ["username"]


@pytest.mark.parametrize("passphrase", ["short", "password123", "1234567890123", "anna@example.org"])
def test_a_passphrase_that_is_easy_to_guess_is_refused(client, passphrase):
    response = sign_up(client, password1=passphrase)

    assert list(errors(response)) == ["password1"]
    assert "password" not in str(errors(response)["password1"][0]["message"])


def test_an_over_long_name_is_refused_in_words(client):
    response = sign_up(client, display_name="x" * 121)

    assert list(errors(response)) == ["display_name"]


def test_the_language_of_the_page_becomes_the_persons(client):
    client.post(reverse("account_signup").replace("/en/", "/it/"), ANNA)

    assert User.objects.get().language == "it"


def test_the_same_form_sent_twice_at_the_same_moment_is_answered_in_words(client, monkeypatch):
    make_user("anna")
    # The second request checked before the first one saved.
    monkeypatch.setattr(
        "accounts.adapter.AccountAdapter.clean_username", lambda self, username, shallow=False: username
    )

    response = sign_up(client, username="Anna")

    assert response.status_code == 200
    assert list(errors(response)) == ["username"]


def test_sign_up_does_not_tell_whether_an_address_has_an_account(client):
    owner = make_user("owner", email="anna@example.org")
    EmailAddress.objects.create(user=owner, email="anna@example.org", verified=True, primary=True)

    answer_for_taken = sign_up(client, username="first")
    client.logout()
    answer_for_free = sign_up(client, username="second", email="free@example.org")

    assert (answer_for_taken.status_code, answer_for_taken.url) == (answer_for_free.status_code, answer_for_free.url)
    assert OutboxMessage.objects.count() == 2


def test_the_database_keeps_usernames_apart_without_case():
    make_user("anna")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="ANNA")


def test_the_database_keeps_addresses_apart_without_case():
    make_user("anna", email="anna@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="other", email="ANNA@example.org")


def test_many_people_have_no_address():
    make_user("anna")
    make_user("berta")

    assert User.objects.filter(email="").count() == 2


def test_signed_in_with_either_name(client):
    make_user("anna", email="anna@example.org")

    for name in ("anna", "ANNA", "anna@example.org", "Anna@Example.org", " anna "):
        client.logout()
        response = client.post(reverse("account_login"), {"login": name, "password": PASSPHRASE})
        assert response.status_code == 302, name
