"""What one person asks and another agrees to: a certificate is never withdrawn, restored or replaced by one alone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate, CertificateEvent, Reason
from certificates.rules.names import MAX_LENGTH as MAX_NAME_LENGTH


class CertificateRequest(models.Model):
    """Somebody asked for a certificate to be replaced, withdrawn or restored. Texts in it may be erased."""

    class Kind(models.TextChoices):
        REISSUE = "reissue", _("Replace it by a corrected one")
        REVOKE = "revoke", _("Withdraw it")
        RESTORE = "restore", _("Restore it")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second person")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken-back", _("Taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.TextField(blank=True, max_length=1000, help_text="For those who decide, and the holder.")
    new_name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="In a team of one: when it is done unless somebody stops it.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True, max_length=1000)
    event = models.OneToOneField(CertificateEvent, null=True, on_delete=models.PROTECT, related_name="request")

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(state="waiting"), name="certificate_request_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.certificate_id}"
