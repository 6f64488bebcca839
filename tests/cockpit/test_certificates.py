"""Operators and registrars look up one certificate, ask for a change of it, and decide about what another asked."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, CertificateRequest
from certificates.operations import requesting
from tests.certificates.builders import earn
from tests.courses.builders import make_course
from tests.people import make_editor, make_learner, make_manager, make_operator, make_registrar, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db

DESK = "/en/cockpit/certificates/"


@pytest.fixture
def certificate(db):
    return earn(make_course(lesson_count=1, quiz_count=0), learner=make_learner("giulia"))


@pytest.fixture
def piotr(db):
    return make_operator("piotr")


@pytest.fixture
def marta(db):
    return make_registrar("marta")


def own(certificate: Certificate) -> str:
    return f"{DESK}{certificate.public_id}/"


def hidden_id(page: str) -> str:
    return re.search(r'name="public_id" value="([0-9a-f-]{36})"', page).group(1)


def ask(browser, certificate: Certificate, act: str = "withdraw", **answers: str):
    address = f"{own(certificate)}{act}/"
    page = browser.get(address).content.decode()
    sent = {"reason": "misuse", "note": "Somebody else used it.", "public_id": hidden_id(page), **answers}
    return browser.post(address, sent)


def addresses(certificate: Certificate) -> list[str]:
    return [DESK, own(certificate), f"{own(certificate)}withdraw/", f"{DESK}cohorts/"]


@pytest.mark.parametrize("make", [make_learner, make_editor, make_manager], ids=["learner", "editor", "manager"])
def test_to_anybody_without_the_right_the_register_is_absent(certificate, make):
    browser = signed_in(make())

    assert [browser.get(address).status_code for address in addresses(certificate)] == [404] * 4


def test_a_visitor_is_asked_to_sign_in(certificate, client):
    assert {client.get(address).status_code for address in addresses(certificate)} == {302}


def test_a_certificate_is_found_by_its_number_or_link_and_by_nothing_else(certificate, marta):
    browser = signed_in(marta)
    link = f"https://learn.example/en/certificates/{certificate.public_id}/"

    for typed in (certificate.number, certificate.number.lower().replace("-", " "), link):
        assert browser.get(DESK, {"number": typed}).url == own(certificate)
    missed = browser.get(DESK, {"number": "Giulia Ferri"})
    assert missed.status_code == 404
    assert 'value="Giulia Ferri"' in missed.content.decode()
    assert "We have no such certificate" in missed.content.decode()


def test_the_journey_of_two_people_from_looking_it_up_to_a_withdrawn_certificate(certificate, piotr, marta):
    asking, deciding = signed_in(piotr), signed_in(marta)

    page = asking.get(own(certificate)).content.decode()
    assert "Giulia Ferri" in page
    assert "Restore it" not in page
    answer = ask(asking, certificate)
    request = CertificateRequest.objects.get()
    assert (answer.status_code, answer.url) == (303, f"{DESK}requests/{request.public_id}/")
    assert "somebody else decides" in asking.get(answer.url).content.decode()
    assert 'value="agree"' not in asking.get(answer.url).content.decode()

    assert "1 request waits for you" in deciding.get(DESK).content.decode()
    assert "Giulia" not in deciding.get(DESK).content.decode()
    assert "Somebody else used it." in deciding.get(answer.url).content.decode()
    assert deciding.post(answer.url, {"do": "agree", "note": ""}).status_code == 303

    assert CertificateEvent.objects.filter(certificate=certificate, kind="revoked").count() == 1
    page = deciding.get(own(certificate)).content.decode()
    assert "This certificate was withdrawn on" in page
    assert "Piotr asked, Marta agreed." in page
    assert "Restore it" in page
    assert "No request waits for you" in deciding.get(DESK).content.decode()


def test_who_is_new_reads_from_when_they_can_decide_and_a_press_changes_nothing(certificate, piotr, marta):
    ask(signed_in(piotr), certificate)
    request = CertificateRequest.objects.get()
    address = f"{DESK}requests/{request.public_id}/"
    User.objects.filter(pk=marta.pk).update(access_changed_at=timezone.now())
    deciding = signed_in(marta)

    page = deciding.get(address).content.decode()
    assert "You can decide from" in page
    assert 'value="agree"' not in page
    answer = deciding.post(address, {"do": "agree", "note": ""}, follow=True)

    assert "You can decide from" in answer.content.decode()
    request.refresh_from_db()
    assert request.state == "waiting"


def test_who_asked_and_agreed_is_shown_to_staff_only(certificate, piotr, marta, client):
    ask(signed_in(piotr), certificate)
    requesting.agree_to_request(request=CertificateRequest.objects.get(), by=marta, at=timezone.now())

    public = client.get(f"/en/certificates/{certificate.public_id}/").content.decode()
    assert "withdrawn" in public
    assert "It was misused" in public
    assert [word for word in ("Piotr", "Marta", "Somebody else used it") if word in public] == []


def test_what_is_missing_is_said_at_its_field_and_nothing_written_is_lost(certificate, piotr, marta):
    browser = signed_in(piotr)

    answer = ask(browser, certificate, "replace", reason="", note="", new_name="Giulia\N{PARTY POPPER}")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in page
    for words in ("Choose a reason.", "Say what happened", "Take out emoji and other signs."):
        assert page.count(words) == 2
    assert 'value="Giulia\N{PARTY POPPER}"' in page
    assert not CertificateRequest.objects.exists()


def test_the_name_that_stands_there_is_no_correction(certificate, piotr, marta):
    answer = ask(signed_in(piotr), certificate, "replace", reason="name", new_name="Giulia Ferri")

    assert answer.status_code == 422
    assert "This is the name that stands on it now." in answer.content.decode()


def test_a_corrected_certificate_is_led_to_from_the_one_it_replaced(certificate, piotr, marta):
    answer = ask(signed_in(piotr), certificate, "replace", reason="name", new_name="Giulia Verdi")
    assert "Giulia Verdi" in signed_in(marta).get(answer.url).content.decode()

    signed_in(marta).post(answer.url, {"do": "agree", "note": ""})

    new = Certificate.objects.get(supersedes=certificate)
    assert f'href="{own(new)}"' in signed_in(marta).get(answer.url).content.decode()
    page = signed_in(marta).get(own(certificate)).content.decode()
    assert own(new) in page
    assert "Replace it by a corrected one</a></li>" not in page
    assert certificate.number in signed_in(marta).get(own(new)).content.decode()


def test_a_form_pressed_twice_asks_once_and_a_second_tab_is_told(certificate, piotr, marta):
    browser = signed_in(piotr)
    address = f"{own(certificate)}withdraw/"
    tabs = [hidden_id(browser.get(address).content.decode()) for _tab in range(2)]
    sent = {"reason": "misuse", "note": "Somebody else used it."}

    first, again, other = (
        browser.post(address, {**sent, "public_id": public_id}) for public_id in (tabs[0], tabs[0], tabs[1])
    )

    assert first.url == again.url
    assert other.status_code == 409
    assert "Something else was asked for this certificate already." in other.content.decode()
    assert CertificateRequest.objects.count() == 1
    assert browser.get(address).url == own(certificate)


def test_ones_own_certificate_is_for_others_to_change(certificate, piotr, marta):
    holder = certificate.enrolment.learner
    holder.groups.add(*marta.groups.all())
    browser = signed_in(holder)

    assert "This is your own certificate." in browser.get(own(certificate)).content.decode()
    assert browser.get(f"{own(certificate)}withdraw/").status_code == 404
    answer = ask(signed_in(piotr), certificate)
    assert "others decide" in browser.get(answer.url).content.decode()
    assert browser.post(answer.url, {"do": "agree", "note": ""}).status_code == 404
    assert "No request waits for you" in browser.get(DESK).content.decode()
    assert CertificateRequest.objects.get().state == "waiting"


def test_not_agreeing_needs_words(certificate, piotr, marta):
    answer = ask(signed_in(piotr), certificate)
    browser = signed_in(marta)

    refused = browser.post(answer.url, {"do": "refuse", "note": " "})
    assert refused.status_code == 422
    assert refused.content.decode().count("Say why you do not agree.") == 2
    assert browser.post(answer.url, {"do": "refuse", "note": "It was not."}).status_code == 303
    assert "It was not." in signed_in(piotr).get(answer.url).content.decode()
    assert browser.post(answer.url, {"do": "agree", "note": ""}).status_code == 303
    assert CertificateRequest.objects.get().state == "refused"


def test_a_team_of_one_is_told_what_waiting_means_and_can_take_it_back(certificate, piotr):
    browser = signed_in(piotr)
    assert "Nobody else can agree." in browser.get(f"{own(certificate)}withdraw/").content.decode()

    answer = ask(browser, certificate)

    assert "It is done by itself on" in browser.get(answer.url).content.decode()
    assert browser.post(answer.url, {"do": "back"}).status_code == 303
    requesting.do_due_requests(at=timezone.now() + timedelta(days=2))
    assert CertificateRequest.objects.get().state == "taken-back"
    assert not CertificateEvent.objects.filter(kind="revoked").exists()


def test_the_way_to_the_register_shows_on_every_page_once_it_was_opened(certificate, marta, piotr):
    browser = signed_in(marta)
    link = f'<a href="{DESK}"'
    assert link not in browser.get("/en/courses/").content.decode()

    browser.get(DESK)

    assert link in browser.get("/en/courses/").content.decode()
    marta.groups.clear()
    assert link not in browser.get("/en/courses/").content.decode()


def test_many_requests_cost_as_many_queries_as_one(certificate, piotr, marta):
    browser = signed_in(marta)
    ask(signed_in(piotr), certificate)
    browser.get(DESK)
    with counted_queries() as few:
        browser.get(DESK)
    course = certificate.enrolment.course
    for number in range(3):
        ask(signed_in(piotr), earn(course, learner=make_learner(f"reader-{number}")))
    with counted_queries() as many:
        browser.get(DESK)

    assert len(many) == len(few)
    with counted_queries() as queries:
        browser.get(own(certificate))
    assert len(queries) <= 11
