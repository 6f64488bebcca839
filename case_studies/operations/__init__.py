"""Writes of case studies: what learners tell becomes a draft, and goes again when they take it back."""

from case_studies.operations.applied import (
    AlreadySent,
    NothingToCredit,
    NotSent,
    Unfinished,
    begin_story,
    change_credit,
    forget_stories,
    save_answer,
    send_story,
    withdraw_story,
)
from case_studies.operations.drafting import NoListOfStories

__all__ = [
    "AlreadySent",
    "NoListOfStories",
    "NotSent",
    "NothingToCredit",
    "Unfinished",
    "begin_story",
    "change_credit",
    "forget_stories",
    "save_answer",
    "send_story",
    "withdraw_story",
]
