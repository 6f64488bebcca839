"""The chain over what happened to certificates, and the signed end of it: so that a change of the past can be shown.

Each link hashes its number, the link before it and what one event says. Who keeps the end of the chain of one day (its
head) can later see that everything up to there is as it was; an event changed, taken out or put in between changes
every link after it. How to compute it again is in docs/credentials.md.

The proof of a head is Data Integrity with `eddsa-jcs-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3): a
head is plain JSON, so no vocabulary is needed to hash it. Its keys are ASCII and its numbers whole: there, canonical
JSON of this project and of RFC 8785 are the same text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation.rules.canonical import canonical_json, digest

START = "0" * 64
"""What stands before the first link."""
SUITE = "eddsa-jcs-2022"
TYPE = "CertificateLogHead"


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says, as far as it is public: nothing of the holder, and not who decided."""

    certificate: str
    payload_sha256: str
    kind: str
    reason: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain on a day, as a signed document names it."""

    day: date
    number: int
    sha256: str


class NoHead(ValueError):
    """A text that should be a signed head is none."""


def leaf_of(event: Said) -> str:
    """Return the digest of what an event says. Times to the microsecond, so that no change of one is too small."""
    return digest(
        {
            "certificate": event.certificate,
            "payload": event.payload_sha256,
            "kind": event.kind,
            "reason": event.reason,
            "happened_at": event.happened_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
    )


def link_of(number: int, previous: str, leaf: str) -> str:
    """Return the digest of a link: SHA-256 of its number, the link before it and its leaf, in canonical JSON."""
    return digest({"number": number, "previous": previous, "leaf": leaf})


def head_document(head: Head, *, site: str, made_at: datetime, key: Ed25519PrivateKey, method: str) -> dict[str, Any]:
    """Return a head as it is published, signed. `method` is the address of the key in the site's DID document."""
    made = made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {
        "type": TYPE,
        "site": site,
        "day": head.day.isoformat(),
        "number": head.number,
        "sha256": head.sha256,
        "made_at": made,
    }
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": made,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    value = "z" + base58.b58encode(key.sign(_hash_to_sign(document, proof))).decode()
    return {**document, "proof": {**proof, "proofValue": value}}


def read_head(text: str) -> tuple[Head, dict[str, Any]]:
    """Return what a published head says, and the whole document.

    :raises NoHead: if the text is none.
    """
    try:
        document = json.loads(text)
        head = Head(date.fromisoformat(document["day"]), document["number"], document["sha256"])
        is_one = document["type"] == TYPE and isinstance(head.number, int) and isinstance(head.sha256, str)
    except (KeyError, TypeError, ValueError) as error:
        raise NoHead("this is no head of a log of certificates") from error
    if not is_one:
        raise NoHead("this is no head of a log of certificates")
    return head, document


def method_named(document: Mapping[str, Any]) -> str:
    """Return the address of the key that a head says it was signed with; empty where it says none."""
    proof = document.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else ""


def is_signed_by(document: Mapping[str, Any], public_key: bytes) -> bool:
    """Return whether the proof of a head was made with the secret half of this key (32 bytes)."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != SUITE:
        return False
    unsigned = {name: part for name, part in document.items() if name != "proof"}
    configuration = {name: part for name, part in proof.items() if name != "proofValue"}
    try:
        signature = base58.b58decode(str(proof["proofValue"]).removeprefix("z"))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _hash_to_sign(unsigned, configuration))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def _hash_to_sign(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """Return the two hashes that are signed, the proof's first."""
    return b"".join(hashlib.sha256(canonical_json(dict(part)).encode()).digest() for part in (proof, document))
