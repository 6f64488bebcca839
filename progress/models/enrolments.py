"""A person in a course, and what is done of it. The append-only rows are folded by `progress.rules`."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Project
from courses.models import Course, CourseEdition
from progress.rules.completion import Stage


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of enrolments that say what they mean."""

    def active(self) -> Self:
        """Leave out those that were withdrawn."""
        return self.filter(withdrawn_at=None)

    def latest_cycles(self) -> Self:
        """Leave out those that a later cycle of the same person in the same course took over from."""
        later = Enrolment.objects.filter(
            learner=OuterRef("learner"), course=OuterRef("course"), cycle__gt=OuterRef("cycle")
        )
        return self.filter(~Exists(later))

    def with_course(self) -> Self:
        """Join the course, the start edition and the completion. The manifest, a large column, stays behind."""
        return self.select_related("course", "start_edition", "completion").defer("start_edition__manifest")


class Enrolment(models.Model):
    """A person in a course: one row for all languages. Coming back after withdrawal reopens it."""

    class Source(models.TextChoices):
        SELF = "self", _("By the learner")
        MANAGER = "manager", _("By a manager")
        JOIN_LINK = "join-link", _("By a join link")

    class State(models.TextChoices):
        ENROLLED = Stage.ENROLLED.value, _("Not started")
        IN_PROGRESS = Stage.IN_PROGRESS.value, _("On the way")
        COMPLETED = Stage.COMPLETED.value, _("Complete")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    cycle = models.PositiveSmallIntegerField(default=1, help_text="A new cycle only by recertification.")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments")
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.SELF)
    start_edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # For lists only. Pages of the learner fold anew; `check_records` folds these again by the edition they name.
    cached_percentage = models.PositiveSmallIntegerField(default=0, help_text="Per cent, as shown.")
    cached_state = models.CharField(max_length=12, choices=State.choices, default=State.ENROLLED)
    cached_edition = models.PositiveIntegerField(default=0, help_text="Number of the edition they were folded with.")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "course", "cycle"], name="enrolment_once_a_cycle"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
