"""Public keys as text: Multikey of the W3C (Controlled Identifiers 1.0, section 2.2.2).

`z` says base58btc; the two bytes 0xed 0x01 say Ed25519; then the 32 bytes of the key.
"""

import base58

_ED25519 = b"\xed\x01"
_LENGTH = 32
_LONGEST_TEXT = 60


def write_multikey(public_key: bytes) -> str:
    """Return a public key of 32 bytes as text.

    :raises ValueError: if it has another length.
    """
    if len(public_key) != _LENGTH:
        raise ValueError(f"a key of Ed25519 has {_LENGTH} bytes")
    return "z" + base58.b58encode(_ED25519 + public_key).decode()


def read_multikey(text: str) -> bytes:
    """Return the 32 bytes of a public key from its text.

    :raises ValueError: if it is not the text of a key of Ed25519.
    """
    if not text.startswith("z") or len(text) > _LONGEST_TEXT:
        raise ValueError("not base58btc, or too long")
    decoded = base58.b58decode(text[1:])
    if not decoded.startswith(_ED25519) or len(decoded) != len(_ED25519) + _LENGTH:
        raise ValueError("not a key of Ed25519")
    return decoded[len(_ED25519) :]
