"""What learners tell of using what they learned: six answers, a consent with its dates, and the story made of them."""

import uuid
from typing import Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Sector, SizeBand
from case_studies.models.vocabularies import Country

MAIL = "case_studies.story.mail"
"""The outbox kind of messages to who told a story."""


class AppliedStoryQuerySet(models.QuerySet["AppliedStory"]):
    """Reads that the pages themselves need."""

    def of_page(self, key: uuid.UUID) -> Self:
        """Return the story that a page of this translation key was made of, none for other pages.

        Inside a transaction that publishes, a withdrawal waits for it, or it for the withdrawal.
        """
        return self.filter(public_id=key, sent_at__isnull=False)

    def locked(self) -> Self:
        """Hold the rows until the end of the transaction, where there is one."""
        return self.select_for_update() if connection.in_atomic_block else self


class AppliedStory(models.Model):
    """What one learner did with one course. Read by editors only once it was sent, and only as far as it was agreed.

    Answers are free text about a person's work: they are erased when the consent is withdrawn (`erased_at`), the dates
    of consent and withdrawal stay. `page` is the draft case study made of it; nothing of it is published by itself.
    The page and its translations have the story's public id as translation key, so they are found without `page` too.
    """

    class Credit(models.TextChoices):
        NAMED = "named", _("With my name and organisation")
        ANONYMOUS = "anonymous", _("Without name and organisation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="applied_stories"
    )
    course = models.ForeignKey("courses.Course", on_delete=models.PROTECT, related_name="applied_stories")
    language = models.CharField(max_length=10, help_text="Of the answers: the interface's when they were written.")
    situation = models.TextField(_("what was difficult before"), blank=True)
    did = models.TextField(_("what you did"), blank=True)
    tool = models.TextField(_("what you used"), blank=True)
    changed = models.TextField(_("what changed"), blank=True)
    went_wrong = models.TextField(_("what went wrong"), blank=True)
    advice = models.TextField(_("what others should try first"), blank=True)
    credit = models.CharField(max_length=10, choices=Credit.choices, default=Credit.ANONYMOUS)
    credited_name = models.CharField(_("name"), max_length=120, blank=True)
    credited_organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    # Of the organisation, as far as the learner lets it be said; a story needs them to be found.
    country = models.CharField(
        _("country"), max_length=2, choices=Country.choices, blank=True, default="", db_default=""
    )
    sector = models.CharField(
        _("kind of work"), max_length=20, choices=Sector.choices, blank=True, default="", db_default=""
    )
    size_band = models.CharField(
        _("size"), max_length=10, choices=SizeBand.choices, blank=True, default="", db_default=""
    )
    consent_words = models.TextField(blank=True, help_text="What was agreed to, as it was read.")
    consented_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    page = models.OneToOneField(
        "case_studies.CaseStudyPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="applied_story"
    )

    objects = AppliedStoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story of a learner")
        verbose_name_plural = _("stories of learners")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course"], condition=Q(withdrawn_at=None), name="applied_story_one_a_course"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(consented_at__isnull=False), name="applied_story_sent_with_consent"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_named(self) -> bool:
        return self.credit == self.Credit.NAMED

    @property
    def is_with_editors(self) -> bool:
        """Whether it was sent and the consent stands."""
        return self.sent_at is not None and self.withdrawn_at is None
