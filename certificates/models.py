"""What was certified. A certificate is printed from its frozen payload and never changes after issue."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.vocabularies import CertificateKind
from progress.models import Enrolment


def new_public_id() -> str:
    """Return 128 random bits as 32 hexadecimal digits: the address of a certificate cannot be guessed."""
    return secrets.token_hex(16)


class HolderName(models.Model):
    """The name a learner confirmed for the certificate of an enrolment. Erasable; a certificate keeps its own copy."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="holder_name")
    name = models.CharField(_("name on the certificate"), max_length=120)
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
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The enrolment holds course and cycle; a course offers at most one certificate of a kind.
            models.UniqueConstraint(fields=["enrolment", "kind"], name="certificate_once_a_kind"),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateEvent(models.Model):
    """What happened to a certificate. Append-only; its status is the fold of its events."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        REISSUED = "re-issued", _("Replaced by a new one")
        REVOKED = "revoked", _("Withdrawn")
        RESTORED = "restored", _("Restored")
        EXPIRED = "expired", _("Expired")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    payload_sha256 = models.CharField(max_length=64)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]

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


class ShareLink(models.Model):
    """A link of the holder that opens the certificate's files to whoever has it."""

    certificate = models.ForeignKey(Certificate, on_delete=models.CASCADE, related_name="share_links")
    token = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"share link of {self.certificate_id}"
