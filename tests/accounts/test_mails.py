import re
from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.urls import reverse

from accounts.models import User
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.people import PASSPHRASE, make_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = datetime(2099, 11, 20, 12, 0, tzinfo=UTC)
NEW = "another four words here"


@pytest.fixture
def anna():
    return with_address(make_user("anna"), "anna@example.org")


def with_address(person, email, *, verified=True):
    if verified:
        person.email = email
        person.save()
    EmailAddress.objects.create(user=person, email=email, verified=verified, primary=verified)
    return person


def waiting_mails():
    return list(OutboxMessage.objects.filter(kind="accounts.mail", done_at=None).order_by("pk"))


def deliver_all():
    for message in waiting_mails():
        assert deliver_message(message_id=message.pk, at=NOON)
    return mail.outbox


def link_in(message):
    return re.search(r"^(http\S+/account/\S+)$", message.body, re.MULTILINE)[1]


def path_of(message):
    return link_in(message).removeprefix(settings.PORTAL_BASE_URL)


def ask_new_passphrase(client, email="anna@example.org", **extra):
    return client.post(reverse("account_reset_password"), {"email": email}, **extra)


def test_a_mail_waits_in_the_outbox_and_leaves_nothing_there_once_sent(client, anna):
    ask_new_passphrase(client)
    sent_by_the_request = len(mail.outbox)

    deliver_all()

    assert sent_by_the_request == 0
    assert mail.outbox[0].to == ["anna@example.org"]
    assert OutboxMessage.objects.get().payload == {}


def test_a_mail_server_that_is_down_loses_no_mail(client, anna, monkeypatch):
    ask_new_passphrase(client)

    def refuse(self):
        raise ConnectionRefusedError("smtp.example.org refused anna@example.org")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        deliver_message(message_id=waiting_mails()[0].pk, at=NOON)
    problem = waiting_mails()[0].problem
    deliver_message(message_id=waiting_mails()[0].pk, at=NOON.replace(hour=13))

    assert problem == "ConnectionRefusedError"
    assert len(mail.outbox) == 1


def test_links_start_with_the_sites_own_address_whatever_host_was_asked(client, anna, settings):
    settings.ALLOWED_HOSTS = ["*"]

    ask_new_passphrase(client, headers={"host": "evil.example"})
    message = deliver_all()[0]

    assert "evil.example" not in message.body + message.alternatives[0].content
    assert link_in(message).startswith(settings.PORTAL_BASE_URL + "/en/account/password/reset/key/")


def test_a_mail_and_its_link_are_in_the_readers_language(client, anna):
    anna.language = "it"
    anna.save()

    ask_new_passphrase(client)
    message = deliver_all()[0]

    assert path_of(message).startswith("/it/account/")
    assert 'lang="it"' in message.alternatives[0].content


def test_no_mail_carries_the_name_that_somebody_chose_at_sign_up(client):
    client.post(
        reverse("account_signup"),
        {"display_name": "Win at evil.example", "email": "victim@example.org", "password1": "seven green bottles"},
    )
    message = deliver_all()[0]

    assert "evil" not in message.subject + message.body + message.alternatives[0].content


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_link_to_confirm_an_address_confirms_nothing(client, method):
    with_address(make_user("anna"), "anna@example.org", verified=False)
    browser = signed_in(User.objects.get())
    browser.post(reverse("account_email"), {"email": "anna@example.org", "action_send": "yes"})
    message = deliver_all()[0]

    getattr(client, method)(path_of(message))
    confirmed_by_a_scanner = EmailAddress.objects.get().verified
    client.post(path_of(message))

    assert confirmed_by_a_scanner is False
    assert EmailAddress.objects.values_list("verified", "primary").get() == (True, True)
    assert User.objects.get().email == "anna@example.org"


