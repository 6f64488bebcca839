"""Reads about keys: who signs for whom, and what stands in the way of signing."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

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
