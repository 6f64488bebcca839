"""One's own certificates, all on one page: what became of each, its files, links, profiles, and all of it as JSON."""

import html
import json
import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.queries.issuers import site_issuer
from certificates import operations
from certificates.models import CertificateRequest, HolderName, NameVisibility, ShareLink, new_public_id
from certificates.operations.badges import sign_badge
from certificates.rules.numbers import number_from
from certificates.rules.profiles import linkedin_address
from tests.certificates.builders import NOON
from tests.certificates.payloads import full_payload, old_payload, plain_payload
from tests.certificates.rows import make_certificate
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db

WALLET = "/en/me/certificates/"
EVERYTHING = "/en/me/certificates/all.json"


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"


@pytest.fixture
def giulia(db):
    return make_learner("giulia", display_name="Giulia")


def _one_of(learner, *, count=1, with_events=(), fields=None, **changes):
    """Store a certificate of the learner, with an id and a number of its own."""
    own = {"public_id": new_public_id(), "number": number_from(f"{count:0>15}")}
    return make_certificate(full_payload(**own, **changes), learner=learner, with_events=with_events, **fields or {})


def _text(response) -> str:
    shown = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", shown).split()))


# The page


def test_the_wallet_says_in_words_what_became_of_each_certificate(giulia):
    valid = _one_of(giulia, count=1)
    expired = _one_of(giulia, count=2, valid_until=date(2020, 2, 29))
    withdrawn = _one_of(giulia, count=3, with_events=[("revoked", "misuse")])
    replaced = _one_of(giulia, count=4, with_events=[("re-issued", "name")])
    new = _one_of(giulia, count=5, fields={"supersedes": replaced})

    text = _text(signed_in(giulia).get(WALLET))

    for words in ("Valid", "Expired", "Withdrawn", "Replaced by a new one"):
        assert words in text
    for certificate in (valid, expired, withdrawn, replaced, new):
        assert certificate.number in text
    assert f"The one that counts now: {new.number}" in text
    assert "It was misused" in text  # what its holder is told


def test_of_each_certificate_there_are_page_files_profiles_links_and_the_name(giulia):
    certificate = _one_of(giulia)

    page = signed_in(giulia).get(WALLET).content.decode()

    start = f"/en/certificates/{certificate.public_id}"
    for address in (f"{start}/", f"{start}/badge.json", f"{start}/share/", f"{start}/name/"):
        assert f'"{address}"' in page
    assert page.count('rel="noopener"') == 2
    assert "https://europa.eu/europass/" in page
    assert html.escape(linkedin_address(certificate.payload, "en")) in page
    assert "<script" not in page.split("<main")[1].split("</main>")[0]


def test_a_withdrawn_certificate_offers_no_files(giulia):
    certificate = _one_of(giulia, with_events=[("revoked", "misuse")])

    page = signed_in(giulia).get(WALLET).content.decode()

    assert f"{certificate.public_id}/badge.json" not in page
    assert f"{certificate.public_id}.pdf" not in page


def test_a_certificate_of_the_first_schema_is_shown_and_has_no_badge(giulia):
    certificate = make_certificate(old_payload(), learner=giulia)

    page = signed_in(giulia).get(WALLET).content.decode()

    assert "Digital basics at work" in page
    assert f"{certificate.public_id}/badge.json" not in page


def test_the_wallet_costs_the_same_with_one_certificate_and_with_five(giulia):
    browser = signed_in(giulia)
    costs = []
    for number in (1, 2, 3, 4, 5):
        operations.create_share_link(certificate=_one_of(giulia, count=number), at=NOON)
        browser.get(WALLET)
        with counted_queries() as statements:
            browser.get(WALLET)
        costs.append(len(statements))

    assert costs[0] == costs[-1] <= 8


# Links


@pytest.mark.parametrize(("days", "lasts"), [("7", 7), ("30", 30), ("365", 365), ("0", None), ("99", 7), ("", 7)])
def test_a_share_link_ends_when_the_holder_chose(giulia, days, lasts):
    certificate = _one_of(giulia)
    sent = {"number": "1", "days": days, "from": "wallet"}

    response = signed_in(giulia).post(f"/en/certificates/{certificate.public_id}/share/", sent)

    link = ShareLink.objects.get()
    assert response["Location"] == f"{WALLET}?open={certificate.number}#links-{certificate.number}"
    assert (link.expires_at and link.expires_at - link.created_at) == (lasts and timedelta(days=lasts))


def test_what_the_holder_decided_is_said_once_at_its_place_in_an_open_box(giulia):
    certificate = _one_of(giulia)
    _one_of(giulia, count=2)
    browser = signed_in(giulia)
    start = f"/en/certificates/{certificate.public_id}/"
    sent = {"from": "wallet", "number": "1", "days": "7"}

    def said(what, words, **changes):
        answer = browser.post(f"{start}{what}/", sent | changes)
        place = f"{'name' if what == 'name' else 'links'}-{certificate.number}"
        assert answer["Location"].endswith(f"#{place}")
        page = browser.get(answer["Location"]).content.decode()
        assert page.count(words) == 1
        heading, after = page.index(f'id="{place}" tabindex="-1"'), page.index(words)
        assert 0 < after - heading < 400  # right below, above what it is about
        assert page.count("<details open>") == 1
        return page

    page = said("share", "Link 1 is made.")
    address = f"http://testserver{start}?share={ShareLink.objects.get().token}"
    assert re.search(r'<input [^>]*readonly value="[^"]*' + re.escape(address.partition("testserver")[2]) + '"', page)
    said("share", "Link 1 is there already.")  # pressed twice, or once more after going back
    said("share/1/end", "Link 1 does not open anything any more.")
    said("share", "Link 1 was made before and has ended.")
    said("name", "Saved. What others see of your name: Initials only.", shown="initials")
    said("name", "Choose what others see of your name.")
    assert "Saved." not in browser.get(WALLET).content.decode()


