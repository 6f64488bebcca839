"""The course as records know it: an anchor that outlives pages, and its editions (EDITIONS.md)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from foundation.models import WrittenOnce


class Course(models.Model):
    """The anchor of a course: what enrolments point at and what is locked. No page; it outlives the pages."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, help_text="The translation key of the course page.")
    source_language = models.CharField(max_length=10)
    current_edition = models.ForeignKey(
        "courses.CourseEdition", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outline_shas = models.JSONField(default=dict, help_text="Language -> SHA-256 of the current outline row.")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class CourseEdition(WrittenOnce):
    """A frozen course: its digest and its manifest (`courses.rules.manifest`). Append-only."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    manifest = models.JSONField()
    cause = models.CharField(max_length=60, help_text="What made it: publish, release, heal, content.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="edition_number_once_a_course")]

    def __str__(self) -> str:
        return f"edition {self.number} of course {self.course_id}"


class EditionDue(models.Model):
    """A course flagged for settling: written in the transaction that changed a page below it, or not at all."""

    course_key = models.UUIDField(db_index=True)
    cause = models.CharField(max_length=60)
    flagged_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.course_key} since {self.flagged_at:%Y-%m-%d %H:%M}"


class SettledItem(models.Model):
    """What was frozen of an item in one language, and from which rows: rows that did not change are not frozen again."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="settled_items")
    item_key = models.UUIDField()
    language = models.CharField(max_length=10)
    fingerprint = models.CharField(
        max_length=64, help_text="Digest of the raw rows: the source page and the translation."
    )
    version_sha256 = models.CharField(max_length=64)
    marking_sha256 = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    question_count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "item_key", "language"], name="settled_item_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.item_key} {self.language}"
