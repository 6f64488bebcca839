"""What was certified. A certificate is printed from its frozen payload and never changes after issue."""

import secrets
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.rules.names import MAX_LENGTH as MAX_NAME_LENGTH
from certificates.rules.status import EventKind
from courses.models.vocabularies import CertificateKind
from foundation.models import SealField, WrittenOnce
from progress.models import Enrolment


def new_public_id() -> str:
    """Return 128 random bits as 32 hexadecimal digits: the address of a certificate cannot be guessed."""
    return secrets.token_hex(16)


def new_token() -> str:
    """Return 256 random bits in 43 characters that need no escaping in an address."""
    return secrets.token_urlsafe(32)


class HolderName(models.Model):
    """The name a learner confirmed for the certificate of an enrolment. Erasable; a certificate keeps its own copy."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="holder_name")
    name = models.CharField(_("name on the certificate"), max_length=MAX_NAME_LENGTH)
    confirmed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """An issued certificate. `payload` (see `certificates.rules.payload`) holds all that any format shows."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=22, unique=True, help_text="CT- and 4 x 4 of Crockford's base 32.")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    shows_name = models.BooleanField(default=True, help_text="The holder's choice: whether the page shows the name.")
    issued_at = models.DateTimeField()
    seal = SealField(leaving_out=("shows_name",))

    class Meta:
        constraints = [
            # The enrolment holds course and cycle; a course offers at most one certificate of a kind. Only what
            # replaces an earlier one, which `supersedes` allows once, may be a second of its kind.
            models.UniqueConstraint(
                fields=["enrolment", "kind"], condition=Q(supersedes=None), name="certificate_once_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new certificate, or the holder's choice about the name. What was issued is never changed.

        :raises TypeError: if anything else of an issued certificate would be written.
        """
        if not self._state.adding and set(kwargs.get("update_fields") or ["all"]) != {"shows_name"}:
            raise TypeError("an issued certificate does not change")
        super().save(*args, **kwargs)


class CertificateEvent(WrittenOnce):
    """What happened to a certificate. Append-only; its status is the fold of its events."""

    class Kind(models.TextChoices):
        ISSUED = EventKind.ISSUED.value, _("Issued")
        REISSUED = EventKind.REISSUED.value, _("Replaced by a new one")
        REVOKED = EventKind.REVOKED.value, _("Withdrawn")
        RESTORED = EventKind.RESTORED.value, _("Restored")
        EXPIRED = EventKind.EXPIRED.value, _("Expired")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    payload_sha256 = models.CharField(max_length=64)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["certificate"], condition=Q(kind="issued"), name="certificate_issued_once"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"


class CertificateDocument(models.Model):
    """The PDF of a certificate in one language, made in the background and made again when it is missing."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="documents")
    language = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "language"], name="document_once_a_language")]

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
