"""Mail that came back, noted on the message it was."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Notification
from accounts.rules.bounces import Bounce, bounce_in

logger = logging.getLogger(__name__)

_State = Notification.State
# What may come back: a message that was refused at the door, or never sent, has its last word already.
_OUT = (_State.SENT, _State.UNSURE)


@dataclass(frozen=True, slots=True)
class Read:
    """What a round of reading found: messages marked, notices of messages marked before or not ours, and other mail."""

    marked: int = 0
    known: int = 0
    other: int = 0


def note_bounces(notices: Iterable[bytes], *, at: datetime) -> Read:
    """Mark the messages that these mails say came back. Reading the same again changes nothing.

    Of what the notices say only codes are kept: their words may hold addresses. Cost: 2 queries a notice.
    """
    marked = known = other = 0
    for raw in notices:
        bounce = _bounce_in(raw)
        if bounce is None:
            other += 1
            continue
        rows = {row.public_id: row for row in Notification.objects.filter(public_id__in=bounce.candidates)}
        row = next((rows[candidate] for candidate in bounce.candidates if candidate in rows), None)
        if row is None:
            other += 1
            continue
        came_back = Notification.objects.filter(pk=row.pk, state__in=_OUT)
        if came_back.update(state=_State.BOUNCED, problem=bounce.code, settled_at=at):
            marked += 1
        else:
            known += 1
    return Read(marked, known, other)


def _bounce_in(raw: bytes) -> Bounce | None:
    try:
        return bounce_in(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # What strangers send may break the reader of mails itself; one such mail must not keep the others unread.
        logger.warning("bounces: a mail could not be read and is passed over")
        return None
