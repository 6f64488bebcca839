"""What a result says, and when: how near an answer is, why, and what is right. One rule for every page that shows one.

Two things decide. The quiz says from when on feedback is shown: after each answer, when the answers are sent, or when
the quiz is passed. And whatever it says, the right answers are named only to who needs no more try at it, or gets none:
named earlier they would end the trying, and a pass would say nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AT_ONCE = "at-once"
AFTER_SUBMIT = "after-submit"
AFTER_PASS = "after-pass"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class Telling:
    """What may be said of the answers of an attempt.

    `says_why`: how near each is, the feedback on what was chosen, the part of the lesson, and to who had it right the
    explanation. Without it only the points and which answers earned them. `names_right`: what would have been right,
    and the explanation for everybody.
    """

    says_why: bool
    names_right: bool


def feedback_timing(quiz: Mapping[str, Any]) -> str:
    """Return from when on feedback is shown, from the body of a quiz version. Unset: when the answers are sent."""
    return str(quiz.get("feedback_timing") or AFTER_SUBMIT)


def tells_at_once(quiz: Mapping[str, Any]) -> bool:
    """Return whether each answer gets its feedback when it is given, and is final then."""
    return feedback_timing(quiz) == AT_ONCE


def telling_of_result(*, timing: str, is_passed: bool, has_more_tries: bool) -> Telling:
    """Return what the result of an attempt that was sent may say.

    `is_passed`: the quiz is passed, by this attempt or another one. `has_more_tries`: another attempt is open now, or
    may be started now or later, as with a number of tries a week.
    """
    return Telling(
        says_why=is_passed or timing != AFTER_PASS or not has_more_tries,
        names_right=is_passed or not has_more_tries,
    )


def telling_of_answer(*, timing: str, is_checked: bool) -> Telling:
    """Return what may be said of one answer while the attempt is open: nothing, or why once it is final."""
    return Telling(says_why=timing == AT_ONCE and is_checked, names_right=False)
