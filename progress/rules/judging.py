"""Judging submissions: levels of a rubric into points, and several judgements into one outcome."""

from enum import StrEnum


class Role(StrEnum):
    """As what an assessor judges a submission."""

    FIRST = "first"
    SECOND = "second"
    MODERATION = "moderation"


class Outcome(StrEnum):
    """What one judgement comes to."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    RETURN = "return"


class SubmissionState(StrEnum):
    """How a submission stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PASSED = "passed"
    FAILED = "failed"
