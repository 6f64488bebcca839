"""Work that people judge: what was handed in, how it was judged, and whose turn it is to look."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import AssignmentVersion, Course, CourseEdition
from foundation.models import WrittenOnce
from progress.models.attempts import Attempt, MarkEvent, Regrade
from progress.models.enrolments import Enrolment
from progress.rules.judging import Outcome, Role, SubmissionState


def submission_storage() -> Storage:
    """Return where files of learners lie: outside the media folder, served by one view that asks who wants them."""
    return storages["submissions"]


class CourseAssessor(models.Model):
    """A person who marks the work of everybody in a course, whatever organisation they are in."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assessors", verbose_name=_("course"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assessed_courses", verbose_name=_("person")
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person"],
                name="course_assessor_once",
                violation_error_message=_("This person assesses the course already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} assesses course {self.course_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the person finds the link to what waits for them from then on."""
        super().save(*args, **kwargs)
        self.person.note_assessing()


class Submission(models.Model):
    """One round of an assignment: a draft until it is handed in, then kept as it was. A returned one opens the next."""

    class State(models.TextChoices):
        DRAFT = SubmissionState.DRAFT.value, _("Not handed in yet")
        SUBMITTED = SubmissionState.SUBMITTED.value, _("Handed in")
        RETURNED = SubmissionState.RETURNED.value, _("Given back to improve")
        PASSED = SubmissionState.PASSED.value, _("Passed")
        FAILED = SubmissionState.FAILED.value, _("Not passed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    item_key = models.UUIDField()
    number = models.PositiveIntegerField(help_text="1 for the first round of this enrolment at this item.")
    assignment_version = models.ForeignKey(AssignmentVersion, on_delete=models.PROTECT, related_name="submissions")
    edition = models.ForeignKey(CourseEdition, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    text = models.TextField(blank=True, help_text="Erasable: judgements stand without it.")
    sequence = models.PositiveBigIntegerField(default=0, help_text="A save with a number that is not greater is late.")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item_key", "number"], name="submission_number_once_an_item"),
            models.UniqueConstraint(
                fields=["enrolment", "item_key"],
                condition=Q(state__in=["draft", "submitted"]),
                name="submission_one_open_an_item",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None) | (~Q(state="draft") & Q(submitted_at__isnull=False)),
                name="submission_handed_in_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["item_key", "id"], name="submission_of_item")]

    def __str__(self) -> str:
        return str(self.public_id)


class SubmittedFile(models.Model):
    """A file of a submission. Its bytes were looked at: the type is what they are, not what the name says."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200, help_text="As the learner called it, without folders. Erasable.")
    content_type = models.CharField(max_length=100)
    byte_count = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(storage=submission_storage, max_length=120, blank=True, help_text="Empty once erased.")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)


class Judgement(WrittenOnce):
    """What an assessor found of a submission. Append-only; the outcome is the fold of its judgements."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="judgements")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    outcome = models.CharField(max_length=10, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    levels = models.JSONField(default=dict, help_text="Criterion id -> level id of the frozen rubric.")
    score = models.PositiveIntegerField(help_text="Points.")
    max_score = models.PositiveIntegerField(help_text="Points.")
    pass_mark = models.PositiveSmallIntegerField(help_text="Per cent of the points that passes.")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    judged_at = models.DateTimeField()

    class Meta:
        ordering = ["judged_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "role"], name="judgement_once_a_role"),
            models.CheckConstraint(condition=Q(score__lte=models.F("max_score")), name="judgement_score_within_max"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.role}: {self.outcome}"


class JudgementComment(models.Model):
    """What an assessor says of a criterion, or of the whole. Free text, so it is erasable and apart."""

    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="comments")
    criterion_id = models.CharField(max_length=64, blank=True, help_text="Empty: of the whole.")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgement", "criterion_id"], name="judgement_comment_once_a_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.judgement_id} {self.criterion_id}"


class MarkingTask(models.Model):
    """Something a person must look at: an open answer, a result somebody asks to be checked, a submission."""

    class Kind(models.TextChoices):
        OPEN_ANSWERS = "open-answers", _("Answers in own words")
        CHECK = "check", _("A result to be checked")
        FIRST = Role.FIRST.value, _("Work to be judged")
        SECOND = Role.SECOND.value, _("Work to be judged by a second person")
        MODERATION = Role.MODERATION.value, _("Two judgements that differ")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="marking_tasks")
    attempt = models.ForeignKey(Attempt, null=True, blank=True, on_delete=models.PROTECT, related_name="marking_tasks")
    submission = models.ForeignKey(
        Submission, null=True, blank=True, on_delete=models.PROTECT, related_name="marking_tasks"
    )
    words = models.TextField(blank=True, help_text="What a learner says who asks for a check. Erasable.")
    opened_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="claimed_tasks"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="What the assessor answers to who asked for a check. Erasable.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "kind"], condition=Q(closed_at=None), name="marking_task_one_open_an_attempt"
            ),
            models.UniqueConstraint(fields=["submission", "kind"], name="marking_task_once_a_role"),
            models.CheckConstraint(
                condition=Q(kind__in=["open-answers", "check"], attempt__isnull=False, submission=None)
                | Q(kind__in=["first", "second", "moderation"], attempt=None, submission__isnull=False),
                name="marking_task_is_about_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["opened_at", "id"], condition=Q(closed_at=None), name="marking_task_open")]

    def __str__(self) -> str:
        return str(self.public_id)


class HandMark(WrittenOnce):
    """Points that a person gave for one answer, as part of a mark event by hand. The last one of a question stands."""

    mark_event = models.ForeignKey(MarkEvent, on_delete=models.PROTECT, related_name="hand_marks")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="hand_marks")
    question_id = models.CharField(max_length=64)
    points = models.PositiveIntegerField()
    worth = models.PositiveIntegerField(
        help_text="What the question was worth then. It counts as these points of this many."
    )
    seen = models.ForeignKey(
        Regrade,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The last decision to mark again that was there then: it is applied, like those before it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark_event", "question_id"], name="hand_mark_once_a_question_and_event")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question_id}: {self.points}"


class HandMarkComment(models.Model):
    """What the person who marked an answer says of it. Free text, so it is erasable and apart."""

    hand_mark = models.OneToOneField(HandMark, on_delete=models.PROTECT, related_name="comment")
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.hand_mark_id)
