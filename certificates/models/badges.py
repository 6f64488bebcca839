"""The signed form of certificates: keys, badges, and the lists that say which are revoked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Issuer
from certificates.models.certificates import Certificate
from foundation.models import WrittenOnce


class SigningKey(models.Model):
    """The public half of a key. The secret half lies in a file of its own, outside database and repository."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="keys")
    key_id = models.SlugField(_("key"), max_length=60, unique=True, help_text="The part after # in the method.")
    public_multibase = models.CharField(max_length=80, help_text="Multikey: z + base58btc(0xed01 + 32 bytes).")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, help_text="Signs no more; what it signed stays good.")
    removed_at = models.DateTimeField(
        null=True, help_text="Compromised: out of the DID document, so what it signed fails."
    )

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer"],
                condition=models.Q(retired_at=None, removed_at=None),
                name="signing_key_one_in_use",
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class Badge(WrittenOnce):
    """A certificate as a signed Open Badge in one language: the very text that was handed out."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="badges")
    language = models.CharField(max_length=10)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="badges")
    document = models.TextField(help_text="JSON, as signed.")
    sha256 = models.CharField(max_length=64, db_index=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "language", "key"], name="badge_once_a_language_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.language}"


class StatusList(models.Model):
    """A Bitstring Status List of an issuer. `document` is the signed list as it is served, made again when stale."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="status_lists")
    number = models.PositiveIntegerField(unique=True)
    length = models.PositiveIntegerField(default=131072, help_text="Entries; the standard asks for 131,072 at least.")
    created_at = models.DateTimeField()
    is_open = models.BooleanField(default=True, help_text="Takes new badges; closed when half full.")
    is_stale = models.BooleanField(default=True, help_text="Something was revoked or restored since it was signed.")
    document = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer"], condition=models.Q(is_open=True), name="status_list_one_open")
        ]

    def __str__(self) -> str:
        return str(self.number)


class StatusPlace(WrittenOnce):
    """The place of a certificate in a status list: random, never used twice."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="status_place")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="places")
    index = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["status_list", "index"], name="status_place_once")]

    def __str__(self) -> str:
        return f"{self.status_list_id}:{self.index}"
