"""Messages to people: posted with their cause, sent later, each once.

with transaction.atomic():
    ...
    notify(kind="cockpit.reminder", key=f"{reminder.pk}:{enrolment.pk}", values={...}, person=learner, at=at)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import Notification, Organisation, User
from accounts.notifying import find_notification
from foundation.operations import post_message, post_messages

KIND = "accounts.notification"
"""Of the outbox; the kinds of `accounts.notifying` are of what people read."""


@dataclass(frozen=True)
class Message:
    """One message of many: its cause, what its words are made of, and whom it is for: a person or an address."""

    key: str
    values: Mapping[str, Any]
    person: User | None = None
    address: str = ""
    language: str = ""


def notify(
    *,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    at: datetime,
    person: User | None = None,
    address: str = "",
    language: str = "",
    organisation: Organisation | None = None,
    sender: User | None = None,
    due_at: datetime | None = None,
) -> Notification:
    """Have a message sent to a person, or to an address of somebody without an account, after the transaction.

    `key` names the cause: with the same kind and key nothing more is sent, ever, and the first row is returned.
    `values` is what the kind's words are made of; it is JSON, and emptied once the message is sent. `organisation` and
    `sender` see what became of it. `due_at`: not before then. Cost: 4 queries, 3 when posted before.

    :raises accounts.notifying.UnknownNotification: if no app registered the kind.
    """
    find_notification(kind)
    row = _row(kind, Message(key, values, person, address, language), at, organisation, sender)
    try:
        with transaction.atomic():  # nearly always new: not looked for first
            row.save()
    except IntegrityError:
        return Notification.objects.get(kind=kind, key=key)
    payload = {"notification": row.pk, "values": dict(values)}
    post_message(kind=KIND, key=str(row.public_id), payload=payload, at=at, due_at=due_at)
    return row


def notify_many(
    *,
    kind: str,
    messages: Iterable[Message],
    at: datetime,
    organisation: Organisation | None = None,
    sender: User | None = None,
    due_at: datetime | None = None,
) -> list[Notification]:
    """Have many messages of one kind sent, as `notify` does with one. Return their rows. Cost: 4 queries.

    :raises accounts.notifying.UnknownNotification: if no app registered the kind.
    """
    find_notification(kind)
    by_key = {message.key: message for message in messages}
    if not by_key:
        return []
    made = [_row(kind, message, at, organisation, sender) for message in by_key.values()]
    Notification.objects.bulk_create(made, ignore_conflicts=True)  # posted before
    rows = list(Notification.objects.filter(kind=kind, key__in=by_key).order_by("pk"))
    new = {row.public_id for row in made}
    payloads = {
        str(row.public_id): {"notification": row.pk, "values": dict(by_key[row.key].values)}
        for row in rows
        if row.public_id in new
    }
    post_messages(kind=KIND, payloads=payloads, at=at, due_at=due_at)
    return rows


def _row(
    kind: str, message: Message, at: datetime, organisation: Organisation | None, sender: User | None
) -> Notification:
    language = message.person.language if message.person else message.language
    return Notification(
        kind=kind,
        key=message.key,
        person=message.person,
        address="" if message.person else message.address,
        language=language or settings.LANGUAGE_CODE,
        organisation=organisation,
        sender=sender,
        posted_at=at,
    )
