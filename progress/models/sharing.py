"""What a person shows of what they do alone."""

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from progress.models.enrolments import Enrolment


class EnrolmentShare(models.Model):
    """An enrolment that a person made alone and shows to the managers of one of their organisations, until they end it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "organisation"], condition=Q(ended_at=None), name="enrolment_share_one_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} shown to {self.organisation}"
