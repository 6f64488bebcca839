"""Badges as software sees them that this project did not write; see `independent/verify.mjs`."""

import json
import random

import pytest

from accounts.queries.issuers import site_issuer
from certificates.models import CertificateEvent
from certificates.operations.badges import sign_badge
from certificates.operations.events import record_event
from certificates.operations.keys import remove_key, rotate_key
from certificates.operations.status_lists import sign_due_lists
from certificates.queries.badges import check_badge
from tests.certificates.payloads import path_payload, plain_payload
from tests.certificates.signed import BASE_URL, NOON, issue, published, verify_independently

pytestmark = pytest.mark.django_db
AFTER_THE_END = "2029-11-25T12:00:00Z"


@pytest.fixture(autouse=True)
def keys_dir(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = BASE_URL


def _document(certificate, language="en"):
    return json.loads(sign_badge(certificate=certificate, language=language, at=NOON).document)


def _changed_documents(text: str, count: int) -> list[dict]:
    """Return what a text says with one byte changed, for changes that leave it an object of JSON."""
    chosen = random.Random(13)
    raw, documents = text.encode(), []
    while len(documents) < count:
        position, byte = chosen.randrange(len(raw)), chosen.randrange(32, 127)
        if raw[position] == byte:
            continue
        try:
            document = json.loads(raw[:position] + bytes([byte]) + raw[position + 1 :])
        except ValueError:
            continue
        if isinstance(document, dict):
            documents.append(document)
    return documents


def test_every_kind_of_badge_passes_in_every_language():
    cases = []
    certificate = issue(valid_until=None)
    cases += [(f"achievement in {code}", _document(certificate, code)) for code in ("en", "it", "ro", "sv", "de", "es")]
    cases.append(("participation", _document(issue(email="", kind="participation"))))
    cases.append(("half a credit", _document(issue(email="half@example.org", ects="0.5"))))
    for name, payload in (
        ("plain", plain_payload(public_id="a" * 32)),
        ("path", path_payload(public_id="b" * 32, number="CT-B")),
    ):
        cases.append((name, _document(issue(payload=payload))))

    results = verify_independently(cases)

    assert {name: (one["verified"], one["isRevoked"], one["reasons"]) for name, one in results.items()} == {
        name: (True, False, []) for name, _document in cases
    }


def test_what_does_not_count_any_more_fails_with_the_right_reason():
    good, withdrawn, restored, replaced = (
        issue(email=f"{name}@example.org") for name in ("good", "withdrawn", "restored", "replaced")
    )
    documents = {
        name: _document(one)
        for name, one in (("good", good), ("withdrawn", withdrawn), ("restored", restored), ("replaced", replaced))
    }
    for certificate, kind in (
        (withdrawn, CertificateEvent.Kind.REVOKED),
        (restored, CertificateEvent.Kind.REVOKED),
        (restored, CertificateEvent.Kind.RESTORED),
        (replaced, CertificateEvent.Kind.REISSUED),
    ):
        record_event(certificate=certificate, kind=kind, at=NOON)
    sign_due_lists(at=NOON)

    results = verify_independently([*documents.items(), ("expired", documents["good"], AFTER_THE_END)])

    assert {name: one["isRevoked"] for name, one in results.items() if name != "expired"} == {
        "good": False,
        "withdrawn": True,
        "restored": False,
        "replaced": True,
    }
    assert all(one["verified"] for name, one in results.items() if name != "expired")
    assert not results["expired"]["verified"]
    assert "validUntil" in results["expired"]["reasons"][0]


def test_after_rotation_old_badges_pass_and_after_removal_they_fail():
    certificate = issue(email="giulia@collina.example")
    old = sign_badge(certificate=certificate, language="en", at=NOON)
    rotate_key(issuer=site_issuer(), at=NOON)
    new = sign_badge(certificate=certificate, language="it", at=NOON)
    after_rotation = verify_independently([("old", json.loads(old.document)), ("new", json.loads(new.document))])

    remove_key(key_id=old.key.key_id, at=NOON)
    sign_due_lists(at=NOON)
    after_removal = verify_independently([("old", json.loads(old.document)), ("new", json.loads(new.document))])

    assert {name: one["verified"] for name, one in after_rotation.items()} == {"old": True, "new": True}
    assert {name: one["verified"] for name, one in after_removal.items()} == {"old": False, "new": True}
    assert any(
        f"no such key: did:web:learn.example#{old.key.key_id}" in reason for reason in after_removal["old"]["reasons"]
    )


def test_one_byte_changed_is_refused_wherever_it_is():
    badge = sign_badge(certificate=issue(email="giulia@collina.example"), language="en", at=NOON)
    changed = _changed_documents(badge.document, 40)

    results = verify_independently([(str(number), document) for number, document in enumerate(changed)])

    assert [name for name, one in results.items() if one["verified"]] == []
    name_changed = json.loads(badge.document) | {"name": "Another title"}
    assert "Invalid signature." in verify_independently([("name", name_changed)])["name"]["reasons"]


def test_a_list_that_somebody_changed_proves_nothing():
    document = _document(issue(email="giulia@collina.example"))
    documents = published()
    address = document["credentialStatus"]["statusListCredential"]
    documents[address]["validUntil"] = "2030-01-01T00:00:00Z"

    result = verify_independently([("one", document)], documents=documents)["one"]

    assert not result["verified"]
    assert any("BitstringStatusListCredential" in reason for reason in result["reasons"])


@pytest.mark.full
def test_two_thousand_changes_of_one_byte_are_all_recognised():
    badge = sign_badge(certificate=issue(email="giulia@collina.example"), language="en", at=NOON)
    raw, chosen, unnoticed = badge.document.encode(), random.Random(6), []
    for _number in range(2000):
        position = chosen.randrange(len(raw))
        byte = chosen.choice([value for value in range(256) if value != raw[position]])
        text = (raw[:position] + bytes([byte]) + raw[position + 1 :]).decode(errors="replace")
        if check_badge(text, today=NOON.date()).is_unchanged:
            unnoticed.append((position, byte))

    assert unnoticed == []
