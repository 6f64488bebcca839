"""Every write of a learner's records. Each is one transaction, safe to repeat, and lets a constraint have the last word."""

from progress.operations.acknowledging import acknowledge_notices
from progress.operations.answering import (
    AttemptClosed,
    SaveOutcome,
    UnfitAnswer,
    UnknownQuestion,
    save_response,
    submit_attempt,
)
from progress.operations.enrolling import NothingToDo, NotOffered, begin_cycle, enrol_learner
from progress.operations.finishing import finish_course
from progress.operations.sharing import MadeForAnOrganisation, NotTheirs, end_share, share_enrolment
from progress.operations.stepping import DoneByAttendance, NotALesson, UnknownItem, mark_lesson_done, save_position
from progress.operations.trying import CannotStart, NotAQuiz, start_attempt

__all__ = [
    "AttemptClosed",
    "CannotStart",
    "DoneByAttendance",
    "MadeForAnOrganisation",
    "NotALesson",
    "NotAQuiz",
    "NotOffered",
    "NotTheirs",
    "NothingToDo",
    "SaveOutcome",
    "UnfitAnswer",
    "UnknownItem",
    "UnknownQuestion",
    "acknowledge_notices",
    "begin_cycle",
    "end_share",
    "enrol_learner",
    "finish_course",
    "mark_lesson_done",
    "save_position",
    "save_response",
    "share_enrolment",
    "start_attempt",
    "submit_attempt",
]
