"""How long what went wrong waits before it is tried again."""

from datetime import timedelta

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


def wait_after(failure_count: int) -> timedelta:
    """Return the wait after so many failures in a row: 10 seconds after the first, doubled with each, an hour at most."""
    # Bounded, as a thing may be tried for years and the doubling would leave timedelta's range.
    return min(FIRST_WAIT * (1 << min(failure_count - 1, 12)), LONGEST_WAIT)
