"""How far a person is in a course, as a manager is told it, and who needs help first."""

from datetime import datetime, timedelta
from enum import StrEnum

STUCK_AFTER = timedelta(days=14)
"""Without a step for this long, somebody who began may need help."""
SMALLEST_GROUP = 5
"""Personal attributes of fewer people than this are not shown: they could be unmasked (LEGAL.md)."""
STITCHES = 24
"""As many fit on a line of the chart; with more people one stitch stands for several."""


class State(StrEnum):
    """Where somebody is in a course, in the order of who needs help first."""

    STUCK = "stuck"
    NOT_STARTED = "not-started"
    ON_THE_WAY = "on-the-way"
    DONE = "done"
    LEFT = "left"


def state_of(
    *,
    last_step_at: datetime | None,
    completed_at: datetime | None,
    left_at: datetime | None,
    at: datetime,
) -> State:
    """Return where somebody is, from moments that are known of them; None says that something did not happen.

    `left_at`: when they left the course, or the organisation it was for, so that nothing after it is known. Who was done
    before that stays done.
    """
    if completed_at is not None:
        return State.DONE
    if left_at is not None and left_at <= at:
        return State.LEFT
    if last_step_at is None:
        return State.NOT_STARTED
    return State.STUCK if at - last_step_at >= STUCK_AFTER else State.ON_THE_WAY


def stitch_worth(most: int) -> int:
    """Return how many people one stitch of a chart stands for, where the longest line is of `most` people: 1, 2, 5, 10 ...

    >>> stitch_worth(24), stitch_worth(25), stitch_worth(90), stitch_worth(100_000)
    (1, 2, 5, 5000)
    """
    power = 1
    while True:
        for step in (1, 2, 5):
            if most <= STITCHES * step * power:
                return step * power
        power *= 10
