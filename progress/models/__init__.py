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
from progress.models.cohorts import (
    Attendance,
    Cohort,
    CohortMember,
    CohortMessage,
    FacilitatorNote,
    LiveSession,
    PlannedStep,
)
from progress.models.completions import CourseCompletion, ItemCompletion, ReadingPosition
from progress.models.enrolments import Enrolment, EnrolmentQuerySet
from progress.models.helping import HelpAnswer, HelpAsk
from progress.models.notices import Notice
from progress.models.sharing import EnrolmentShare

__all__ = [
    "Accommodation",
    "Attempt",
    "Attendance",
    "Cohort",
    "CohortMember",
    "CohortMessage",
    "CourseAssessor",
    "CourseCompletion",
    "Enrolment",
    "EnrolmentQuerySet",
    "EnrolmentShare",
    "FacilitatorNote",
    "HandMark",
    "HandMarkComment",
    "HelpAnswer",
    "HelpAsk",
    "ItemCompletion",
    "Judgement",
    "JudgementComment",
    "LiveSession",
    "MarkEvent",
    "MarkingTask",
    "Notice",
    "PlannedStep",
    "ReadingPosition",
    "Regrade",
    "Response",
    "Submission",
    "SubmittedFile",
]
