"""Canonical JSON: one text, and so one digest, for one content (EDITIONS.md section 6)."""

import hashlib
import json
import unicodedata
from typing import Any


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value: NFC, keys sorted, no spaces, Unicode as it is.

    Only strings, integers, booleans, None, lists, tuples and dicts with string keys: a float has more than one text.

    :raises TypeError: for any other type, and for two keys that are one after normalisation.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of a value, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str):  # first, as most values are: payloads of certificates have hundreds
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        plain = {}
        for key, entry in value.items():
            if not isinstance(key, str):
                raise TypeError(f"canonical JSON has text keys only, not {type(key).__name__}")
            plain[key if key.isascii() else unicodedata.normalize("NFC", key)] = _plain(entry)
        if len(plain) != len(value):
            raise TypeError("two keys are one after normalisation")
        return plain
    raise TypeError(f"canonical JSON has no {type(value).__name__}")
