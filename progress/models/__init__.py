"""What learners did. Rows point at frozen content only; the append-only ones are folded by `progress.rules`."""

from progress.models.accommodations import Accommodation
from progress.models.assignments import (
    CourseAssessor,
    HandMark,
    HandMarkComment,
    Judgement,
    JudgementComment,
    MarkingTask,
    Submission,
    SubmittedFile,
)
from progress.models.attempts import Attempt, MarkEvent, Regrade, Response
from progress.models.completions import CourseCompletion, ItemCompletion, ReadingPosition
from progress.models.enrolments import Enrolment, EnrolmentQuerySet
from progress.models.notices import Notice

__all__ = [
    "Accommodation",
    "Attempt",
    "CourseAssessor",
    "CourseCompletion",
    "Enrolment",
    "EnrolmentQuerySet",
    "HandMark",
    "HandMarkComment",
    "ItemCompletion",
    "Judgement",
    "JudgementComment",
    "MarkEvent",
    "MarkingTask",
    "Notice",
    "ReadingPosition",
    "Regrade",
    "Response",
    "Submission",
    "SubmittedFile",
]
