"""Who signs, as others find it: `did:web` addresses and the document behind them.

Method `did:web` of the W3C's credentials community group: the host, a port as `%3A8000`, then parts of the path after
colons. `did:web:host` is found at `/.well-known/did.json`, `did:web:host:issuers:key` at `/issuers/key/did.json`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
_METHOD = "did:web:"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key as the DID document names it: the part after `#`, and the key itself as Multikey text."""

    key_id: str
    multibase: str


def did_for(base_url: str, issuer_key: str = "") -> str:
    """Return the DID of the site at this address, or of one of its further issuers.

    :raises ValueError: if the address names no host.
    """
    host = host_of(base_url)
    return f"{_METHOD}{host.replace(':', '%3A')}" + (f":issuers:{issuer_key}" if issuer_key else "")


def is_at(did: str, base_url: str) -> bool:
    """Return whether a DID is found at this address: badges name it, so it must not move."""
    return did.removeprefix(_METHOD).partition(":")[0].replace("%3A", ":") == host_of(base_url)


def host_of(base_url: str) -> str:
    """Return host and port of an address.

    :raises ValueError: if it names none.
    """
    host = urlsplit(base_url).netloc.lower()
    if not host:
        raise ValueError("the address names no host")
    return host


def method_of(did: str, key_id: str) -> str:
    """Return the address of a key: what a proof names as its verification method."""
    return f"{did}#{key_id}"


def did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the DID document: every key whose signatures count, retired ones too. All of them may sign credentials."""
    listed = list(keys)
    return {
        "@context": list(_CONTEXTS),
        "id": did,
        "verificationMethod": [
            {
                "id": method_of(did, key.key_id),
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.multibase,
            }
            for key in listed
        ],
        "assertionMethod": [method_of(did, key.key_id) for key in listed],
    }
