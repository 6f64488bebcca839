import json
import random
from copy import deepcopy

import base58
import pyoxigraph
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.badge import badge_document, recipient_of
from certificates.rules.bitstring import status_entry
from certificates.rules.signing import (
    NotSignable,
    canonical_form,
    expanded_form,
    hash_of,
    hash_to_sign,
    is_signed_by,
    sign,
    text_of,
)
from tests.certificates.payloads import full_payload, path_payload, plain_payload

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
METHOD = "did:web:learn.example#2026"
CREATED = "2026-11-24T12:00:00Z"

# The "alumni" vector of eddsa-rdfc-2022: W3C, Data Integrity EdDSA Cryptosuites v1.0, appendix B.1 (W3C Software and
# Document License). Its second context, of examples only, is nothing but this vocabulary; contexts are not signed.
ALUMNI = {
    "@context": ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://www.w3.org/ns/credentials/examples#"}],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
ALUMNI_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
ALUMNI_METHOD = f"did:key:{ALUMNI_KEY}#{ALUMNI_KEY}"
ALUMNI_SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
ALUMNI_CREATED = "2023-02-24T23:36:38Z"
ALUMNI_CANONICAL = """\
<did:example:abcdefgh> <https://www.w3.org/ns/credentials/examples#alumniOf> "The School of Examples" .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/2018/credentials#VerifiableCredential> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://www.w3.org/ns/credentials/examples#AlumniCredential> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://schema.org/description> "A minimum viable example of an Alumni Credential." .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://schema.org/name> "Alumni Credential" .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#credentialSubject> <did:example:abcdefgh> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#issuer> <https://vc.example/issuers/5678> .
<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33> <https://www.w3.org/2018/credentials#validFrom> "2023-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
"""
ALUMNI_DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
ALUMNI_PROOF_HASH = "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0"
ALUMNI_SIGNATURE = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"


def _badge(payload=None) -> dict:
    return badge_document(
        payload or full_payload(),
        language="en",
        issuer="did:web:learn.example",
        status=status_entry("https://learn.example/credentials/status/1", 94567),
        recipient=recipient_of("giulia@collina.example", salt="0123456789abcdef"),
    )


def _signed() -> dict:
    return sign(_badge(), key=KEY, method=METHOD, created=CREATED)


def test_the_vector_of_the_standard_is_reproduced_byte_for_byte():
    secret = Ed25519PrivateKey.from_private_bytes(base58.b58decode(ALUMNI_SECRET[1:])[2:])

    signed = sign(ALUMNI, key=secret, method=ALUMNI_METHOD, created=ALUMNI_CREATED)

    proof = signed["proof"][0]
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    assert canonical_form(ALUMNI) == ALUMNI_CANONICAL
    assert hash_of(ALUMNI_CANONICAL).hex() == ALUMNI_DOCUMENT_HASH
    assert hash_to_sign(ALUMNI, configuration).hex() == ALUMNI_PROOF_HASH + ALUMNI_DOCUMENT_HASH
    assert proof["proofValue"] == ALUMNI_SIGNATURE
    assert is_signed_by(signed, secret.public_key().public_bytes_raw())


def test_a_badge_is_signed_by_its_key_and_no_other():
    signed = _signed()

    assert is_signed_by(signed, PUBLIC)
    assert not is_signed_by(signed, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


@pytest.mark.parametrize(
    "change",
    [
        {"proof": []},
        {"proof": "text"},
        {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z1"}]},
        {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}]},
        {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z0OIl"}]},
    ],
    ids=["none", "no proof at all", "another suite", "no value", "no base58"],
)
def test_a_proof_that_is_none_proves_nothing(change):
    assert not is_signed_by(_signed() | change, PUBLIC)


@pytest.mark.parametrize("make", [full_payload, plain_payload, path_payload])
def test_a_badge_expanded_in_parts_is_what_it_is_as_a_whole(make):
    document = _badge(make())

    whole = pyoxigraph.Dataset(
        pyoxigraph.parse(json.dumps(expanded_form(document)).encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    )
    whole.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)

    assert canonical_form(document).splitlines() == sorted(f"{quad} ." for quad in whole)


def test_parts_are_refused_as_the_whole_would_be():
    document = _badge()
    subject = document["credentialSubject"]

    for change in (
        {"credentialSubject": {**subject, "type": []}},
        {"credentialSubject": {**subject, "achievement": {**subject["achievement"], "grade": "A"}}},
        {"issuer": {**document["issuer"], "rating": "5"}},
        {"issuer": {**document["issuer"], "@context": "https://example.org/context"}},
    ):
        with pytest.raises(NotSignable):
            canonical_form(document | change)


def test_a_term_that_no_context_defines_is_refused():
    with pytest.raises(NotSignable, match="not defined"):
        sign(_badge() | {"grade": "A"}, key=KEY, method=METHOD, created=CREATED)


def test_a_name_that_is_no_full_address_is_refused():
    document = _badge()
    document["credentialSubject"]["achievement"]["id"] = "course-d"

    with pytest.raises(NotSignable, match="full address"):
        canonical_form(document)


def test_no_other_context_is_read():
    with pytest.raises(NotSignable):
        canonical_form(_badge() | {"@context": ["https://www.w3.org/ns/credentials/v2", "https://example.org/context"]})


@pytest.mark.parametrize("control", ["\x01", "\x08", "\x0b", "\x0c", "\x7f"])
def test_control_characters_that_programs_write_differently_are_refused(control):
    with pytest.raises(NotSignable, match="control"):
        canonical_form(_badge() | {"name": f"Title{control}"})


@given(name=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_is_signed_and_one_more_character_is_noticed(name):
    document = {key: value for key, value in ALUMNI.items() if key != "@context"}
    document |= {"@context": ALUMNI["@context"], "name": name}
    signed = sign(document, key=KEY, method=METHOD, created=CREATED)

    assert is_signed_by(json.loads(text_of(signed)), PUBLIC)
    assert not is_signed_by(signed | {"name": name + "x"}, PUBLIC)


def _noticed(text: bytes, position: int, byte: int) -> bool:
    changed = bytearray(text)
    changed[position] = byte
    try:
        document = json.loads(bytes(changed))
        return not is_signed_by(document, PUBLIC)
    except (ValueError, RecursionError, KeyError):
        return True


def _changes(count: int) -> list[tuple[int, int]]:
    chosen = random.Random(6)
    text = text_of(_signed()).encode()
    changes = []
    while len(changes) < count:
        position, byte = chosen.randrange(len(text)), chosen.randrange(32, 127)
        if text[position] != byte:
            changes.append((position, byte))
    return changes


def _unnoticed(count: int) -> list[tuple[int, int]]:
    text = text_of(_signed()).encode()
    return [change for change in _changes(count) if not _noticed(text, *change)]


def test_one_byte_changed_anywhere_breaks_the_signature():
    assert _unnoticed(120) == []


@pytest.mark.full
def test_two_thousand_changes_of_one_byte_each_break_the_signature():
    assert _unnoticed(2000) == []


def test_whoever_takes_a_part_away_is_noticed():
    for name in ("credentialStatus", "evidence", "validFrom", "awardedDate", "name"):
        signed = deepcopy(_signed())
        del signed[name]
        assert not is_signed_by(signed, PUBLIC)
