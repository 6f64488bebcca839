"""When a session on a shared device ends (THREATS T25)."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

# The last request is written down at most this often, so that reading does not write at every page.
TOUCH_EVERY = timedelta(minutes=5)

_SEEN = "shared_device_seen"


class Visit(Enum):
    """What a request means for a session on a shared device."""

    GO_ON = auto()
    TOUCH = auto()
    OVER = auto()


def mark_shared(session: MutableMapping[str, Any], *, at: datetime) -> None:
    """Note in a session that its device is shared, and that it was used at this time."""
    session[_SEEN] = int(at.timestamp())


def judge_visit(session: MutableMapping[str, Any], *, at: datetime, idle_end: timedelta) -> Visit:
    """Say whether a session goes on, and whether this request is to be noted with `mark_shared`.

    Always `GO_ON` where no shared device was chosen. On a shared one the session is over when nothing was asked for
    during `idle_end`; as uses are noted only every 5 minutes, it may end up to 5 minutes earlier, never later.
    """
    seen = session.get(_SEEN)
    if seen is None:
        return Visit.GO_ON
    idle = at.timestamp() - seen
    if idle > idle_end.total_seconds():
        return Visit.OVER
    return Visit.TOUCH if idle > TOUCH_EVERY.total_seconds() else Visit.GO_ON
