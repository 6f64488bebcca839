"""The issuer's logo, and the emblem of a funded project, as they were when a certificate was issued."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.core.files.storage import storages

from certificates.rules.facts import logo_storage_name

_SHA256 = re.compile("[0-9a-f]{64}")


def logo_of(payload: Mapping[str, Any]) -> bytes | None:
    """Return the bytes of the logo that a payload names; None where it names none, or the file is not what it was."""
    logo = payload["issuer"].get("logo")
    if not logo:
        return None
    return logo_at(logo["sha256"])


def emblem_of(payload: Mapping[str, Any]) -> bytes | None:
    """Return the bytes of the emblem that a payload names; None as of a logo."""
    emblem = payload.get("emblem")
    return logo_at(emblem["sha256"]) if emblem else None


def logo_at(sha256: str) -> bytes | None:
    """Return the bytes of a frozen picture by their SHA-256, 64 hexadecimal digits; None where there are none, or others."""
    if not _SHA256.fullmatch(sha256):
        return None
    try:
        with storages["frozen"].open(logo_storage_name(sha256)) as file:
            data: bytes = file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None
