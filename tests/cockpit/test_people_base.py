"""What every page of managers has: the parts of the cockpit, the place, the link to it, its style sheet."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Membership
from cockpit.urls import urlpatterns
from portal.management.commands.join_css import join_css
from tests.people import (
    join,
    make_assessor,
    make_cluster,
    make_cluster_manager,
    make_learner,
    make_manager,
    make_organisation,
    signed_in,
)

COCKPIT_BUDGET = 4_000  # bytes, compressed: UX.md


@pytest.mark.django_db
def test_a_manager_finds_the_link_to_their_people_on_every_page() -> None:
    manager = make_manager()

    assert 'href="/en/cockpit/"' in signed_in(manager).get("/en/me/").text
    assert 'href="/en/cockpit/"' not in signed_in(make_learner()).get("/en/me/").text


@pytest.mark.django_db
def test_the_place_is_named_with_how_many_people_are_seen() -> None:
    hub = make_organisation("Repair Hub")
    manager = make_manager(organisation=hub)
    join(make_learner(), hub)

    page = signed_in(manager).get("/en/cockpit/").text

    assert "Repair Hub · you see 2 people of this organisation, nobody else" in page
    assert "Show people of" not in page


@pytest.mark.django_db
def test_who_has_several_places_chooses_one_and_links_keep_it() -> None:
    hub, other = make_organisation("Repair Hub"), make_organisation("Laundry")
    cluster = make_cluster("Valley", hub, other)
    manager = make_cluster_manager(cluster=cluster)
    browser = signed_in(manager)

    page = browser.get(f"/en/cockpit/?of={other.public_id}").text

    assert f'<option value="{other.public_id}" selected>Laundry</option>' in page
    assert f'href="/en/cockpit/?of={other.public_id}"' in page
    assert browser.get(f"/en/cockpit/?of={make_organisation().public_id}").status_code == 404
    assert browser.get("/en/cockpit/?of=nothing").status_code == 404


@pytest.mark.django_db
def test_who_only_assesses_is_led_to_what_waits_to_be_marked() -> None:
    answer = signed_in(make_assessor()).get("/en/cockpit/")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/en/cockpit/marking/")


@pytest.mark.django_db
def test_a_manager_who_assesses_too_sees_both_links() -> None:
    hub = make_organisation()
    manager = make_manager(organisation=hub)
    join(manager, hub, role=Membership.Role.ASSESSOR)

    page = signed_in(manager).get("/en/cockpit/").text

    assert "/en/cockpit/marking/" in page


@pytest.mark.django_db
def test_learners_and_visitors_find_no_page_of_managers() -> None:
    assert signed_in(make_learner()).get("/en/cockpit/").status_code == 404
    assert "/login/" in Client().get("/en/cockpit/").headers["Location"]


def test_no_template_has_a_link_to_a_page_that_there_is_not() -> None:
    """`at_place` leads nowhere, silently, where a name is mistyped."""
    known = {f"cockpit:{pattern.name}" for pattern in urlpatterns}
    named = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"\{% at_place ['\"]([^'\"]+)['\"]", path.read_text())
    }

    assert named
    assert named - known == set()


def test_the_sheet_of_the_cockpit_is_small_and_a_file_that_is_listed_nowhere_is_an_error(tmp_path: Path) -> None:
    source = settings.BASE_DIR / "static" / "css"
    sizes = join_css(source, tmp_path)

    sheet = (tmp_path / "cockpit.css").read_bytes()
    assert len(gzip.compress(sheet, 9)) <= COCKPIT_BUDGET
    assert sizes["cockpit"] == len(sheet)

    (tmp_path / "site.txt").write_text("")
    (tmp_path / "cockpit.txt").write_text("")
    with pytest.raises(ValueError, match="cockpit"):
        join_css(tmp_path, tmp_path / "joined")
