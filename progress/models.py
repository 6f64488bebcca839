"""What learners did. Rows point at frozen content only; the append-only ones are folded by `progress.rules`."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Project
from courses.models import Course, CourseEdition, QuizVersion, Release
from foundation.models import Job, WrittenOnce
from progress.rules.completion import Stage
from progress.rules.regrading import Policy


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Reads of enrolments that say what they mean."""

    def active(self) -> Self:
        """Leave out those that were withdrawn."""
        return self.filter(withdrawn_at=None)

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
        help_text='What this attempt asks, in order: {"seed", "questions": [{"id", "kind", "options": [ids]}]}.'
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="By the server's clock; empty: no time limit.")
    submitted_at = models.DateTimeField(null=True, blank=True)
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
        indexes = [models.Index(fields=["item_key", "id"], name="attempt_of_quiz")]

    def __str__(self) -> str:
        return str(self.public_id)


class Response(models.Model):
    """The answer to one question of an attempt. Made empty when the attempt starts, then updated under its lock."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses")
    question_id = models.CharField(max_length=64, help_text="Block id of the question; with the item key its identity.")
    options = models.JSONField(default=list, help_text="Chosen option ids.")
    unsure = models.BooleanField(default=False, help_text='"I am not sure": counts as answered, earns 0.')
    sequence = models.PositiveBigIntegerField(
        default=0, help_text="0: not answered yet. A packet with a number that is not greater is late and is dropped."
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question_id"], name="response_once_a_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question_id}"


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


class ItemCompletion(WrittenOnce):
    """An item done. Append-only: no edit of content removes it or moves its date."""

    class Evidence(models.TextChoices):
        MARKED = "marked", _("Marked as done by the learner")
        ATTEMPT = "attempt", _("Quiz passed")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="item_completions")
    item_key = models.UUIDField()
    completed_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    evidence = models.CharField(max_length=10, choices=Evidence.choices)
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_key"], name="item_completion_once"),
            models.CheckConstraint(
                condition=Q(evidence="attempt", attempt__isnull=False) | Q(evidence="marked", attempt=None),
                name="item_completion_has_its_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.item_key}"


class CourseCompletion(WrittenOnce):
    """The course is complete: an event, written by an act of the learner. Append-only, never taken back."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    completed_at = models.DateTimeField()
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=20, help_text="item, quiz, name, finish, release or regrade.")

    def __str__(self) -> str:
        return f"completion of {self.enrolment_id}"


class Notice(models.Model):
    """Something a learner is told once, on the page and by mail: a result that changed, steps that bind them now."""

    class Kind(models.TextChoices):
        RESULT_CHANGED = "result-changed", _("A result changed")
        COURSE_CHANGED = "course-changed", _("The course changed")

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
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "regrade"], name="notice_once_a_regrade"),
            models.UniqueConstraint(
                fields=["enrolment", "release"], condition=Q(kind="course-changed"), name="notice_once_a_release"
            ),
            models.UniqueConstraint(fields=["enrolment", "edition"], name="notice_once_an_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.enrolment_id}"


class ReadingPosition(models.Model):
    """Where a learner stopped in a lesson, so that another device opens it there. Not evidence of anything."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="positions")
    item_key = models.UUIDField()
    section = models.CharField(max_length=64, blank=True, help_text="Block id of the heading.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "item_key"], name="position_once_an_item")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.item_key}"
