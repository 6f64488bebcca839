"""Files of a certificate and the links that open them."""

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from certificates.models.certificates import Certificate


def new_token() -> str:
    """Return 256 random bits in 43 characters that need no escaping in an address."""
    return secrets.token_urlsafe(32)


class CertificateDocument(models.Model):
    """A PDF of a certificate as it was handed out once, made again when its bytes are missing. The latest is handed out.

    Earlier ones (of an older print) stay known by their digest: who uploads one is told that it is ours, unchanged.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="documents")
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["certificate", "language", "sha256"], name="document_once_a_language")
        ]
        indexes = [models.Index(fields=["sha256"], name="document_by_digest")]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.language}"

    @property
    def storage_name(self) -> str:
        """Where the bytes lie in the `frozen` storage: a folder of their own, as they hold a name and may be erased."""
        return f"certificates/{self.sha256[:2]}/{self.sha256}.pdf"


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Reads of share links that say what they mean."""

    def open_at(self, at: datetime) -> Self:
        """Leave out those that ended."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at))


class ShareLink(models.Model):
    """A link of the holder that opens the certificate's files to whoever has it, until it ends."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="share_links")
    number = models.PositiveIntegerField(
        help_text="1 for the first of a certificate: a form sent twice makes one link."
    )
    token = models.CharField(max_length=43, unique=True, default=new_token)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="share_link_number_once_a_certificate")
        ]

    def __str__(self) -> str:
        return f"share link {self.number} of {self.certificate_id}"
