"""The question bank: questions that several quizzes use, with drafts of their own; and files of questions to be imported."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from courses.blocks import BankQuestionBlocks
from courses.rules.freezing_question import tags_of


class BankQuestion(LockableMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, TranslatableMixin, models.Model):
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
        verbose_name_plural = _("bank questions")
        ordering = ["title", "pk"]

    # A name and tags are for editors: a translation starts with those of the original.
    override_translatable_fields = [SynchronizedField("title"), SynchronizedField("tags", overridable=False)]
    preview_modes = [("", _("As a learner")), ("key", _("With the right answers, for editors"))]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Quizzes look for a tag in the words as they are stored.
        self.tags = ", ".join(tags_of(self.tags))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self.tags = ", ".join(tags_of(self.tags))

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show the question as a quiz would ask it, writing nothing."""
        # By name: models know no views.
        show: Any = import_string("courses.views.bank.show_question")
        response: HttpResponse = show(request, self, mode_name)
        return response

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
