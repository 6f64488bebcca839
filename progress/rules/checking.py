"""Whether somebody may ask a person to check their result."""

from datetime import datetime
from enum import StrEnum


class NoCheck(StrEnum):
    """Why a result is not checked by a person now."""

    FULL_MARKS = "full-marks"
    PERSON_LOOKS_ANYWAY = "person-looks-anyway"
    CHECKED_ALREADY = "checked-already"


def why_no_check(
    *, score: int, max_score: int, waits_for_person: bool, checked_at: datetime | None, marked_at: datetime
) -> NoCheck | None:
    """Return why nobody checks the result of an attempt that was sent, or None: then its learner may ask.

    Points that nobody can raise need no check; where answers wait for a person, that person looks. What a person has
    checked is their last word on it (`checked_at`), until it is marked once more after that (`marked_at`).
    """
    if score >= max_score:
        return NoCheck.FULL_MARKS
    if waits_for_person:
        return NoCheck.PERSON_LOOKS_ANYWAY
    if checked_at is not None and checked_at >= marked_at:
        return NoCheck.CHECKED_ALREADY
    return None
