"""What a certificate is for, the same for all its holders: the payload without what is the holder's own.

Its badge names the address of this (Open Badges 3.0, `achievement.id`): new criteria or a new edition, new address.
Words of the interface are left out, so that a translation added to the portal makes no second achievement.
"""

from collections.abc import Mapping
from typing import Any

from foundation.rules.canonical import digest

KEY_IN_ADDRESS = 32
"""Digits of the key in the address of an achievement: 128 bits."""

_ISSUER = ("key", "name", "country")
_TEXTS = (
    "language",
    "title",
    "summary",
    "statement",
    "criteria",
    "outcomes",
    "assessment",
    "eqf_reason",
    "quality",
    "quality_reviewer",
    "prerequisites",
    "stackability",
    "further",
    "signatory",
    "courses",
)


def achievement_of(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the achievement that a payload is for. `payload` may lack its own "achievement".

    {"schema", "kind", "is_demo", "layout", "issuer": {"key", "name", "country"}, "course": as in the payload,
     "path": None or {"key", "edition", "digest", "courses": [{"key"}]}, "texts": {language: {...}}}
    """
    path = payload["path"]
    return {
        "schema": payload["schema"],
        "kind": payload["kind"],
        "is_demo": payload["is_demo"],
        "layout": payload["layout"],
        "issuer": {name: payload["issuer"][name] for name in _ISSUER},
        "course": payload["course"],
        "path": path
        and {
            "key": path["key"],
            "edition": path["edition"],
            "digest": path["digest"],
            "courses": [{"key": course["key"]} for course in path["courses"]],
        },
        "texts": {
            language: {name: text[name] for name in _TEXTS if name in text}
            for language, text in payload["texts"].items()
        },
    }


def achievement_key(body: Mapping[str, Any]) -> str:
    """Return the key of an achievement: the SHA-256 of its body in canonical JSON, as 64 hexadecimal digits."""
    return digest(dict(body))


def achievement_address(base_url: str, key: str) -> str:
    """Return where an achievement can be read, with "{language}" in the place of the language."""
    return f"{base_url}/{{language}}/achievements/{key[:KEY_IN_ADDRESS]}/"
