"""The time limit of a quiz: until when an attempt runs, by the server's clock alone (THREATS.md T5)."""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=60)
"""What was on its way when the time ended is still taken for so long: a slow line costs nobody an answer."""


def deadline_of(started_at: datetime, *, limit_minutes: int, extra_time_percentage: int) -> datetime | None:
    """Return until when an attempt runs; None where there is no limit (`limit_minutes` 0).

    Elapsed time, counted on the instant: a change to summer time or a leap day gives and takes nothing.

    >>> from datetime import UTC
    >>> deadline_of(datetime(2026, 3, 1, 12, tzinfo=UTC), limit_minutes=30, extra_time_percentage=50)
    datetime.datetime(2026, 3, 1, 12, 45, tzinfo=datetime.timezone.utc)
    """
    if not limit_minutes:
        return None
    return started_at + timedelta(minutes=limit_minutes) * (100 + extra_time_percentage) / 100


def with_extra_time(limit_minutes: int, extra_time_percentage: int) -> int:
    """Return a time limit with extra time, in whole minutes, rounded down; what is said, while the deadline is exact."""
    return limit_minutes * (100 + extra_time_percentage) // 100


def is_over(deadline_at: datetime | None, *, at: datetime) -> bool:
    """Return whether nothing is taken any more at this moment: the deadline and the grace after it are past."""
    return deadline_at is not None and at > deadline_at + GRACE


def moved_deadline(deadline_at: datetime, *, granted: datetime | None) -> datetime:
    """Return the deadline of a running attempt when its person's extra time changes: never earlier than it was.

    What somebody was told when they began stays true, also when an accommodation is made smaller or taken away.
    """
    return deadline_at if granted is None else max(deadline_at, granted)


def minutes_until(deadline_at: datetime, *, at: datetime) -> int:
    """Return the whole minutes until the deadline, rounded down; 0 when it is past."""
    return max(int((deadline_at - at).total_seconds() // 60), 0)
