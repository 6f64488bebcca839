"""Groups that take a course or a learning path together: plan, messages, live sessions, attendance, notes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Project
from courses.models import Course, LearningPath


class Cohort(models.Model):
    """People of one organisation who take a course, or the courses of a learning path, in the same weeks."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cohorts")
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="cohorts")
    path = models.ForeignKey(LearningPath, null=True, blank=True, on_delete=models.PROTECT, related_name="cohorts")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="cohorts")
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-start_date", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(end_date__gte=F("start_date")), name="cohort_dates_in_order"),
            models.CheckConstraint(
                condition=Q(course=None, path__isnull=False) | Q(course__isnull=False, path=None),
                name="cohort_of_a_course_or_a_path",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CohortMember(models.Model):
    """A person's time in a cohort. Their enrolments in its courses are ordinary ones, made for its organisation."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohorts")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "person"], name="cohort_member_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.cohort}"


class PlannedStep(models.Model):
    """Until when a cohort means to have done a step. Advice only: nothing is refused or marked by it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="plan")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    item_key = models.UUIDField()
    due_date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "course", "item_key"], name="planned_step_once")]

    def __str__(self) -> str:
        return f"{self.item_key} until {self.due_date}"


class CohortMessage(models.Model):
    """What a facilitator wrote to a cohort: on its page, and by mail to who wants it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="messages")
    subject = models.CharField(_("subject"), max_length=120)
    text = models.TextField(_("message"), max_length=4000)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return self.subject


class LiveSession(models.Model):
    """A date on which a cohort meets, in a room or online. With a step, being there is that step done."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=120)
    begins_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("link"), blank=True)
    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    item_key = models.UUIDField(null=True, blank=True, help_text="The step that attendance does, where there is one.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, help_text="SEQUENCE of its calendar file (RFC 5545, 3.8.7.4).")

    class Meta:
        ordering = ["begins_at", "pk"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """That somebody was at a live session, ticked off by a facilitator. Taken back, the step it did stays done."""

    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    was_there = models.BooleanField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.session}"


class FacilitatorNote(models.Model):
    """A note of facilitators about a cohort, never about one person; only its managers read it."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=4000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return f"note on {self.cohort}"
