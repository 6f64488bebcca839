"""What the result of an attempt may say, from what is known of its quiz and its learner now."""

from datetime import datetime

from courses.rules.outline import OutlineItem
from progress.models import Attempt
from progress.queries.attempts import QuizTries, tries_at
from progress.queries.tries import allowance_at
from progress.rules.telling import Telling, feedback_timing, telling_of_result
from progress.rules.tries import limits_tries


def telling_of(
    attempt: Attempt, item: OutlineItem | None, *, is_passed: bool, at: datetime, tries: QuizTries | None = None
) -> Telling:
    """Return what the result of an attempt that was sent may say.

    `is_passed`: the quiz is passed, by this attempt or another one. `item` is the quiz as a step now, `tries` those at
    it, where they are read already. Cost: none where it is passed or limits no tries; else 2 queries, 1 with `tries`.
    """
    return telling_of_result(
        timing=feedback_timing(attempt.quiz_version.body),
        is_passed=is_passed,
        has_more_tries=not is_passed and _has_more_tries(attempt, item, tries, at=at),
    )


def _has_more_tries(attempt: Attempt, item: OutlineItem | None, tries: QuizTries | None, *, at: datetime) -> bool:
    # A quiz that was taken out may come back, so its tries are not used up for good.
    if item is None or item.removed or not limits_tries(item):
        return True
    tries = tries or tries_at(attempt.enrolment, attempt.item_key)
    # The last try is being answered in another window: naming what is right here would give it away there.
    if tries.open_attempt is not None:
        return True
    return not allowance_at(attempt.enrolment, item, at=at, attempts=tries.attempts).is_used_up
