"""Settings of an organisation, and who manages and assesses there."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import Invitation, Membership, OrganisationProfile
from accounts.operations.organisations import save_organisation
from tests.people import (
    join,
    make_assessor,
    make_cluster,
    make_cluster_manager,
    make_manager,
    make_organisation,
    signed_in,
)
from tests.progress.builders import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub():
    return make_organisation("Repair Hub")


@pytest.fixture
def browser(hub):
    return signed_in(make_manager("radu", organisation=hub))


def _fields(browser, hub, **changes):
    form = browser.get(f"/en/cockpit/organisations/{hub.public_id}/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, False)}
    return {**values, **changes}


@pytest.mark.both_databases
def test_the_first_change_of_a_profile_writes_down_what_was_true_before(hub) -> None:
    hub.name, hub.tools = "Repair Hub Nord", "WhatsApp"
    assert save_organisation(organisation=hub, at=NOON)
    assert not save_organisation(organisation=hub, at=NOON)
    hub.size_band = "small"
    save_organisation(organisation=hub, at=NOON)
    rows = OrganisationProfile.objects.values_list("valid_from", "name", "size_band")
    assert list(rows) == [
        (datetime(1970, 1, 1, tzinfo=UTC), "Repair Hub", "micro"),
        (NOON, "Repair Hub Nord", "micro"),
        (NOON, "Repair Hub Nord", "small"),
    ]


def test_a_manager_changes_the_settings(browser, hub) -> None:
    fields = _fields(
        browser, hub, country="RO", approves_joining="on", approved_domains="@Acul.example", quiet_from="19:00"
    )
    assert browser.post(f"/en/cockpit/organisations/{hub.public_id}/", fields).status_code == 303
    hub.refresh_from_db()
    assert (hub.country, hub.approves_joining, hub.approved_domains) == ("RO", True, ["acul.example"])
    assert f"{hub.quiet_from:%H:%M}" == "19:00"
    assert OrganisationProfile.objects.count() == 2


def test_what_is_wrong_is_said_and_kept(browser, hub) -> None:
    make_organisation("Other")
    fields = _fields(browser, hub, name="Other", approved_domains="localhost", reminders_a_week="9")
    answer = browser.post(f"/en/cockpit/organisations/{hub.public_id}/", fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Not a domain: localhost", "Up to 7 in a week", "localhost</textarea>"):
        assert words in text
    assert "Settings: Repair Hub" in text


def test_people_switched_off_the_settings_stay_within_reach(browser, hub) -> None:
    fields = _fields(browser, hub)
    fields.pop("shows_people")
    browser.post(f"/en/cockpit/organisations/{hub.public_id}/", fields)
    hub.refresh_from_db()
    assert not hub.shows_people
    assert reverse("cockpit:organisation", args=[hub.public_id]) in browser.get("/en/cockpit/").content.decode()
    assert browser.get(f"/en/cockpit/organisations/{hub.public_id}/").status_code == 200
    assert browser.get("/en/cockpit/join-links/").status_code == 200


def test_settings_of_others_and_through_a_cluster_are_absent(browser, hub) -> None:
    other = make_organisation("Other")
    assert browser.get(f"/en/cockpit/organisations/{other.public_id}/").status_code == 404
    of_cluster = signed_in(make_cluster_manager(cluster=make_cluster("East", hub)))
    assert of_cluster.get(f"/en/cockpit/organisations/{hub.public_id}/").status_code == 404
    assert of_cluster.get("/en/cockpit/organisations/").status_code == 200


def test_somebody_is_asked_to_manage_and_a_role_is_ended(browser, hub) -> None:
    assessor = make_assessor("karin", organisation=hub)
    address = f"/en/cockpit/organisations/{hub.public_id}/helpers/"
    fields = {"email": "ana@acul.example", "name": "Ana", "role": "manager", "language": "ro"}
    for _ in range(2):
        assert browser.post(address, fields).status_code == 303
    assert Invitation.objects.get().role == "manager"
    assert "Karin" in browser.get(address).content.decode()
    for _ in range(2):
        assert browser.post(address, {"end": f"{assessor.public_id}:assessor"}).status_code == 303
    assert Membership.objects.get(user=assessor).ended_at is not None


def test_the_only_manager_cannot_leave_it_alone(browser, hub) -> None:
    radu = Membership.objects.get(role="manager").user
    address = f"/en/cockpit/organisations/{hub.public_id}/helpers/"
    answer = browser.post(address, {"end": f"{radu.public_id}:manager"}, follow=True)
    assert "You are its only manager" in answer.content.decode()
    second = make_manager(organisation=hub)
    join(second, make_organisation())
    browser.post(address, {"end": f"{radu.public_id}:manager"})
    assert browser.get(address).status_code == 404
