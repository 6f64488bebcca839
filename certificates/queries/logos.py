"""The issuer's logo as it was when a certificate was issued."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.core.files.storage import storages

from certificates.rules.facts import logo_storage_name


def logo_of(payload: Mapping[str, Any]) -> bytes | None:
    """Return the bytes of the logo that a payload names; None where it names none, or the file is not what it was."""
    logo = payload["issuer"].get("logo")
    if not logo:
        return None
    try:
        with storages["frozen"].open(logo_storage_name(logo["sha256"])) as file:
            data: bytes = file.read()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == logo["sha256"] else None
