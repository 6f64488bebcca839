"""Tamper evidence: a chain over the events of certificates, and the signed heads of it."""

from django.db import models

from certificates.models.certificates import CertificateEvent
from foundation.models import WrittenOnce


class LogEntry(WrittenOnce):
    """A link of the chain: one event, hashed with the link before it. Made afterwards, by one worker."""

    number = models.PositiveBigIntegerField(unique=True, help_text="1, 2, 3 ... without a gap.")
    event = models.OneToOneField(CertificateEvent, on_delete=models.PROTECT, related_name="log_entry")
    leaf_sha256 = models.CharField(max_length=64, help_text="Of what the event says, in canonical JSON.")
    sha256 = models.CharField(max_length=64, help_text="Of the number, the link before and the leaf.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class LogHead(WrittenOnce):
    """The end of the chain on a day, signed and published."""

    day = models.DateField(unique=True)
    number = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    document = models.TextField(help_text="JSON, as published.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"
