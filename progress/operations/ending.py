"""End attempts whose time is over, with what was saved."""

import logging
from datetime import datetime

from django.db.models import Q

from progress.models import Attempt
from progress.operations.answering import end_attempt
from progress.rules.timing import GRACE, is_over

logger = logging.getLogger(__name__)

ENDED_AT_ONCE = 200
"""Attempts that one sweep ends at most. The next sweep, half a minute later, ends the rest."""


def end_if_over(*, attempt: Attempt, at: datetime) -> bool:
    """End an attempt of which the time is over, as its learner's next request does; return whether it was ended now.

    `attempt` is read again then. Cost: none for one that still runs or has no limit; else that of sending its answers.
    """
    if attempt.state != Attempt.State.OPEN or not is_over(attempt.deadline_at, at=at):
        return False
    event = end_attempt(attempt=attempt, at=at)
    # Whoever was quicker, it stands now as the row says: ended, sent, or given more time.
    attempt.refresh_from_db(fields=["state", "submitted_at", "ended_by_time", "deadline_at"])
    return event is not None


def end_overdue_attempts(*, at: datetime, most: int = ENDED_AT_ONCE) -> int:
    """End `most` attempts whose time is over, the longest overdue first; return how many. Safe to run twice at once.

    Each is a transaction of its own. One that cannot be marked is logged, and does not count among the `most`: however
    many there are, they hold back nobody else's. Cost: for each attempt that of sending its answers, and 1 query for
    each `most` of them.
    """
    overdue = (
        Attempt.objects.filter(state=Attempt.State.OPEN, deadline_at__lt=at - GRACE)
        .order_by("deadline_at", "pk")
        .defer("form")
    )
    ended, after = 0, Q()
    while ended < most and (found := list(overdue.filter(after)[: most - ended])):
        # Those that failed are open still: the next ones come after the last of these.
        after = Q(deadline_at__gt=found[-1].deadline_at) | Q(deadline_at=found[-1].deadline_at, pk__gt=found[-1].pk)
        for attempt in found:
            try:
                ended += end_if_over(attempt=attempt, at=at)
            except Exception:
                logger.exception("Attempt %s is over and could not be ended.", attempt.public_id)
    return ended