def test_opening_a_link_signs_nobody_out(anna):
    with_address(make_user("berta"), "berta@example.org", verified=False)
    signed_in(User.objects.get(username="berta")).post(
        reverse("account_email"), {"email": "berta@example.org", "action_send": "yes"}
    )
    ask_new_passphrase(signed_in(anna), "berta@example.org")
    browser = signed_in(anna)

    for message in deliver_all():
        browser.get(path_of(message), follow=True)

    assert len(mail.outbox) == 2
    assert browser.get(reverse("accounts:settings")).status_code == 200


def test_a_new_passphrase_through_the_link(client, anna):
    ask_new_passphrase(client)
    page = client.get(path_of(deliver_all()[0]), follow=True)

    client.post(page.context["action_url"], {"password1": NEW})
    signed_in_with_new = client.post(reverse("account_login"), {"login": "anna", "password": NEW}).status_code

    assert signed_in_with_new == 302


def test_fetching_the_link_does_not_use_it_up(client, anna):
    ask_new_passphrase(client)
    path = path_of(deliver_all()[0])
    for _scanner in range(3):
        client.get(path, follow=True)

    page = client.get(path, follow=True)
    client.post(page.context["action_url"], {"password1": NEW})

    anna.refresh_from_db()
    assert anna.check_password(NEW)


def test_a_link_works_once(client, anna):
    ask_new_passphrase(client)
    path = path_of(deliver_all()[0])
    client.post(client.get(path, follow=True).context["action_url"], {"password1": NEW})

    response = client.get(path, follow=True)

    assert "This link was used already, or it is too old" in response.content.decode()


def test_the_owner_is_told_when_the_passphrase_changes(anna):
    signed_in(anna).post(reverse("account_change_password"), {"oldpassword": PASSPHRASE, "password1": NEW})

    assert [message.subject for message in deliver_all()] == ["Your passphrase was changed"]


def test_asking_for_a_new_passphrase_does_not_tell_whether_there_is_an_account(client, anna):
    known = ask_new_passphrase(client)
    unknown = ask_new_passphrase(client, "nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [message.to for message in deliver_all()] == [["anna@example.org"], ["nobody@example.org"]]


def test_an_address_of_another_account_cannot_be_confirmed(client, anna):
    berta = with_address(make_user("berta"), "anna@example.org", verified=False)
    signed_in(berta).post(reverse("account_email"), {"email": "anna@example.org", "action_send": "yes"})
    message = deliver_all()[0]

    page = client.get(path_of(message)).content.decode()
    client.post(path_of(message))

    assert "Another account uses this address" in page
    assert User.objects.get(username="berta").email == ""


def test_an_address_that_an_operator_gave_to_another_account_cannot_be_confirmed(client):
    make_user("owner", email="anna@example.org")
    berta = with_address(make_user("berta"), "anna@example.org", verified=False)
    signed_in(berta).post(reverse("account_email"), {"email": "anna@example.org", "action_send": "yes"})

    response = client.post(path_of(deliver_all()[0]))

    assert response.status_code in {200, 302}
    assert EmailAddress.objects.get().verified is False


def test_nobody_makes_an_unconfirmed_address_their_own(anna):
    berta = with_address(make_user("berta"), "anna@example.org", verified=False)

    signed_in(berta).post(reverse("account_email"), {"email": "anna@example.org", "action_primary": "yes"})

    berta.refresh_from_db()
    assert berta.email == ""


def test_another_address_takes_the_place_of_the_first_when_it_is_confirmed(anna):
    browser = signed_in(anna)
    browser.post(reverse("account_email"), {"email": "new@example.org", "action_add": "yes"})
    anna.refresh_from_db()
    before = anna.email

    browser.post(path_of(deliver_all()[0]))

    anna.refresh_from_db()
    assert (before, anna.email) == ("anna@example.org", "new@example.org")
    assert [message.to for message in deliver_all()][-1] == ["anna@example.org"]  # the old address is told


def test_a_person_can_do_without_an_address(anna):
    browser = signed_in(anna)

    browser.post(reverse("account_email"), {"email": "anna@example.org", "action_remove": "yes"})

    anna.refresh_from_db()
    assert (anna.email, EmailAddress.objects.count()) == ("", 0)
