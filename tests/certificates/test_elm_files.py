"""Who gets the European Learning Model file of a certificate, and what is in it."""

import base64
import json

import pytest
from django.test import Client

from certificates import printing
from certificates.models import CertificateEvent
from certificates.operations.events import record_event
from certificates.operations.sharing import create_share_link
from certificates.queries.showing import show_certificate
from tests.certificates.payloads import old_payload, plain_payload
from tests.certificates.signed import BASE_URL, NOON, issue
from tests.people import make_learner, signed_in

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")


@pytest.fixture(autouse=True)
def keys_dir(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = BASE_URL


@pytest.fixture
def holder():
    return make_learner("giulia", email="giulia@collina.example")


@pytest.fixture
def certificate(holder):
    return issue(learner=holder)


def _address(certificate, language="en"):
    return f"/{language}/certificates/{certificate.public_id}/elm.json"


@needs_pango
def test_the_holder_gets_a_file_with_a_picture_of_the_page_in_each_language(certificate, holder):
    answer = signed_in(holder).get(_address(certificate, "it"))

    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == f'attachment; filename="{certificate.number}-it-elm.json"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    credential = json.loads(answer.content)["credential"]
    display = credential["displayParameter"]
    assert display["primaryLanguage"]["prefLabel"] == {"en": "Italian"}
    pictures = [
        base64.b64decode(detail["image"]["content"])
        for shown in display["individualDisplay"]
        for detail in shown["displayDetail"]
    ]
    assert len(pictures) == 2
    assert pictures[0] != pictures[1]
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert credential["validUntil"] == "2029-11-24T22:59:59Z"


@needs_pango
def test_a_share_link_opens_the_file_and_nothing_else_does(certificate):
    link = create_share_link(certificate=certificate, at=NOON)
    address = _address(certificate)

    assert Client().get(address, {"share": link.token}).status_code == 200
    assert Client().get(address).status_code == 404
    assert Client().get(address, {"share": "no-such-token"}).status_code == 404
    assert signed_in(make_learner()).get(address).status_code == 404
    assert Client().get(f"/en/certificates/{'f' * 32}/elm.json").status_code == 404


@pytest.mark.parametrize("kind", [CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.REISSUED], ids=str)
def test_of_a_withdrawn_or_replaced_certificate_there_is_no_file(certificate, holder, kind):
    record_event(certificate=certificate, kind=kind, at=NOON)

    assert signed_in(holder).get(_address(certificate)).status_code == 404


@pytest.mark.parametrize("payload", [old_payload(), plain_payload()], ids=["older than badges", "no country"])
def test_a_certificate_that_says_too_little_answers_as_absent_and_no_page_offers_its_file(holder, payload):
    certificate = issue(learner=holder, payload=payload)

    assert signed_in(holder).get(_address(certificate)).status_code == 404
    assert not show_certificate(certificate, language="en", today=NOON.date()).has_elm


def test_a_machine_that_cannot_print_says_so(certificate, holder, monkeypatch):
    monkeypatch.setattr(printing, "can_print", lambda: False)

    assert signed_in(holder).get(_address(certificate)).status_code == 503
