"""The outbox: post a message, deliver it, sweep what is left."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from foundation import outbox
from foundation.models import OutboxMessage
from foundation.rules.waiting import wait_after

logger = logging.getLogger(__name__)

# A message younger than this was just published by its commit: the sweep leaves it alone.
SWEEP_AFTER = timedelta(seconds=15)
SWEEP_LIMIT = 200
# Messages that were posted together and that the broker is asked to take at one go: a call to it costs more than a row.
TOGETHER = 50

_WAITS = Q(done_at=None, given_up_at=None)


class LeaseLost(Exception):
    """Another worker took the message over while this one was at it; this one's work is rolled back."""


def post_message(
    *, kind: str, key: str, payload: dict[str, Any], at: datetime, due_at: datetime | None = None
) -> OutboxMessage:
    """Write down, in the current transaction, something that must happen after it.

    Posting a kind and key again has no effect, whether the first is waiting or done. After the commit it is tried
    at once or published, as its kind says; if either goes wrong, or `due_at` is later, the sweep finds the row.
    Cost: 1 query, 2 when posted before.

    :raises foundation.outbox.UnknownKind: if no app registered the kind: better here than in a worker, hours later.
    """
    is_at_once = outbox.find_kind(kind).at_once
    try:
        with transaction.atomic():  # nearly always new: not looked for first
            message = OutboxMessage.objects.create(
                kind=kind, key=key, payload=payload, posted_at=at, due_at=due_at or at
            )
    except IntegrityError:
        return OutboxMessage.objects.get(kind=kind, key=key)
    if message.due_at > at:
        return message
    follow_up = partial(deliver_message, message_id=message.pk, at=at) if is_at_once else partial(_publish, message.pk)
    transaction.on_commit(follow_up, robust=True)  # robust: the transaction is done, its caller must not fail now
    return message


def post_messages(
    *, kind: str, payloads: Mapping[str, dict[str, Any]], at: datetime, due_at: datetime | None = None
) -> None:
    """Write down many messages of one kind, by key, as `post_message` does with one. Cost: 2 queries.

    After the commit the broker is asked once for each 50 of them.

    :raises foundation.outbox.UnknownKind: if no app registered the kind.
    """
    is_at_once = outbox.find_kind(kind).at_once
    if not payloads:
        return
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(kind=kind, key=key, payload=payload, posted_at=at, due_at=due_at or at)
            for key, payload in payloads.items()
        ],
        ignore_conflicts=True,  # posted before
    )
    if due_at is not None and due_at > at:
        return
    posted = list(OutboxMessage.objects.filter(_WAITS, kind=kind, key__in=payloads).values_list("pk", flat=True))

    def follow_up() -> None:
        if is_at_once:
            for message_id in posted:
                deliver_message(message_id=message_id, at=at)
        else:
            _publish_together(posted)

    transaction.on_commit(follow_up, robust=True)


def deliver_message(*, message_id: int, at: datetime) -> bool:
    """Do what a message asks for, unless it is done, not due, or in another worker's hands. Return whether it was done.

    The handler's writes and the mark "done" are one transaction. What goes wrong is noted on the row, which then
    waits: 10 seconds after the first try, doubled with each, an hour at most. It is never given up, unless its kind says
    so: after a number of tries, where the handler says that none would help, or where a try was cut off whose effect
    must not be twice.
    """
    claimed = _claim(message_id, at)
    if claimed is None:
        return False
    message, was_cut_off = claimed
    kind = None
    is_handled = False
    try:
        kind = outbox.find_kind(message.kind)
        if was_cut_off and kind.is_once:
            raise outbox.CutOff
        with transaction.atomic():
            kind.handler(message.payload, at=at)
            is_handled = True
            done: dict[str, Any] = {"done_at": at, "claimed_at": None, "problem": ""}
            if kind.is_private:
                done["payload"] = {}
            if not _still_claimed(message).update(**done):
                raise LeaseLost
    except LeaseLost:
        logger.warning("outbox: lost the lease of %s (message %s)", message.kind, message.pk)
        return False
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the message must wait and not be lost
        if kind is None:
            _let_wait(message, error, at)
        elif kind.is_once and is_handled:  # done outside, and its transaction failed: whoever finds the claim gives up
            _give_up(message, kind, outbox.CutOff(), at)
        elif isinstance(error, outbox.GiveUp) or message.attempt_count >= (kind.gives_up_after or math.inf):
            _give_up(message, kind, error, at)
        else:
            _let_wait(message, error, at, is_private=kind.is_private)
        return False
    return True


