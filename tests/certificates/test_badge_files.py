"""What machines fetch: badges, DID documents, status lists; and the command that looks after keys."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.models import Badge, CertificateEvent, SigningKey, StatusList
from certificates.operations.badges import sign_badge
from certificates.operations.events import record_event
from certificates.operations.keys import create_key, rotate_key
from certificates.operations.sharing import create_share_link
from certificates.operations.status_lists import sign_due_lists
from certificates.queries.keys import check_address, check_keys_dir
from tests.certificates.payloads import old_payload
from tests.certificates.signed import BASE_URL, NOON, issue
from tests.people import make_learner, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys_dir(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = BASE_URL
    return settings.PORTAL_KEYS_DIR


@pytest.fixture
def holder():
    return make_learner("giulia", email="giulia@collina.example")


@pytest.fixture
def certificate(holder):
    return issue(learner=holder)


def test_the_holder_gets_the_signed_text_byte_for_byte(certificate, holder):
    answer = signed_in(holder).get(f"/it/certificates/{certificate.public_id}/badge.json")

    badge = Badge.objects.get(certificate=certificate, language="it")
    assert answer.content == badge.document.encode()
    assert answer["Content-Type"] == "application/vc"
    assert answer["Content-Disposition"] == f'attachment; filename="{certificate.number}-it-badge.json"'
    assert answer["Cache-Control"] == "private, no-store"


def test_a_share_link_opens_the_badge_and_nothing_else_does(certificate):
    link = create_share_link(certificate=certificate, at=NOON)
    address = f"/en/certificates/{certificate.public_id}/badge.json"

    assert Client().get(address, {"share": link.token}).status_code == 200
    assert Client().get(address).status_code == 404
    assert Client().get(address, {"share": "no-such-token"}).status_code == 404
    assert signed_in(make_learner()).get(address).status_code == 404
    assert Client().get(f"/en/certificates/{'f' * 32}/badge.json").status_code == 404


def test_of_a_withdrawn_certificate_only_a_badge_that_was_signed_before_is_there(certificate, holder):
    badge = sign_badge(certificate=certificate, language="en", at=NOON)
    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)

    answer = signed_in(holder).get(f"/en/certificates/{certificate.public_id}/badge.json")
    assert answer.content == badge.document.encode()
    assert signed_in(holder).get(f"/it/certificates/{certificate.public_id}/badge.json").status_code == 404
    assert Client().get(f"/en/certificates/{certificate.public_id}/badge.json").status_code == 404


def test_a_certificate_older_than_badges_answers_as_absent(holder):
    certificate = issue(learner=holder, payload=old_payload())

    assert signed_in(holder).get(f"/en/certificates/{certificate.public_id}/badge.json").status_code == 404


def test_without_a_key_the_badge_is_asked_for_again_later(certificate, holder, settings):
    settings.IS_PRODUCTION = True

    answer = signed_in(holder).get(f"/en/certificates/{certificate.public_id}/badge.json", secure=True)

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_the_did_document_is_at_its_fixed_address_for_programs_everywhere():
    create_key(issuer=site_issuer(), at=NOON)
    rotate_key(issuer=site_issuer(), at=NOON)

    answer = Client().get("/.well-known/did.json")

    document = json.loads(answer.content)
    assert document["id"] == "did:web:learn.example"
    assert len(document["verificationMethod"]) == 2
    assert answer["Content-Type"] == "application/did+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_further_issuer_has_a_did_document_of_its_own():
    create_key(issuer=Issuer.objects.create(key="collina"), at=NOON)

    document = Client().get("/issuers/collina/did.json").json()

    assert document["id"] == "did:web:learn.example:issuers:collina"
    assert Client().get("/issuers/absent/did.json").status_code == 404
    assert Client().get("/.well-known/did.json").status_code == 404  # the site itself has no key


def test_a_status_list_is_served_as_it_was_signed_and_may_be_kept_for_a_minute(certificate, django_assert_num_queries):
    sign_badge(certificate=certificate, language="en", at=NOON)
    status_list = StatusList.objects.get()

    with django_assert_num_queries(1):
        answer = Client().get(f"/credentials/status/{status_list.number}")

    assert answer.content == status_list.document.encode()
    assert answer["Content-Type"] == "application/vc"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, max-age=30"
    again = Client().get(f"/credentials/status/{status_list.number}", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304

    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)
    sign_due_lists(at=NOON.replace(hour=13))
    changed = Client().get(f"/credentials/status/{status_list.number}", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert changed.status_code == 200
    assert Client().get("/credentials/status/987654").status_code == 404


def _keys(*arguments) -> str:
    out = StringIO()
    call_command("keys", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_makes_changes_lists_and_removes_keys(keys_dir):
    assert "There is no key" in _keys("list")
    assert "did:web:learn.example#" in _keys("create")
    with pytest.raises(CommandError, match="rotate"):
        _keys("create")
    _keys("rotate")
    old, new = SigningKey.objects.order_by("pk")
    listed = _keys("list").splitlines()
    assert [line.split("  ")[:2] for line in listed[:2]] == [["site", old.key_id], ["site", new.key_id]]
    assert "retired" in listed[0]
    assert "signs" in listed[1]
    assert f"Folder of keys: {keys_dir}" in listed[2]

    assert "keys create" in _keys("remove", new.key_id)
    assert "removed" in _keys("list")
    with pytest.raises(CommandError, match="No key has the name nothing"):
        _keys("remove", "nothing")
    with pytest.raises(CommandError, match="no issuer with the short name nobody"):
        _keys("create", "--issuer", "nobody")


def test_the_list_says_what_stands_in_the_way(settings, keys_dir):
    key = create_key(issuer=site_issuer(), at=NOON)
    (keys_dir / f"{key.key_id}.pem").unlink()
    settings.PORTAL_BASE_URL = "https://elsewhere.example"

    listed = _keys("list")

    assert "cannot sign: the file of the key" in listed
    assert "site signs nothing: all its badges name did:web:learn.example" in listed


def test_system_checks_say_that_nothing_is_signed(settings):
    create_key(issuer=site_issuer(), at=NOON)
    assert check_address(databases=["default"]) == check_keys_dir() == []

    settings.PORTAL_BASE_URL = "https://elsewhere.example"
    settings.IS_PRODUCTION, settings.PORTAL_KEYS_DIR = True, None

    assert [message.id for message in check_address(databases=["default"])] == ["certificates.W002"]
    assert [message.id for message in check_keys_dir()] == ["certificates.W001"]


def test_badges_of_two_people_name_one_status_list():
    one, other = issue(email="a@example.org"), issue(email="b@example.org")

    lists = {
        json.loads(sign_badge(certificate=entry, language="en", at=NOON).document)["credentialStatus"][
            "statusListCredential"
        ]
        for entry in (one, other)
    }

    assert lists == {f"{BASE_URL}/credentials/status/1"}
