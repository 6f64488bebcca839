"""Keys that sign badges: the secret half in a file of its own, the public half in a row (decision 0024)."""

import logging
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Issuer
from certificates.models import SigningKey, StatusList
from certificates.rules.did import did_for, is_at, method_of
from certificates.rules.multikey import write_multikey

logger = logging.getLogger(__name__)

_OTHERS_MAY = 0o077


class KeyMissing(Exception):
    """Nothing can be signed now: there is no key, its file cannot be read, or the site's address has changed."""


class WrongHost(KeyMissing):
    """The site is at another address than the DID that every badge names: what it signed now would not be found."""


class KeyExists(Exception):
    """The issuer has a key in use already: it can be rotated."""


class NoSuchKey(LookupError):
    """No key has this name."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that is ready to sign: its row, its secret half, and the names a proof gives."""

    row: SigningKey
    secret: Ed25519PrivateKey
    did: str

    @property
    def method(self) -> str:
        """The address of the public half, in the issuer's DID document."""
        return method_of(self.did, self.row.key_id)


def create_key(*, issuer: Issuer, at: datetime) -> SigningKey:
    """Make a key for an issuer that has none in use, and return it. The first one fixes the issuer's DID.

    :raises KeyExists: if there is one.
    :raises WrongHost: if the site has moved since the DID was fixed.
    :raises KeyMissing: if there is no folder for keys, or it cannot be written.
    """
    with transaction.atomic():
        issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        if SigningKey.objects.filter(issuer=issuer, retired_at=None, removed_at=None).exists():
            raise KeyExists(issuer.key)
        _fix_did(issuer)
        return _new_key(issuer, at)


def rotate_key(*, issuer: Issuer, at: datetime) -> SigningKey:
    """Make a new key and retire the one in use: it signs no more, and what it signed stays good. Return the new one.

    :raises KeyMissing: as `create_key` does; then the old one stays in use.
    """
    with transaction.atomic():
        issuer = Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
        _fix_did(issuer)
        SigningKey.objects.filter(issuer=issuer, retired_at=None, removed_at=None).update(retired_at=at)
        return _new_key(issuer, at)


def remove_key(*, key_id: str, at: datetime) -> SigningKey:
    """Take a key that others may have out of the DID document: whatever it signed fails from now on. Return it.

    Its file is deleted. Lists that say what is revoked are signed anew with the key that is in use then; badges, when
    they are next asked for.

    :raises NoSuchKey: if no key has this name.
    """
    with transaction.atomic():
        key = SigningKey.objects.select_for_update().filter(key_id=key_id).first()
        if key is None:
            raise NoSuchKey(key_id)
        if key.removed_at is None:
            key.removed_at = at
            key.save(update_fields=["removed_at"])
            StatusList.objects.filter(issuer=key.issuer_id).update(is_stale=True)
        if settings.PORTAL_KEYS_DIR:
            transaction.on_commit(lambda: _path(key_id).unlink(missing_ok=True))
    return key


def signer_of(*, issuer: Issuer, at: datetime) -> Signer:
    """Return what signs for an issuer now. In demo and test mode a key is made where there is none. Cost: 1 query.

    :raises WrongHost: if the site has moved since the DID was fixed.
    :raises KeyMissing: if there is no key in use, or its file cannot be read or holds another key.
    """
    row = SigningKey.objects.filter(issuer=issuer, retired_at=None, removed_at=None).select_related("issuer").first()
    if row is None:
        if settings.IS_PRODUCTION:
            raise KeyMissing(f"the issuer {issuer.key} has no key in use: manage.py keys create")
        try:
            row = create_key(issuer=issuer, at=at)
        except KeyExists:  # another worker was quicker
            row = SigningKey.objects.select_related("issuer").get(issuer=issuer, retired_at=None, removed_at=None)
    return Signer(row=row, secret=read_secret(row), did=_checked_did(row.issuer))


def check_signer(issuer: Issuer) -> None:
    """Return if an issuer can sign now, making nothing. Cost: 1 query.

    :raises KeyMissing: as `signer_of` does, and where there is no key yet.
    """
    row = SigningKey.objects.filter(issuer=issuer, retired_at=None, removed_at=None).first()
    if row is None:
        raise KeyMissing(f"the issuer {issuer.key} has no key in use: manage.py keys create")
    _checked_did(issuer)
    read_secret(row)


def delete_secret(*, key_id: str) -> None:
    """Delete the file of a key: of one that is taken out, or whose row is gone. Nothing happens where there is none."""
    if settings.PORTAL_KEYS_DIR:
        _path(key_id).unlink(missing_ok=True)


def read_secret(row: SigningKey) -> Ed25519PrivateKey:
    """Return the secret half of a key from its file.

    :raises KeyMissing: if the file is not there, is open to others, or does not hold the half that fits.
    """
    path = _path(row.key_id)
    try:
        if path.stat().st_mode & _OTHERS_MAY:
            raise KeyMissing(
                f"the file of the key {row.key_id} is open to others: it must be readable by its owner only"
            )
        secret = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        # Not the error's own text: it may quote what it read.
        raise KeyMissing(f"the file of the key {row.key_id} cannot be read ({type(error).__name__})") from None
    if not isinstance(secret, Ed25519PrivateKey) or _multikey_of(secret) != row.public_multibase:
        raise KeyMissing(f"the file of the key {row.key_id} holds another key")
    return secret


def _new_key(issuer: Issuer, at: datetime) -> SigningKey:
    secret = Ed25519PrivateKey.generate()
    key_id = f"{at:%Y-%m-%d}-{secrets.token_hex(4)}"
    path = _path(key_id)
    pem = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())  # the row must never name a file that a power cut took
    except OSError as error:
        raise KeyMissing(f"the folder of keys cannot be written: {error.strerror}") from error
    try:
        with transaction.atomic():
            key = SigningKey.objects.create(
                issuer=issuer, key_id=key_id, public_multibase=_multikey_of(secret), created_at=at
            )
    except IntegrityError as error:
        path.unlink(missing_ok=True)
        raise KeyExists(issuer.key) from error
    logger.info("A key was made for the issuer %s: %s", issuer.key, key_id)
    return key


def _fix_did(issuer: Issuer) -> None:
    if issuer.did:
        _checked_did(issuer)
        return
    issuer.did = did_for(settings.PORTAL_BASE_URL, "" if issuer.is_site else issuer.key)
    issuer.save(update_fields=["did"])


def _checked_did(issuer: Issuer) -> str:
    if not is_at(issuer.did, settings.PORTAL_BASE_URL):
        raise WrongHost(
            f"{issuer.did} is the identity of all badges of {issuer.key}, but the site is at {settings.PORTAL_BASE_URL}"
        )
    return issuer.did


def _multikey_of(secret: Ed25519PrivateKey) -> str:
    return write_multikey(secret.public_key().public_bytes_raw())


def _path(key_id: str) -> Path:
    if not settings.PORTAL_KEYS_DIR:
        raise KeyMissing("there is no folder for keys: set PORTAL_KEYS_DIR")
    return Path(settings.PORTAL_KEYS_DIR) / f"{key_id}.pem"
