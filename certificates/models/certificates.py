"""What was certified. Every format is made of the frozen payload; a certificate never changes after issue."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import Issuer
from certificates.rules.names import MAX_LENGTH as MAX_NAME_LENGTH
from certificates.rules.status import EventKind
from courses.models import LearningPath
from courses.models.vocabularies import CertificateKind
from foundation.models import SealField, WrittenOnce
from progress.models import Enrolment


def new_public_id() -> str:
    """Return 128 random bits as 32 hexadecimal digits: the address of a certificate cannot be guessed."""
    return secrets.token_hex(16)


class NameVisibility(models.TextChoices):
    """What the public page of a certificate shows of the name. The holder decides."""

    FULL = "full", _("The full name")
    INITIALS = "initials", _("Initials only")
    FILE = "file", _("No name: only who has the file sees it")


class HolderName(models.Model):
    """The name a learner confirmed for the certificate of an enrolment. Erasable; a certificate keeps its own copy."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="holder_name")
    name = models.CharField(_("name on the certificate"), max_length=MAX_NAME_LENGTH)
    visibility = models.CharField(
        max_length=10,
        choices=NameVisibility.choices,
        default=NameVisibility.FULL,
        db_default=NameVisibility.FULL,
        help_text="What a certificate begins with; there the holder may choose anew.",
    )
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who took the name from a list of participants; empty where the holder typed it.",
    )

    def __str__(self) -> str:
        return self.name


class Achievement(WrittenOnce):
    """What a certificate is for, the same for all its holders: its badge names the address of this."""

    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the body, in canonical JSON.")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    body = models.JSONField(help_text="The payload without what is the holder's own.")
    first_issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """What stands of certificates, from their events. For one that was read whole `rules.status.fold_status` says it."""

    def withdrawn(self) -> Self:
        """Return those that are withdrawn: of what withdrew or restored each, the last one withdrew it."""
        return self._with_last().filter(last_decision=EventKind.REVOKED.value)

    def not_withdrawn(self) -> Self:
        """Leave out those that are withdrawn."""
        return self._with_last().filter(Q(last_decision=None) | Q(last_decision=EventKind.RESTORED.value))

    def _with_last(self) -> Self:
        decisions = CertificateEvent.objects.filter(
            certificate=OuterRef("pk"), kind__in=[EventKind.REVOKED.value, EventKind.RESTORED.value]
        ).order_by("-happened_at", "-pk")
        return self.alias(last_decision=Subquery(decisions.values("kind")[:1]))


class Certificate(models.Model):
    """An issued certificate. `payload` (see `certificates.rules.payload`) holds all that any format shows."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=22, unique=True, help_text="CT- and 4 x 4 of Crockford's base 32.")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    learning_path = models.ForeignKey(
        LearningPath,
        null=True,
        on_delete=models.PROTECT,
        related_name="certificates",
        help_text="Of a path, whose last course `enrolment` completed; empty: of the course.",
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The holder, where it is of a path: a constraint needs the column.",
    )
    cycle = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="A new one by recertification.")
    issuer = models.ForeignKey(Issuer, null=True, on_delete=models.PROTECT, related_name="certificates")
    achievement = models.ForeignKey(Achievement, null=True, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=CertificateKind.choices)
    payload = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    name_visibility = models.CharField(
        max_length=10, choices=NameVisibility.choices, default=NameVisibility.FULL, db_default=NameVisibility.FULL
    )
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, help_text="Its last day, as in the payload.")
    seal = SealField(leaving_out=("name_visibility",))

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            # The enrolment holds course and cycle; a course offers at most one certificate of a kind. Only what
            # replaces an earlier one, which `supersedes` allows once, may be a second of its kind.
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=Q(supersedes=None, learning_path=None),
                name="certificate_once_a_kind",
            ),
            models.UniqueConstraint(
                fields=["learning_path", "learner", "kind", "cycle"],
                condition=Q(supersedes=None, learning_path__isnull=False),
                name="certificate_once_a_path_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(learning_path=None) | Q(learner__isnull=False), name="certificate_of_a_path_has_a_learner"
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"], condition=Q(valid_until__isnull=False), name="certificate_ends")
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a new certificate, or the holder's choice about the name. What was issued is never changed.

        :raises TypeError: if anything else of an issued certificate would be written.
        """
        if not self._state.adding and set(kwargs.get("update_fields") or ["all"]) != {"name_visibility"}:
            raise TypeError("an issued certificate does not change")
        super().save(*args, **kwargs)


class Reason(models.TextChoices):
    """Why a certificate was replaced, withdrawn or restored, as the public page says it. Free text lies elsewhere."""

    NAME = "name", _("The name was corrected")
    ERROR = "error", _("Something on it was wrong")
    NOT_EARNED = "not-earned", _("It should not have been issued")
    HOLDER = "holder", _("The holder asked for it")
    MISUSE = "misuse", _("It was misused")
    REVIEWED = "reviewed", _("A second look found it right")
    OTHER = "other", _("Another reason")


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
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, db_default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who agreed to it."
    )
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["certificate"], condition=Q(kind="issued"), name="certificate_issued_once"),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(kind="re-issued"), name="certificate_replaced_once"
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(kind="expired"), name="certificate_expired_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
