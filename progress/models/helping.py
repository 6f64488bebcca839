"""Did it help? Who was asked, and, apart from that, what was answered."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Project
from courses.models import Course
from progress.models.enrolments import Enrolment


class HelpAsk(models.Model):
    """That somebody was asked whether a course helped, in a wave, and whether they answered. No way to the answer."""

    class Wave(models.TextChoices):
        BEFORE = "before", _("Before the course")
        END = "end", _("At the end")
        LATER = "later", _("90 days after")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="help_asks")
    wave = models.CharField(max_length=10, choices=Wave.choices)
    asked_on = models.DateField()
    is_answered = models.BooleanField(default=False)
    is_declined = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "wave"], name="help_ask_once_a_wave")]

    def __str__(self) -> str:
        return f"{self.wave} of {self.enrolment_id}"


class HelpAnswer(models.Model):
    """What somebody answered, kept apart from who they are: no person, no enrolment, the month only.

    `ratings`: per outcome key 1 to 4; `answers`: per question key 1 to 5, or "yes", "no", "not-yet".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # numbers would tell the order
    wave = models.CharField(max_length=10, choices=HelpAsk.Wave.choices)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="help_answers")
    edition_number = models.PositiveIntegerField()
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="First day of the month it was given in.")
    answers = models.JSONField(default=dict)
    ratings = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.wave} answer on {self.course_id}"
