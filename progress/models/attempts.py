"""Tries at a quiz: what was asked, what was answered, how it was marked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, CourseEdition, QuizVersion, Release
from courses.rules.kinds import Answer
from foundation.models import Job, WrittenOnce
from progress.models.enrolments import Enrolment
from progress.rules.regrading import Policy


class Attempt(models.Model):
    """One try at a quiz, on the version it began with."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Sent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    item_key = models.UUIDField()
    number = models.PositiveIntegerField(help_text="1 for the first try of this enrolment at this item.")
    quiz_version = models.ForeignKey(QuizVersion, on_delete=models.PROTECT, related_name="attempts")
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    form = models.JSONField(
        help_text='What this attempt asks, in order: {"seed", "questions": [{"id", "kind", "options": [ids], "targets": [ids]}]}.'
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="By the server's clock; empty: no time limit.")
    submitted_at = models.DateTimeField(null=True, blank=True)
    ended_by_time = models.BooleanField(
        default=False, db_default=False, help_text="Sent by the portal when the time was over, with what was saved."
    )
    # The fold of its mark events, for lists and for the effect of a policy on thousands of attempts.
    cached_score = models.PositiveIntegerField(null=True, help_text="Points.")
    cached_max_score = models.PositiveIntegerField(null=True, help_text="Points.")
    cached_passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "item_key"], condition=Q(state="open"), name="attempt_one_open_an_item"
            ),
            models.UniqueConstraint(fields=["enrolment", "item_key", "number"], name="attempt_number_once_an_item"),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at=None) | Q(state="submitted", submitted_at__isnull=False),
                name="attempt_submitted_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["item_key", "id"], name="attempt_of_quiz"),
            # A sweep looks twice a minute for those whose time is over.
            models.Index(
                fields=["deadline_at"], condition=Q(state="open", deadline_at__isnull=False), name="attempt_running_out"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Response(models.Model):
    """The answer to one question of an attempt. Made empty when the attempt starts, then updated under its lock."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses")
    question_id = models.CharField(max_length=64, help_text="Block id of the question; with the item key its identity.")
    options = models.JSONField(
        default=list, help_text="Chosen option ids; of ordering and matching `<option id>:<target id>`."
    )
    text = models.TextField(
        blank=True, default="", db_default="", help_text="What was written; a number as decimal text with a point."
    )
    unsure = models.BooleanField(default=False, help_text='"I am not sure": counts as answered, earns 0.')
    sequence = models.PositiveBigIntegerField(
        default=0, help_text="0: not answered yet. A packet with a number that is not greater is late and is dropped."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When its feedback was shown at once: from then on the answer is final."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question_id"], name="response_once_a_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question_id}"

    @property
    def answer(self) -> Answer:
        """What was answered; none where it was not, or "I am not sure"."""
        return Answer(frozenset(self.options), self.text)


class Regrade(models.Model):
    """The decision to mark the attempts at one quiz again, and the work of doing it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="regrades")
    item_key = models.UUIDField()
    policy = models.CharField(max_length=20, choices=[(policy.value, policy.value) for policy in Policy])
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="regrades")
    quiz_version = models.ForeignKey(
        QuizVersion, null=True, on_delete=models.PROTECT, related_name="+", help_text="The new key; set at the release."
    )
    edition = models.ForeignKey(
        CourseEdition,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Current when it was decided: attempts of later editions are not concerned.",
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, help_text="When it was released; empty: only planned.")
    job = models.OneToOneField(Job, null=True, on_delete=models.PROTECT, related_name="regrade")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "item_key"], name="regrade_once_a_quiz_and_release")]
        indexes = [models.Index(fields=["item_key", "decided_at"], name="regrade_of_quiz")]

    def __str__(self) -> str:
        return str(self.public_id)


class MarkEvent(WrittenOnce):
    """One marking of an attempt. Append-only; the result of the attempt is the fold of its events."""

    class Kind(models.TextChoices):
        AUTOMATIC = "automatic", _("Marked by the rules")
        BY_HAND = "by-hand", _("Marked by a person")
        REGRADE = "regrade", _("Marked again")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="mark_events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    score = models.PositiveIntegerField(help_text="Points earned.")
    max_score = models.PositiveIntegerField(help_text="Points that could be earned.")
    pass_mark = models.PositiveSmallIntegerField(help_text="Per cent of the points that passes.")
    passed = models.BooleanField()
    points = models.JSONField(default=dict, help_text="Question id -> points earned.")
    policy = models.CharField(max_length=20, blank=True, help_text="Regrade only: which policy.")
    regrade = models.ForeignKey(Regrade, null=True, blank=True, on_delete=models.PROTECT, related_name="mark_events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    score_before = models.PositiveIntegerField(null=True, blank=True)
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["marked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(kind="automatic"), name="mark_event_one_automatic_an_attempt"
            ),
            models.UniqueConstraint(fields=["attempt", "regrade"], name="mark_event_once_a_regrade"),
            models.CheckConstraint(condition=Q(score__lte=models.F("max_score")), name="mark_event_score_within_max"),
            models.CheckConstraint(
                condition=Q(kind="regrade", regrade__isnull=False) | (~Q(kind="regrade") & Q(regrade=None)),
                name="mark_event_regrade_names_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.score} of {self.max_score}"
