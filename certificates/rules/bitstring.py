"""The list that says which badges are revoked: Bitstring Status List 1.0 of the W3C.

One bit an entry; entry 0 is the most significant bit of the first byte (section 3.2); gzip; base64url without padding;
`u` in front, as multibase says it.
"""

import base64
import gzip
import zlib
from collections.abc import Iterable
from typing import Any

from certificates.rules.signing import CREDENTIALS_CONTEXT
from certificates.rules.status import EventKind

SHORTEST = 131_072
"""Entries that a list has at least, so that an entry tells nothing of its holder (section 6.1)."""
LONGEST = 1 << 26
TIME_TO_LIVE = 60_000
"""Milliseconds for which a verifier may go by its copy: what was revoked is known within a minute."""


def encode(indices: Iterable[int], *, length: int) -> str:
    """Return the list of `length` entries in which these are set. The same list gives the same text.

    :raises ValueError: for a length that is too short or does not fill its bytes, or an index outside of it.
    """
    if length < SHORTEST or length % 8:
        raise ValueError(f"a list has {SHORTEST} entries at least, in whole bytes")
    bits = bytearray(length // 8)
    for index in indices:
        if not 0 <= index < length:
            raise ValueError("an index is outside of the list")
        bits[index >> 3] |= 0x80 >> (index & 7)
    packed = gzip.compress(bytes(bits), compresslevel=6, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bits of a list, eight a byte.

    :raises ValueError: if it is no such text, or unpacks to more than 8 MiB.
    """
    if not text.startswith("u"):
        raise ValueError("not base64url")
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    unpacker = zlib.decompressobj(wbits=31)
    try:
        bits = unpacker.decompress(packed, LONGEST // 8)
    except zlib.error as error:
        raise ValueError("not a gzip of the list") from error
    if unpacker.unconsumed_tail:
        raise ValueError("the list is too long")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Return whether an entry is set."""
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))


def revoked(events: Iterable[tuple[int, str]]) -> set[int]:
    """Return the entries that are set, from events in the order they happened: (index, kind).

    Withdrawn, or replaced by a new certificate; restoring undoes the first, never the second.
    """
    withdrawn: set[int] = set()
    replaced: set[int] = set()
    for index, kind in events:
        match kind:
            case EventKind.REVOKED:
                withdrawn.add(index)
            case EventKind.RESTORED:
                withdrawn.discard(index)
            case EventKind.REISSUED:
                replaced.add(index)
    return withdrawn | replaced


def status_entry(address: str, index: int) -> dict[str, Any]:
    """Return what a badge says of its place in the list at this address."""
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def status_list_document(
    *, address: str, issuer: str, encoded_list: str, valid_from: str, valid_until: str
) -> dict[str, Any]:
    """Return the credential that a status list is, before it is signed. Times as `2026-11-26T20:00:00Z`."""
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "ttl": TIME_TO_LIVE,
            "encodedList": encoded_list,
        },
    }
