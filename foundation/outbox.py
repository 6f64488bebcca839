"""The kinds of messages there are. An app registers its handlers when it is ready; the outbox knows no domain.

register_handler("certificates.issue", issue_from_message, at_once=True)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from celery import current_app

# A worker that was killed in mid-work loses its claim after this time: with the sweep, every 20 seconds, what it had in
# hand is done within a minute of the restart.
LEASE = timedelta(seconds=30)
# A mail server may take long to answer, and a mail taken over meanwhile would be sent twice.
MAIL_LEASE = timedelta(minutes=5)
# Waits of 10 seconds and doubled, an hour at most, are four hours and a half by the thirteenth try.
MAIL_TRIES = 13


class Handler(Protocol):
    """Does what a message asks for. It may run twice, so it must be idempotent; an exception means: try again later."""

    def __call__(self, payload: dict[str, Any], *, at: datetime) -> None: ...


class GivenUp(Protocol):
    """Notes that a message was given up, and why. Its writes and the mark on the message are one transaction."""

    def __call__(self, payload: dict[str, Any], *, error: Exception, at: datetime) -> None: ...


class GiveUp(Exception):
    """Raised by a handler: what was asked cannot be done, and no later try would change that."""


class CutOff(GiveUp):
    """A try came to no known end: nobody can say whether its effect outside of the database took place."""


class UnknownKind(LookupError):
    """No handler is registered for the kind of a message."""


@dataclass(frozen=True)
class Kind:
    """How messages of one kind are handled."""

    name: str
    handler: Handler
    at_once: bool
    is_private: bool
    lease: timedelta
    gives_up_after: int | None
    given_up: GivenUp | None
    is_once: bool


_kinds: dict[str, Kind] = {}


def register_handler(
    kind: str,
    handler: Handler,
    *,
    at_once: bool = False,
    is_private: bool = False,
    lease: timedelta = LEASE,
    gives_up_after: int | None = None,
    given_up: GivenUp | None = None,
    is_once: bool = False,
) -> None:
    """Say what does the work of a kind of message. Called from an app's `ready()`.

    `at_once`: tried in the process that posted it, right after its commit, so that the next page shows the effect.
    `is_private`: the payload holds what nobody should read later (a link that signs in, an address); it is emptied
    once done, and problems are noted without their text.
    `lease`: how long one try may take; after that another worker takes the message over.
    `gives_up_after`: so many tries without success are the end of it; None for a kind that is never given up.
    `given_up`: called with the last problem when a message of the kind is given up.
    `is_once`: a try that was cut off is not repeated but given up, with `CutOff`: for effects that must not be twice.
    """
    _kinds[kind] = Kind(
        name=kind,
        handler=handler,
        at_once=at_once,
        is_private=is_private,
        lease=lease,
        gives_up_after=gives_up_after,
        given_up=given_up,
        is_once=is_once,
    )


def find_kind(name: str) -> Kind:
    """Return how messages of this kind are handled.

    :raises UnknownKind: if no app registered it.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def own_leases() -> dict[str, timedelta]:
    """Return the kinds whose lease is not the usual one, with it."""
    return {kind.name: kind.lease for kind in _kinds.values() if kind.lease != LEASE}


def publish(message_id: int) -> None:
    """Ask the worker, through the broker, to deliver a message soon.

    :raises Exception: whatever the broker's client raises when the broker is away.
    """
    # By name: the task imports the operations, which import this module.
    current_app.send_task("foundation.tasks.deliver", args=[message_id])


def publish_together(message_ids: Sequence[int]) -> None:
    """Ask the worker to deliver some messages soon, one after another: one call to the broker for all of them.

    :raises Exception: as `publish` does.
    """
    current_app.send_task("foundation.tasks.deliver_together", args=[list(message_ids)])
