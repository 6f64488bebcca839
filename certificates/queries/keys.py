"""Reads about keys: who signs for whom, and what stands in the way of signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError

from accounts.models import Issuer
from certificates.models import SigningKey
from certificates.rules.did import PublicKey, did_document, is_at


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as `manage.py keys list` shows it."""

    issuer: Issuer
    key: SigningKey

    @property
    def state(self) -> str:
        if self.key.removed_at:
            return f"removed {self.key.removed_at:%Y-%m-%d}, signatures fail"
        if self.key.retired_at:
            return f"retired {self.key.retired_at:%Y-%m-%d}, signatures stay good"
        return "signs"


def key_lines() -> list[KeyLine]:
    """Return all keys, by issuer, the oldest first. Cost: 1 query."""
    keys = SigningKey.objects.select_related("issuer").order_by("issuer__key", "created_at", "pk")
    return [KeyLine(key.issuer, key) for key in keys]


def issuer_at(key: str) -> Issuer | None:
    """Return the issuer whose DID document is asked for, the site's with an empty `key`; None without. Cost: 1 query."""
    issuers = Issuer.objects.exclude(did="")
    return issuers.filter(is_site=True).first() if not key else issuers.filter(is_site=False, key=key).first()


def did_document_of(issuer: Issuer) -> dict[str, Any]:
    """Return the DID document of an issuer: keys in use and retired ones, no removed one. Cost: 1 query."""
    keys = SigningKey.objects.filter(issuer=issuer, removed_at=None).order_by("created_at", "pk")
    return did_document(issuer.did, [PublicKey(key.key_id, key.public_multibase) for key in keys])


def moved_issuers() -> list[Issuer]:
    """Return the issuers whose DID is at another address than the site. Cost: 1 query."""
    return [
        issuer
        for issuer in Issuer.objects.exclude(did="").order_by("key")
        if not is_at(issuer.did, settings.PORTAL_BASE_URL)
    ]


def check_keys_dir(**_options: Any) -> list[CheckMessage]:
    """Warn, as a system check, that nothing is signed on a real site without a folder for keys."""
    if not settings.IS_PRODUCTION or settings.PORTAL_KEYS_DIR:
        return []
    return [
        Warning(
            "There is no folder for the keys that sign badges: certificates say DEMO and have no badge.",
            hint="Set PORTAL_KEYS_DIR to a folder outside of the code and of PORTAL_VAR (docs/credentials.md).",
            id="certificates.W001",
        )
    ]


def check_address(*, databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Warn, as a check with the database, that the site has moved away from what its badges name.

    A warning, not an error: migrations must run all the same.
    """
    if not databases:
        return []
    try:
        moved = moved_issuers()
    except DatabaseError:  # not migrated yet
        return []
    return [
        Warning(
            f"Nothing is signed for {issuer.key}: its badges name {issuer.did}, the site is at {settings.PORTAL_BASE_URL}.",
            hint="Set PORTAL_BASE_URL to the address that the badges name.",
            id="certificates.W002",
        )
        for issuer in moved
    ]