def test_a_share_link_opens_page_and_name_until_it_ends(giulia):
    certificate = _one_of(giulia, fields={"name_visibility": NameVisibility.FILE})
    now = timezone.now()
    open_link = operations.create_share_link(certificate=certificate, at=now, days=7)
    ended = operations.create_share_link(certificate=certificate, at=now - timedelta(days=8), days=7)
    address = f"/en/certificates/{certificate.public_id}/"

    shared = Client().get(address, {"share": open_link.token}).content.decode()
    plain = Client().get(address)

    assert f"badge.json?share={open_link.token}" in shared
    assert "Giulia Ferri" in shared
    for token in (ended.token, "unknown"):
        other = Client().get(address, {"share": token})
        assert "This link has ended. Ask who sent it for a new one." in _text(other)
        assert ".pdf" not in other.content.decode()
        note = r'<p class="notice" role="status">This link has ended[^<]*</p>'
        besides = [
            re.sub(rf"Checked [^<]*|\?share=[\w-]+|{note}|\s+", "", page.content.decode()) for page in (other, plain)
        ]
        assert besides[0] == besides[1]
    assert "This link has ended" not in shared


def test_the_wallet_lists_open_links_and_ends_them(giulia):
    certificate = _one_of(giulia)
    link = operations.create_share_link(certificate=certificate, at=timezone.now(), days=30)
    browser = signed_in(giulia)
    assert link.token in browser.get(WALLET).content.decode()

    response = browser.post(f"/en/certificates/{certificate.public_id}/share/1/end/", {"from": "wallet"})

    assert response["Location"] == f"{WALLET}?open={certificate.number}#links-{certificate.number}"
    assert link.token not in browser.get(WALLET).content.decode()


# Profiles elsewhere


def test_the_address_for_linkedin_fills_in_what_the_certificate_says_and_no_name():
    payload = full_payload()

    address = urlsplit(linkedin_address(payload, "en"))

    assert (address.scheme, address.netloc, address.path) == ("https", "www.linkedin.com", "/profile/add")
    assert parse_qs(address.query) == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Leading a social economy cluster in the twin transition"],
        "organizationName": ["Example Learning Association"],
        "issueYear": ["2026"],
        "issueMonth": ["11"],
        "expirationYear": ["2029"],
        "expirationMonth": ["11"],
        "certUrl": [payload["address"].replace("{language}", "en")],
        "certId": [payload["number"]],
    }


def test_without_issuer_and_expiry_linkedin_gets_the_name_of_the_site_and_no_end():
    values = parse_qs(urlsplit(linkedin_address(plain_payload(), "en")).query)

    assert values["organizationName"] == ["Common Thread"]
    assert "expirationYear" not in values


# All of it as JSON


def test_everything_holds_payload_events_badges_links_and_choices_of_ones_own_alone(giulia):
    certificate = make_certificate(full_payload(), learner=giulia, issuer=site_issuer())
    badge = sign_badge(certificate=certificate, language="en", at=NOON)
    link = operations.create_share_link(certificate=certificate, at=NOON, days=7)
    _one_of(make_learner("anna"), count=2)

    response = signed_in(giulia).get(EVERYTHING)

    record = json.loads(response.content)
    (own,) = record["certificates"]
    assert response["Content-Disposition"] == 'attachment; filename="certificates.json"'
    assert "no-store" in response["Cache-Control"]
    assert own["payload"] == certificate.payload
    assert [event["kind"] for event in own["events"]] == ["issued"]
    assert [kept["document"] for kept in own["badges"]] == [badge.document]
    assert own["name_visibility"] == "full"
    assert own["share_links"][0]["address"].endswith(f"?share={link.token}")
    assert own["achievement"]["course"] == certificate.payload["course"]


def test_everything_holds_the_choice_about_the_name_the_place_in_the_status_list_and_the_name_that_was_asked_for(
    giulia,
):
    certificate = make_certificate(full_payload(), learner=giulia, issuer=site_issuer())
    HolderName.objects.create(
        enrolment=certificate.enrolment, name="Giulia Ferri", visibility="initials", confirmed_at=NOON
    )
    sign_badge(certificate=certificate, language="en", at=NOON)
    CertificateRequest.objects.create(
        certificate=certificate, kind="reissue", reason="name", new_name="Giulia Verdi", requested_at=NOON
    )

    record = json.loads(signed_in(giulia).get(EVERYTHING).content)

    place = certificate.status_place
    (own,) = record["certificates"]
    assert [name["visibility"] for name in record["names"]] == ["initials"]
    assert own["status_place"] == {"list": place.status_list.number, "index": place.index}
    assert [asked["new_name"] for asked in own["requests"]] == ["Giulia Verdi"]


def test_everything_costs_the_same_with_one_certificate_and_with_three(giulia):
    browser = signed_in(giulia)
    costs = []
    for number in (1, 2, 3):
        _one_of(giulia, count=number)
        with counted_queries() as statements:
            browser.get(EVERYTHING)
        costs.append(len(statements))

    assert costs[0] == costs[-1] <= 12


def test_a_visitor_signs_in_before_anything_is_handed_out():
    for address in (WALLET, EVERYTHING):
        assert Client().get(address)["Location"].startswith("/en/account/login/?next=")
