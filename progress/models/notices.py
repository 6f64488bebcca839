"""What a learner is told once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import CourseEdition, Release
from progress.models.assignments import MarkingTask
from progress.models.attempts import MarkEvent, Regrade
from progress.models.enrolments import Enrolment


class Notice(models.Model):
    """Something a learner is told once, on the page and by mail: a result that changed, steps that bind them now."""

    class Kind(models.TextChoices):
        RESULT_CHANGED = "result-changed", _("A result changed")
        COURSE_CHANGED = "course-changed", _("The course changed")
        CHECK_ANSWERED = "check-answered", _("A person checked a result")
        WORK_JUDGED = "work-judged", _("Work was judged")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    regrade = models.ForeignKey(Regrade, null=True, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(
        CourseEdition,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of a change that no release made, such as a step that was published again by itself.",
    )
    mark_event = models.ForeignKey(
        MarkEvent, null=True, on_delete=models.PROTECT, related_name="+", help_text="Of a result marked by a person."
    )
    task = models.ForeignKey(
        MarkingTask,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Of a check that was answered, or of the judgement that decided.",
    )
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "regrade"], name="notice_once_a_regrade"),
            models.UniqueConstraint(
                fields=["enrolment", "release"], condition=Q(kind="course-changed"), name="notice_once_a_release"
            ),
            models.UniqueConstraint(fields=["enrolment", "edition"], name="notice_once_an_edition"),
            models.UniqueConstraint(fields=["mark_event"], name="notice_once_a_mark_event"),
            models.UniqueConstraint(fields=["task"], name="notice_once_a_task"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.enrolment_id}"
