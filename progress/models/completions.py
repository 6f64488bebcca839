"""Steps and courses done, and where somebody stopped reading."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseEdition
from foundation.models import WrittenOnce
from progress.models.attempts import Attempt
from progress.models.enrolments import Enrolment


class ItemCompletion(WrittenOnce):
    """An item done. Append-only: no edit of content removes it or moves its date."""

    class Evidence(models.TextChoices):
        MARKED = "marked", _("Marked as done by the learner")
        ATTEMPT = "attempt", _("Quiz passed")
        SUBMISSION = "submission", _("Work passed")
        ATTENDANCE = "attendance", _("There at a live session")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="item_completions")
    item_key = models.UUIDField()
    completed_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_key"], name="item_completion_once"),
            models.CheckConstraint(
                condition=Q(evidence="attempt", attempt__isnull=False)
                | Q(evidence__in=["marked", "submission", "attendance"], attempt=None),
                name="item_completion_has_its_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.item_key}"


class CourseCompletion(WrittenOnce):
    """The course is complete: an event, written by an act of the learner. Append-only, never taken back."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    completed_at = models.DateTimeField()
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20, help_text="item, quiz, assignment, name, finish, release or regrade.")

    def __str__(self) -> str:
        return f"completion of {self.enrolment_id}"


class ReadingPosition(models.Model):
    """Where a learner stopped in a lesson, so that another device opens it there. Not evidence of anything."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="positions")
    item_key = models.UUIDField()
    section = models.CharField(max_length=64, blank=True, help_text="Block id of the heading.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "item_key"], name="position_once_an_item")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.item_key}"
