"""Reports for programs: with a token, read only, of one organisation."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Membership, Organisation, User
from cockpit.models import ReportToken
from cockpit.operations.tokens import make_token, revoke_token
from cockpit.views.api import MOST_IN_WINDOW
from progress import operations
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation, signed_in
from tests.progress.builders import NOON

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/report/"
PERIOD = {"first_day": "2026-11-01", "last_day": "2026-11-25"}


def hub_with_people(count: int = 2) -> tuple[Organisation, User]:
    hub = make_organisation("Kanarihub")
    manager = make_manager(organisation=hub)
    course = make_course()
    for number in range(count):
        learner = make_learner(f"kanari{number}")
        join(learner, hub)
        operations.enrol_learner(learner=learner, course=course, at=NOON, organisation=hub)
    return hub, manager


def token_of(hub: Organisation, manager: User) -> str:
    return make_token(organisation=hub, name="A spreadsheet", by=manager, at=NOON)[1]


def asked(token: str, **query: str):
    return Client(headers={"authorization": f"Bearer {token}"}).get(ADDRESS, {**PERIOD, **query})


@pytest.mark.both_databases
def test_a_token_reads_the_figures_of_its_organisation_and_no_name() -> None:
    hub, manager = hub_with_people()
    enrolled_elsewhere = make_learner("fremdvogel")
    other = make_organisation("Fremdhaus")
    join(enrolled_elsewhere, other)

    answer = asked(token_of(hub, manager))

    assert answer.status_code == 200
    body = answer.json()
    assert body["organisation"] == "Kanarihub"
    assert body["tables"]
    text = answer.content.decode()
    assert "kanari0" not in text.lower()
    assert "fremd" not in text.lower()
    assert answer["Cache-Control"] == "no-store"
    assert "sessionid" not in answer.cookies


def test_the_same_question_gives_the_same_bytes() -> None:
    hub, manager = hub_with_people()
    token = token_of(hub, manager)

    assert asked(token).content == asked(token).content


def test_what_is_no_token_in_force_gets_one_and_the_same_answer() -> None:
    hub, manager = hub_with_people()
    token, revoked = make_token(organisation=hub, name="Old", by=manager, at=NOON)
    revoke_token(token=token, at=NOON)
    ended = token_of(hub, manager)
    Membership.objects.filter(user=manager).update(end_date=date(2026, 1, 2))

    answers = [asked(revoked), asked(ended), asked("ctr_unknown"), Client().get(ADDRESS, PERIOD)]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_wrong_parameters_are_named() -> None:
    hub, manager = hub_with_people(0)
    token = token_of(hub, manager)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    for query, name in (
        ({"last_day": tomorrow}, "last_day"),
        ({"first_day": "nonsense"}, "first_day"),
        ({"project": "nonsense"}, "project"),
        ({"language": "xx"}, "language"),
    ):
        answer = asked(token, **query)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_who_asks_too_often_waits() -> None:
    hub, manager = hub_with_people(0)
    browser = Client(headers={"authorization": f"Bearer {token_of(hub, manager)}"})

    answers = [browser.get(ADDRESS, {"language": "xx"}).status_code for _number in range(MOST_IN_WINDOW + 1)]

    assert set(answers[:-1]) == {400}
    assert answers[-1] == 429


def test_it_only_reads() -> None:
    hub, manager = hub_with_people(0)
    browser = Client(headers={"authorization": f"Bearer {token_of(hub, manager)}"}, enforce_csrf_checks=True)

    assert {method(ADDRESS).status_code for method in (browser.post, browser.put, browser.delete)} == {405}


def test_a_token_is_shown_once_and_can_be_revoked() -> None:
    _hub, manager = hub_with_people(0)
    browser = signed_in(manager)

    shown = browser.post("/en/cockpit/tokens/", {"name": "The spreadsheet"}).content.decode()
    assert "/api/v1/report/?first_day=" in shown

    token = ReportToken.objects.get()
    text = shown.split('class="token">')[1].split("<")[0]
    assert asked(text).status_code == 200
    listed = browser.get("/en/cockpit/tokens/").content.decode()
    assert "The spreadsheet" in listed
    assert text not in listed
    address = f"/en/cockpit/tokens/{token.public_id}/revoke/"
    assert "Revoke the token" in browser.get(address).content.decode()
    assert asked(text).status_code == 200
    assert browser.post(address).status_code == 303
    assert asked(text).status_code == 401


def test_a_form_that_is_sent_twice_makes_one_token_and_says_so() -> None:
    _hub, manager = hub_with_people(0)
    browser = signed_in(manager)

    browser.post("/en/cockpit/tokens/", {"name": "The spreadsheet"})
    again = browser.post("/en/cockpit/tokens/", {"name": "The spreadsheet"}).content.decode()

    assert "There is a token for this already" in again
    token = ReportToken.objects.get()
    revoke_token(token=token, at=NOON)
    assert 'class="token"' in browser.post("/en/cockpit/tokens/", {"name": "The spreadsheet"}).content.decode()


def test_a_token_without_a_purpose_is_told_of_at_the_field() -> None:
    _hub, manager = hub_with_people(0)

    answer = signed_in(manager).post("/en/cockpit/tokens/", {"name": " "})

    assert "Write what the token is for" in answer.content.decode()
    assert not ReportToken.objects.exists()


def test_a_foreign_token_is_as_an_absent_one() -> None:
    hub, manager = hub_with_people(0)
    token, _text = make_token(organisation=hub, name="Ours", by=manager, at=NOON)
    browser = signed_in(make_manager())

    foreign = browser.post(f"/en/cockpit/tokens/{token.public_id}/revoke/")

    assert foreign.status_code == 404
    assert "Ours" not in foreign.content.decode()
    assert ReportToken.objects.get().revoked_at is None


@given(st.text(max_size=60))
def test_nonsense_in_the_header_opens_nothing(text: str) -> None:
    header = text.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")

    assert Client(headers={"authorization": header}).get(ADDRESS, PERIOD).status_code in {401, 429}
