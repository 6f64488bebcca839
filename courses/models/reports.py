"""What readers say is wrong or unclear on a page, without an account."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ContentReport(models.Model):
    """What somebody found wrong or unclear, with the page and the edition it was about.

    Nothing says who wrote it, but an address for an answer where one was given: it goes when the report is over.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Something is wrong")
        UNCLEAR = "unclear", _("Something is unclear")
        BROKEN = "broken", _("Something does not work")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    page_key = models.UUIDField(db_index=True, help_text="Translation key of the page, which outlives it.")
    course = models.ForeignKey("courses.Course", null=True, on_delete=models.PROTECT, related_name="+")
    edition_number = models.PositiveIntegerField(null=True, help_text="Of the course; empty for a case study.")
    language = models.CharField(max_length=10, help_text="Of the text that was read.")
    title = models.CharField(max_length=255, help_text="Of the page, as it was read.")
    path = models.CharField(max_length=700, help_text="Address within the site: two words of 255 letters at most.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(max_length=2000)
    email = models.EmailField(blank=True, help_text="For an answer; emptied when the report is over.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("report of a reader")
        verbose_name_plural = _("reports of readers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="content_report_ended_with_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.title
