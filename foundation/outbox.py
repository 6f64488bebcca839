"""The kinds of messages there are. An app registers its handlers when it is ready; the outbox knows no domain.

register_handler("certificates.issue", issue_from_message, at_once=True)
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from celery import current_app


class Handler(Protocol):
    """Does what a message asks for. It may run twice, so it must be idempotent; an exception means: try again later."""

    def __call__(self, payload: dict[str, Any], *, at: datetime) -> None: ...


class UnknownKind(LookupError):
    """No handler is registered for the kind of a message."""


@dataclass(frozen=True)
class Kind:
    """How messages of one kind are handled."""

    name: str
    handler: Handler
    at_once: bool
    is_private: bool


_kinds: dict[str, Kind] = {}


def register_handler(kind: str, handler: Handler, *, at_once: bool = False, is_private: bool = False) -> None:
    """Say what does the work of a kind of message. Called from an app's `ready()`.

    `at_once`: tried in the process that posted it, right after its commit, so that the next page shows the effect.
    `is_private`: the payload holds what nobody should read later (a link that signs in, an address); it is emptied
    once done, and problems are noted without their text.
    """
    _kinds[kind] = Kind(name=kind, handler=handler, at_once=at_once, is_private=is_private)


def find_kind(name: str) -> Kind:
    """Return how messages of this kind are handled.

    :raises UnknownKind: if no app registered it.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def publish(message_id: int) -> None:
    """Ask the worker, through the broker, to deliver a message soon.

    :raises Exception: whatever the broker's client raises when the broker is away.
    """
    # By name: the task imports the operations, which import this module.
    current_app.send_task("foundation.tasks.deliver", args=[message_id])
