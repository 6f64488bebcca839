"""A release: an editor's one action that publishes many drafts of a course as one edition, saved until it is done."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.editions import Course, CourseEdition


class Release(models.Model):
    """What an editor put together: drafts, whom new steps bind, a note. Nothing is public until it is released."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being put together")
        IN_REVIEW = "in-review", _("Waits for a second person")
        SCHEDULED = "scheduled", _("Waits for its time")
        RELEASED = "released", _("Released")
        STOPPED = "stopped", _("Stopped: something else was published since")
        DISCARDED = "discarded", _("Discarded")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="releases")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    base_edition = models.ForeignKey(
        CourseEdition, null=True, on_delete=models.PROTECT, related_name="+", help_text="What the editor compared with."
    )
    bind_all = models.JSONField(default=list, help_text="Keys of items that bind people already enrolled.")
    completes = models.BooleanField(
        default=False, help_text="Record the completion of people for whom nothing is left to do."
    )
    note = models.TextField(blank=True, help_text="To learners, in the source language of the course.")
    reason = models.TextField(blank=True, help_text="Why marks are changed; said to those whose result changes.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who changed it last: no second person for it, as little as who put it together.",
    )
    changed_at = models.DateTimeField(null=True)
    review_asked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="Scheduled, or the end of the delay of a team of one.")
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="In whose name it is released when its time comes, and who is told if it is not.",
    )
    edition = models.OneToOneField(
        CourseEdition, null=True, on_delete=models.PROTECT, related_name="release", help_text="What it made."
    )
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    released_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True, help_text="Why it was stopped or sent back, in words.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False), name="release_released_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ReleaseDraft(models.Model):
    """A draft in a release: the very revision that was looked at, kept until the release is done with it."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="drafts")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    page_key = models.UUIDField()
    title = models.CharField(max_length=255)
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Emptied when the release is done with, so that old revisions may go.",
    )
    content_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Digest of what the revision said when it was taken in."
    )
    published_before_at = models.DateTimeField(
        null=True, help_text="When the page had last been published then: another time now means somebody else did."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "page"], name="release_draft_once_a_page")]

    def __str__(self) -> str:
        return self.title
