"""A manager's own list, and what waits by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import JoinLink, JoinRequest, Notification, Organisation, User
from cockpit.models import ImportedRow, PeopleImport, ToDo
from tests.people import make_learner, make_manager, make_organisation, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/en/cockpit/to-do/"


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def manager(hub: Organisation) -> User:
    return make_manager(organisation=hub)


@pytest.fixture
def browser(manager: User) -> Client:
    return signed_in(manager)


def test_a_line_is_added_once_ticked_off_opened_and_deleted(browser: Client, manager: User) -> None:
    form = {"do": "add", "text": "Ring Luca", "due_date": "2027-01-31", "key": str(uuid4())}
    assert [browser.post(PAGE, form).status_code for _time in range(2)] == [303, 303]
    line = ToDo.objects.get()
    assert (line.person, line.text, line.done_at) == (manager, "Ring Luca", None)

    for act, is_done in (("done", True), ("done", True), ("open", False)):
        assert browser.post(PAGE, {"do": act, "line": str(line.public_id)}).status_code == 303
        line.refresh_from_db()
        assert (line.done_at is not None) == is_done
    for _time in range(2):
        assert browser.post(PAGE, {"do": "delete", "line": str(line.public_id)}).status_code == 303
    assert not ToDo.objects.exists()


def test_what_is_missing_is_said_and_nothing_typed_is_lost(browser: Client) -> None:
    answer = browser.post(PAGE, {"do": "add", "text": "", "due_date": "soon", "key": str(uuid4())})

    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert answer.text.count("Write what is to be done.") == 2
    assert 'value="soon"' in answer.text


def test_the_list_of_somebody_else_is_neither_read_nor_changed(browser: Client) -> None:
    other = ToDo.objects.create(person=make_manager(), text="Secret", made_at=timezone.now())

    assert "Secret" not in browser.get(PAGE).text
    browser.post(PAGE, {"do": "delete", "line": str(other.public_id)})

    assert ToDo.objects.filter(pk=other.pk).exists()
    assert browser.post(PAGE, {"do": "x", "line": str(other.public_id)}).status_code == 404
    assert browser.post(PAGE, {"do": "done", "line": "x"}).status_code == 404


def test_what_waits_by_itself_is_counted_for_ones_own_organisation_only(
    hub: Organisation, manager: User, browser: Client
) -> None:
    now = timezone.now()
    assert "What waits by itself" not in browser.get(PAGE).text
    for place in (hub, make_organisation()):
        link = JoinLink.objects.create(
            organisation=place,
            made_at=now,
            expires_at=now + timedelta(days=1),
            token=uuid4().hex,
            code=uuid4().hex[:9],
            limit=5,
        )
        JoinRequest.objects.create(link=link, person=make_learner(), told_at=now)
        Notification.objects.create(
            kind="cockpit.invitation",
            key=uuid4().hex,
            organisation=place,
            state=Notification.State.BOUNCED,
            posted_at=now,
        )
        people = PeopleImport.objects.create(organisation=place, file_name="a.csv", file_sha256="0" * 64, made_at=now)
        ImportedRow.objects.create(people_import=people, number=2, state=ImportedRow.State.PROBLEM)

    page = browser.get(PAGE).text

    assert "1 person asks to join" in page
    assert "1 message came back or could not be delivered" in page
    assert "1 list of people has rows that need a look" in page
