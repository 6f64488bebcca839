"""Sign and verify credentials: Data Integrity with the cryptosuite `eddsa-rdfc-2022`, without network.

W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2: the document and the proof's configuration are each expanded,
turned into RDF, canonicalised (RDFC-1.0) and hashed with SHA-256; the two hashes, configuration first, are signed with
Ed25519. Every step takes the contexts that ship with the portal and refuses any other (decision 0024).
"""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import base58
import pyoxigraph
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyld import jsonld
from pyld.documentloader.frozen import BUNDLED_CONTEXTS, FrozenDocumentLoader

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
SUITE = "eddsa-rdfc-2022"

_FOLDER = Path(__file__).resolve().parent.parent / "vocabularies"
_CONTEXTS = {
    CREDENTIALS_CONTEXT: (
        BUNDLED_CONTEXTS[CREDENTIALS_CONTEXT],
        "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
    ),
    BADGES_CONTEXT: (
        _FOLDER / "open-badges-3.0.3.jsonld",
        "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    ),
}
_ISSUER = "https://www.w3.org/2018/credentials#issuer"
_SUBJECT = "https://www.w3.org/2018/credentials#credentialSubject"
_ACHIEVEMENT = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement"
_PREFIX = "z"  # of base58btc, in multibase


class NotSignable(ValueError):
    """The document says something that would not be signed, or that verifiers read differently."""


def sign(document: Mapping[str, Any], *, key: Ed25519PrivateKey, method: str, created: str) -> dict[str, Any]:
    """Return the document with its proof, in a list as Open Badges want it.

    `method` is the address of the public key in the issuer's DID document; `created` a time as
    `2026-11-26T20:00:00Z`.

    :raises NotSignable: if a term or a context is not known, or a text holds control characters.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(hash_to_sign(document, proof))
    return {**document, "proof": [{**proof, "proofValue": _PREFIX + base58.b58encode(signature).decode()}]}


def is_signed_by(document: Mapping[str, Any], public_key: bytes) -> bool:
    """Return whether the one proof of a document was made with the secret half of this key (32 bytes).

    For documents of our own making: canonicalising a hostile one may take very long.
    """
    proofs = document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else proofs
    if not isinstance(proof, dict) or proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        return False
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith(_PREFIX):
        return False
    unsigned = {name: part for name, part in document.items() if name != "proof"}
    configuration = {name: part for name, part in proof.items() if name != "proofValue"}
    try:
        signature = base58.b58decode(value[1:])
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, hash_to_sign(unsigned, configuration))
    except (InvalidSignature, ValueError):
        return False
    return True


def text_of(document: Mapping[str, Any]) -> str:
    """Return the document as the text that is handed out and kept: compact JSON, Unicode as it is."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def hash_to_sign(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """Return the 64 bytes that are signed. `document` is without proof, `proof` without its value.

    :raises NotSignable: see `canonical_form`.
    """
    configuration = json.dumps({"@context": document["@context"], **proof}, sort_keys=True)
    return _hash_of_configuration(configuration) + hash_of(canonical_form(document))


def hash_of(canonical: str) -> bytes:
    """Return the SHA-256 of a canonical form."""
    return hashlib.sha256(canonical.encode()).digest()


def canonical_form(document: Mapping[str, Any]) -> str:
    """Return a document as canonical N-Quads (RDFC-1.0), one a line, sorted.

    :raises NotSignable: for a term that the contexts do not define (it would silently not be signed), a name that is
        no full address, a context that does not ship with the portal, and control characters, which programs write
        in different ways.
    """
    _refuse_controls(document)
    expanded = _expanded_in_parts(document)
    try:
        quads = pyoxigraph.parse(json.dumps(expanded).encode(), format=pyoxigraph.RdfFormat.JSON_LD)
        dataset = pyoxigraph.Dataset(quads)
    except SyntaxError as error:
        raise NotSignable(str(error)) from error
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


def expanded_form(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a document as expanded JSON-LD.

    :raises NotSignable: see `canonical_form`.
    """
    try:
        expanded: list[dict[str, Any]] = jsonld.expand(
            document, {"documentLoader": _loader(), "base": None}, on_property_dropped=_refuse_dropped
        )
    except jsonld.JsonLdError as error:
        raise NotSignable(str(error)) from error
    _refuse_relative(expanded)
    return expanded


def _expanded_in_parts(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what `expanded_form` does, in a third of the time for the second badge of an achievement.

    Issuer and achievement are the same in many badges. Types have contexts of their own here, which end where another
    object begins: so each of the two expands by itself to what it is inside of the badge.
    """
    context, issuer, subject = (document.get(name) for name in ("@context", "issuer", "credentialSubject"))
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if not all(map(_is_part, (issuer, achievement))):
        return expanded_form(document)
    assert isinstance(issuer, dict)
    assert isinstance(achievement, dict)
    assert isinstance(subject, dict)
    slim = {
        **document,
        "issuer": {"id": issuer["id"]},
        "credentialSubject": {**subject, "achievement": {"id": achievement["id"]}},
    }
    expanded = expanded_form(slim)
    try:
        expanded[0][_ISSUER] = _expanded_part(json.dumps({"@context": context, **issuer}))
        expanded[0][_SUBJECT][0][_ACHIEVEMENT] = _expanded_part(json.dumps({"@context": context, **achievement}))
    except LookupError:  # no badge after all
        return expanded_form(document)
    return expanded


def _is_part(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and "@context" not in value


@lru_cache(256)
def _expanded_part(text: str) -> list[dict[str, Any]]:
    """Return a part, expanded. It is shared: nobody may change it."""
    return expanded_form(json.loads(text))


@lru_cache(256)
def _hash_of_configuration(configuration: str) -> bytes:
    # The same for all that one key signs at one time.
    return hash_of(canonical_form(json.loads(configuration)))


@lru_cache(1)
def _loader() -> FrozenDocumentLoader:
    documents = {}
    for address, (path, sha256) in _CONTEXTS.items():
        text = path.read_bytes()
        if hashlib.sha256(text).hexdigest() != sha256:
            raise NotSignable(f"the context {address} is not the one badges are signed with")
        documents[address] = json.loads(text)
    return FrozenDocumentLoader(documents)


def _refuse_dropped(name: str | None) -> None:
    raise NotSignable(f"a term is not defined by the contexts: {name}")


def _refuse_relative(value: Any) -> None:
    """Refuse names that are no full addresses in an expanded document: verifiers in safe mode do so too."""
    if isinstance(value, list):
        for entry in value:
            _refuse_relative(entry)
        return
    if not isinstance(value, dict):
        return
    for name, entry in value.items():
        if name in {"@id", "@type"}:
            for address in entry if isinstance(entry, list) else [entry]:
                if ":" not in address:
                    raise NotSignable(f"not a full address: {address}")
        else:
            _refuse_relative(entry)


def _refuse_controls(value: Any) -> None:
    if isinstance(value, str):
        if any((character < " " and character not in "\n\r\t") or character == "\x7f" for character in value):
            raise NotSignable("a text holds control characters")
    elif isinstance(value, dict):
        for name, entry in value.items():
            _refuse_controls(name)
            _refuse_controls(entry)
    elif isinstance(value, list):
        for entry in value:
            _refuse_controls(entry)
