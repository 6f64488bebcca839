import base64
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.rules.bitstring import LONGEST, SHORTEST, decode, encode, is_set, revoked, status_list_document

# W3C, Bitstring Status List v1.0, section 3.2: the first entry is the left-most bit.
indices = st.integers(min_value=0, max_value=SHORTEST - 1)


def test_the_first_entry_is_the_most_significant_bit_of_the_first_byte():
    bits = decode(encode([0, 15], length=SHORTEST))

    assert (bits[0], bits[1], len(bits)) == (0b1000_0000, 0b0000_0001, SHORTEST // 8)


@settings(max_examples=20)
@given(chosen=st.sets(indices, max_size=30), other=indices)
def test_what_is_set_and_only_that_is_read_again(chosen, other):
    bits = decode(encode(chosen, length=SHORTEST))

    assert all(is_set(bits, index) for index in chosen)
    assert is_set(bits, other) == (other in chosen)


def test_the_text_is_base64url_without_padding_and_always_the_same():
    text = encode([7, 94567], length=SHORTEST)

    assert text[0] == "u"
    assert not set(text) & set("+/=")
    assert text == encode([94567, 7], length=SHORTEST)


@pytest.mark.parametrize(
    ("chosen", "length"), [([], 1000), ([], SHORTEST + 1), ([SHORTEST], SHORTEST), ([-1], SHORTEST)]
)
def test_a_list_is_long_enough_and_holds_its_entries(chosen, length):
    with pytest.raises(ValueError, match="list"):
        encode(chosen, length=length)


@pytest.mark.parametrize("text", ["", "zabc", "uabc"], ids=["empty", "another base", "no gzip"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(ValueError, match=r"base64|gzip"):
        decode(text)


def test_a_list_that_unpacks_to_too_much_is_refused():
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(LONGEST // 8 + 1))).decode().rstrip("=")

    with pytest.raises(ValueError, match="too long"):
        decode(f"u{packed}")


def test_withdrawn_and_replaced_are_set_and_only_the_first_can_be_restored():
    events = [(1, "revoked"), (2, "revoked"), (2, "restored"), (3, "re-issued"), (3, "revoked"), (3, "restored")]

    assert revoked([*events, (4, "issued"), (5, "expired")]) == {1, 3}


def test_the_list_is_a_credential_of_its_own():
    document = status_list_document(
        address="https://learn.example/credentials/status/1",
        issuer="did:web:learn.example",
        encoded_list="u",
        valid_from="2026-11-24T12:00:00Z",
        valid_until="2026-12-01T12:00:00Z",
    )

    assert document["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["credentialSubject"]["id"] != document["id"]
    assert document["credentialSubject"]["type"] == "BitstringStatusList"


def test_a_list_of_a_million_entries_is_read_again():
    bits = decode(encode(range(0, 1_048_576, 100), length=1_048_576))

    assert is_set(bits, 1_048_500)
    assert not is_set(bits, 1_048_575)
