"""How long the next try to sign in must wait: long enough to stop guessing, never a lock (THREATS T20)."""

from datetime import timedelta

# One device's tries at one account, and everybody's tries at it. An address of the network alone is never counted:
# behind one office there may be fifty learners.
DEVICE_FREE_TRIES = 5
ACCOUNT_FREE_TRIES = 20
# Tries older than this are forgotten.
MEMORY = timedelta(hours=24)

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def wait_after(try_count: int, *, free_tries: int) -> timedelta:
    """Return the wait after this many tries without success: none, then 1, 2, 4 ... minutes, an hour at most."""
    if try_count < free_tries:
        return timedelta(0)
    # Bounded: a minute doubled often enough is more than timedelta holds.
    doubled = 1 << min(try_count - free_tries, 10)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
