import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.did import PublicKey, did_document, did_for, is_at, method_of
from certificates.rules.multikey import read_multikey, write_multikey


@pytest.mark.parametrize(
    ("base_url", "issuer", "did"),
    [
        ("https://learn.example", "", "did:web:learn.example"),
        ("https://Learn.Example", "", "did:web:learn.example"),
        ("http://127.0.0.1:8000", "", "did:web:127.0.0.1%3A8000"),
        ("https://learn.example", "collina", "did:web:learn.example:issuers:collina"),
    ],
)
def test_the_did_is_made_of_the_address_of_the_site(base_url, issuer, did):
    assert did_for(base_url, issuer) == did
    assert is_at(did, base_url)


@pytest.mark.parametrize("base_url", ["https://elsewhere.example", "https://learn.example:8443", "https://example"])
def test_a_did_is_at_no_other_address(base_url):
    assert not is_at("did:web:learn.example:issuers:collina", base_url)


def test_an_address_without_host_has_none():
    with pytest.raises(ValueError, match="host"):
        did_for("learn.example")


def test_the_document_lists_every_key_for_signing_credentials():
    did = "did:web:learn.example"
    document = did_document(did, [PublicKey("old", "z6Mkold"), PublicKey("new", "z6Mknew")])

    assert document["id"] == did
    assert document["verificationMethod"][0] == {
        "id": "did:web:learn.example#old",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": "z6Mkold",
    }
    assert document["assertionMethod"] == [method_of(did, "old"), method_of(did, "new")]


@given(st.binary(min_size=32, max_size=32))
def test_a_key_is_read_from_its_own_text(key):
    text = write_multikey(key)

    assert text.startswith("z6Mk")  # as every key of Ed25519 in this form does
    assert read_multikey(text) == key


@pytest.mark.parametrize("text", ["", "z", "6Mk", "z6Mk", "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme", "z0OIl"])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_multikey(text)