def deliver_together(*, message_ids: Sequence[int], clock: Callable[[], datetime], at_most: timedelta) -> int:
    """Deliver messages that were published together, in their order; return how many this worker saw to.

    What is left when `at_most` is over is published again, so that other work has its turn between. If the broker does
    not take it, or the worker is killed, the sweep finds the rows.
    """
    begun_at = clock()
    for place, message_id in enumerate(message_ids):
        at = clock()
        if place and at - begun_at >= at_most:
            _publish_together(message_ids[place:])
            return place
        deliver_message(message_id=message_id, at=at)
    return len(message_ids)


def sweep_outbox(*, at: datetime) -> int:
    """Publish again what is due and not in anybody's hands, oldest first. Return how many.

    Stops at the first one the broker does not take: it would not take the others either.
    """
    waiting = (
        OutboxMessage.objects.filter(_is_free(at), _WAITS, due_at__lte=at - SWEEP_AFTER)
        .order_by("due_at", "pk")
        .values_list("pk", flat=True)[:SWEEP_LIMIT]
    )
    published = 0
    for message_id in waiting:
        if not _publish(message_id):
            break
        published += 1
    return published


def _is_free(at: datetime) -> Q:
    own_leases = outbox.own_leases()
    free = Q(claimed_at=None) | (Q(claimed_at__lte=at - outbox.LEASE) & ~Q(kind__in=own_leases))
    for kind, lease in own_leases.items():
        free |= Q(kind=kind, claimed_at__lte=at - lease)
    return free


def _let_wait(message: OutboxMessage, error: Exception, at: datetime, *, is_private: bool = False) -> None:
    problem = _words_of(error, is_private=is_private)
    logger.warning(
        "outbox: %s (message %s) waits after try %s: %s", message.kind, message.pk, message.attempt_count, problem
    )
    due_at = at + wait_after(message.attempt_count)
    _still_claimed(message).update(claimed_at=None, due_at=due_at, problem=problem)


def _give_up(message: OutboxMessage, kind: outbox.Kind, error: Exception, at: datetime) -> None:
    """End the tries of a message, and have its kind note it. If that fails, the claim stays and the next try gives up."""
    problem = _words_of(error, is_private=kind.is_private)
    ended: dict[str, Any] = {"given_up_at": at, "claimed_at": None, "problem": problem}
    if kind.is_private:
        ended["payload"] = {}
    with transaction.atomic():
        if not _still_claimed(message).update(**ended):
            return
        if kind.given_up is not None:
            kind.given_up(message.payload, error=error, at=at)
    logger.warning(
        "outbox: %s (message %s) is given up after try %s: %s",
        message.kind,
        message.pk,
        message.attempt_count,
        problem,
    )


def _words_of(error: Exception, *, is_private: bool) -> str:
    name = type(error).__name__
    return name if is_private or not str(error) else f"{name}: {error}"


def _claim(message_id: int, at: datetime) -> tuple[OutboxMessage, bool] | None:
    """Take a message for this worker, by one conditional update; the number of the try tells claims apart.

    Returns with it whether another worker had it in hand and came to no end.
    """
    waiting = OutboxMessage.objects.filter(_is_free(at), _WAITS, pk=message_id, due_at__lte=at)
    message = waiting.first()
    if message is None:
        return None
    attempt = message.attempt_count + 1
    if not waiting.filter(attempt_count=message.attempt_count).update(claimed_at=at, attempt_count=attempt):
        return None  # another worker was quicker
    was_cut_off = message.claimed_at is not None
    message.claimed_at, message.attempt_count = at, attempt
    return message, was_cut_off


def _still_claimed(message: OutboxMessage) -> Any:
    return OutboxMessage.objects.filter(_WAITS, pk=message.pk, attempt_count=message.attempt_count)


def _publish(message_id: int) -> bool:
    try:
        outbox.publish(message_id)
    except Exception:  # noqa: BLE001 - the broker may be away in many ways; the sweep finds the row
        logger.warning("outbox: the broker did not take message %s; the sweep will try again", message_id)
        return False
    return True


def _publish_together(message_ids: Sequence[int]) -> None:
    for start in range(0, len(message_ids), TOGETHER):
        some = message_ids[start : start + TOGETHER]
        try:
            outbox.publish_together(some)
        except Exception:  # noqa: BLE001 - as above
            logger.warning(
                "outbox: the broker did not take messages %s to %s; the sweep will try again", some[0], some[-1]
            )
            return  # it would not take the others either
