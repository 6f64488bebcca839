"""The kinds of messages to people. An app registers its kinds when it is ready; this app knows none of their causes.

    register_notification("cockpit.reminder", label=_("Reminders"), words=words_of_reminder, is_optional=True)

`accounts.operations.notify` sends one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise


class Words(Protocol):
    """Makes the words of a message at the moment of sending, in the language that is in force.

    Subject, paragraphs and reason (why the reader gets it); button and link where there is something to open; footnotes
    (such as what a funder asks to be said) where there are any. None: the reason is gone, and nothing is sent. So rights,
    membership and completion are looked at here, not when the message was posted. `values` holds what was posted and,
    as `at`, the moment of sending.
    """

    def __call__(self, notification: Any, values: Mapping[str, Any]) -> Mapping[str, Any] | None: ...


class Again(Protocol):
    """Sends a message once more, as a new cause, after it did not arrive. Returns the new row, None if it need not go."""

    def __call__(self, notification: Any, *, by: Any, at: datetime) -> Any | None: ...


class UnknownNotification(LookupError):
    """No app registered this kind of message."""


@dataclass(frozen=True)
class NotificationKind:
    """One kind of message. `is_optional`: people may switch it off; the others are part of having an account."""

    name: str
    label: str | Promise
    words: Words | None
    is_optional: bool
    again: Again | None = None
    is_for: Callable[[Any], bool] | None = None


_kinds: dict[str, NotificationKind] = {}


def register_notification(
    kind: str,
    *,
    label: str | Promise,
    words: Words | None,
    is_optional: bool,
    again: Again | None = None,
    is_for: Callable[[Any], bool] | None = None,
) -> None:
    """Say what makes the words of a kind, what people call it, and whether they may switch it off.

    Called from an app's `ready()`. `label` reads in a list of what somebody gets: "Reminders to go on with a course".
    `words`: None for a mail with a handler of its own in the outbox, which is only listed here. `is_for`: says to whom
    the kind is listed; None for everybody.
    """
    _kinds[kind] = NotificationKind(kind, label, words, is_optional, again, is_for)


def find_notification(kind: str) -> NotificationKind:
    """Return how messages of this kind are made.

    :raises UnknownNotification: if no app registered it.
    """
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownNotification(kind) from None


def registered_notifications() -> list[NotificationKind]:
    """Return all kinds, in the order of their names."""
    return [_kinds[name] for name in sorted(_kinds)]
