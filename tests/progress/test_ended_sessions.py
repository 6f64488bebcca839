"""A session that ends while somebody answers: the answer on its way is not saved, and not lost (THREATS F13)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from progress.models import Attempt, Response
from tests.people import make_learner
from tests.progress.builders import enrol, question_ids, quizzes_of, start, wrong_option

SCRIPT = {"accept": "application/json"}


@pytest.fixture
def ana(db):
    return make_learner()


@pytest.fixture
def attempt(course, ana) -> Attempt:
    return start(enrol(course, ana), quizzes_of(course)[0])


@pytest.fixture
def address(attempt) -> str:
    return f"/en/attempts/{attempt.public_id}/questions/1/"


@pytest.fixture
def option(attempt) -> str:
    return wrong_option(attempt, question_ids(attempt)[0])


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_answer_comes_back_through_the_sign_in_and_is_not_saved_before_its_button(ana, attempt, address, option):
    sent = Client().post(address, {"option": option, "sequence": 0, "from": "check"})
    goal = parse_qs(urlsplit(sent["Location"]).query)["next"][0]
    ana_again = Client()
    ana_again.force_login(ana)
    shown = page(ana_again, goal)
    assert f'value="{option}" checked' in shown
    assert "not saved yet" in shown
    assert "Save and go back" in shown
    assert not Response.objects.filter(attempt=attempt, answered_at__isnull=False).exists()
    assert "not saved yet" not in page(ana_again, address)


def test_what_is_no_answer_to_the_question_is_not_brought_back(ana, address, option):
    client = Client()
    client.force_login(ana)
    for query in (f"option={option}&option=true", "option=forged", "option=%00", "option="):
        shown = page(client, f"{address}?{query}")
        assert " checked" not in shown
        assert "not saved yet" not in shown


def test_an_answer_that_is_too_long_to_be_one_is_left_behind(address):
    assert Client().post(address, {"option": "x" * 2000})["Location"] == f"/en/account/login/?next={address}"


def test_a_page_older_than_the_sign_in_says_so_to_its_script_and_leads_back(ana, address, option):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    told = client.post(address, {"option": option}, headers=SCRIPT)
    assert (told.status_code, "Load the page again" in told.json()["text"]) == (403, True)
    shown = client.post(address, {"option": option}).content.decode()
    assert f"/en/account/login/?next=%2Fen%2Fattempts%2F{address.split('/')[3]}" in shown
    assert f"option%3D{option}" in shown


def test_a_form_about_the_account_does_not_lead_back_to_itself(db):
    shown = Client(enforce_csrf_checks=True).post("/en/account/login/", {"login": "ana"}).content.decode()
    assert 'class="button" href="/en/account/login/"' in shown
