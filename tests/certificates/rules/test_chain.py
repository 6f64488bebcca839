"""The chain over events: every part of an event counts, and a head is signed by the key that says so."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.chain import (
    START,
    Head,
    NoHead,
    Said,
    head_document,
    is_signed_by,
    leaf_of,
    link_of,
    method_named,
    read_head,
)

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
METHOD = "did:web:learn.example#key-1"
said = st.builds(
    Said,
    certificate=st.text("0123456789abcdef", min_size=32, max_size=32),
    payload_sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    kind=st.sampled_from(["issued", "revoked", "restored", "re-issued", "expired"]),
    reason=st.sampled_from(["", "name", "error", "holder"]),
    happened_at=st.integers(-(10**15), 10**15).map(lambda count: NOON + timedelta(microseconds=count)),
)


def head(**changes):
    fields = {"day": date(2026, 11, 26), "number": 7, "sha256": "a" * 64, **changes}
    return head_document(Head(**fields), site="https://learn.example", made_at=NOON, key=KEY, method=METHOD)


def test_the_first_links_are_as_documented():
    """The values of docs/credentials.md, which others compute with their own tools."""
    event = Said("0123456789abcdef" * 2, "d" * 64, "issued", "", NOON)
    leaf = leaf_of(event)
    assert leaf == "5bbef8030529e0ae99cd488efe6b6024ad36c9d48381773a1c83fb15cf394458"
    assert link_of(1, START, leaf) == "924447359b5608882c00d9fa08111e6032c3c7698e507e524b9901de40ac3295"


@given(one=said, other=said)
def test_two_events_have_one_leaf_only_if_they_say_the_same(one, other):
    assert (leaf_of(one) == leaf_of(other)) == (one == other)


@given(event=said, hours=st.integers(-12, 12))
def test_the_zone_of_the_database_is_no_part_of_a_leaf(event, hours):
    elsewhere = event.happened_at.astimezone(timezone(timedelta(hours=hours)))
    assert leaf_of(replace(event, happened_at=elsewhere)) == leaf_of(event)


@given(st.lists(said, min_size=2, max_size=8, unique=True), st.data())
def test_the_end_of_a_chain_is_another_when_an_event_is_changed_missing_or_moved(events, data):
    def end_of(listed):
        end = START
        for number, event in enumerate(listed, start=1):
            end = link_of(number, end, leaf_of(event))
        return end

    place = data.draw(st.integers(0, len(events) - 1))
    others = [*events[:place], *events[place + 1 :]]
    assert end_of(others) != end_of(events)
    moved = data.draw(st.permutations(events))
    assert (end_of(moved) == end_of(events)) == (moved == events)


def test_a_head_is_read_and_its_proof_holds():
    document = head()
    assert read_head(json.dumps(document)) == (Head(date(2026, 11, 26), 7, "a" * 64), document)
    assert method_named(document) == METHOD
    assert is_signed_by(document, KEY.public_key().public_bytes_raw())


@pytest.mark.parametrize("field", ["type", "site", "day", "number", "sha256", "made_at"])
def test_a_changed_head_loses_its_proof(field):
    public = KEY.public_key().public_bytes_raw()
    changed = {**head(), field: head()[field] + 1 if field == "number" else head()[field] + "0"}
    assert not is_signed_by(changed, public)
    missing = {name: value for name, value in head().items() if name != field}
    assert not is_signed_by(missing, public)


@pytest.mark.parametrize(
    "field", ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]
)
def test_a_changed_proof_does_not_hold(field):
    document = head()
    document["proof"] = {**document["proof"], field: document["proof"][field] + "x"}
    assert not is_signed_by(document, KEY.public_key().public_bytes_raw())


def test_another_key_did_not_sign_it():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert not is_signed_by(head(), other)


@pytest.mark.parametrize(
    "text", ["", "nothing", "[]", "{}", "7", '{"type": "CertificateLogHead"}', json.dumps({**head(), "number": "7"})]
)
def test_what_is_no_head_is_told_apart(text):
    with pytest.raises(NoHead):
        read_head(text)


@given(st.text(max_size=50) | st.binary(max_size=50).map(lambda data: data.decode("latin-1")))
def test_whatever_stands_for_a_proof_value_gets_an_answer(value):
    document = head()
    document["proof"] = {**document["proof"], "proofValue": value}
    assert not is_signed_by(document, KEY.public_key().public_bytes_raw())
