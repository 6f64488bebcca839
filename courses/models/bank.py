"""The question bank: questions that several quizzes use, with drafts of their own; and files of questions to be imported."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, TranslatableMixin

from courses.blocks import BankQuestionBlocks


class BankQuestion(  # type: ignore[misc]  # the mixins' managers do not agree; the first one is meant
    LockableMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model
):
    """A question outside any quiz. It holds an answer key: it is in no search index and no API.

    Its identity in a quiz is its `translation_key`, so it stays the same question in every language.
    """

    title = models.CharField(
        _("name"), max_length=160, help_text=_("For editors: how you find it again. Learners do not see it.")
    )
    tags = models.CharField(
        _("tags"),
        max_length=300,
        blank=True,
        help_text=_("Plain words with commas between. Quizzes take questions by tag. Example: passwords, module 1"),
    )
    question = StreamField(BankQuestionBlocks(), verbose_name=_("question"), blank=True)
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="bankquestion")

    panels = [FieldPanel("title"), FieldPanel("tags"), FieldPanel("question")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("bank question")
        verbose_name_plural = _("question bank")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> Any:
        """All drafts of it."""
        return self._revisions


class QuestionImport(models.Model):
    """An uploaded file of questions between the dry run and the press that makes drafts of it."""

    class Format(models.TextChoices):
        MOODLE_XML = "moodle-xml", "Moodle XML"
        GIFT = "gift", "GIFT"
        CSV = "csv", "CSV"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    format = models.CharField(max_length=12, choices=Format.choices)
    file_name = models.CharField(max_length=200)
    content = models.TextField(help_text="The file as text. Emptied a day after it was made.")
    made_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    imported_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.file_name
