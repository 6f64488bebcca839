"""What somebody does not want to get, by kind of message: said on their page, or behind the link of a mail."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core import signing

from accounts.models import NotificationChoice, User
from accounts.notifying import UnknownNotification, find_notification

_SALT = "accounts.mail.stop"


def choose_messages(person: User, *, wanted: Mapping[str, bool], at: datetime) -> None:
    """Keep which optional kinds a person wants; others are left alone. Cost: 1 query a kind that changes, and 1.

    Asked for twice, as by a double click, it has one effect.
    """
    kept = dict(NotificationChoice.objects.filter(person=person).values_list("kind", "is_wanted"))
    for kind, is_wanted in wanted.items():
        try:
            is_optional = find_notification(kind).is_optional
        except UnknownNotification:
            continue
        if is_optional and kept.get(kind, True) != is_wanted:
            NotificationChoice.objects.update_or_create(
                person=person, kind=kind, defaults={"is_wanted": is_wanted, "chosen_at": at}
            )


def is_wanted(person: User, kind: str) -> bool:
    """Return whether a person wants messages of an optional kind: yes until they said no. Cost: 1 query."""
    return not NotificationChoice.objects.filter(person=person, kind=kind, is_wanted=False).exists()


def stop_token(person: User, kind: str) -> str:
    """Return what the address in a mail carries: whose messages of which kind it stops. It opens nothing else."""
    return signing.dumps([person.public_id.hex, kind], salt=_SALT)


def read_stop_token(token: str) -> tuple[User, str] | None:
    """Return whose messages of which kind a token stops; None for one that is not ours, or of somebody gone.

    It does not expire: a mail is found and stopped years later. Cost: 1 query.
    """
    try:
        public_id, kind = signing.loads(token, salt=_SALT)
        if not find_notification(kind).is_optional:
            return None
    except (signing.BadSignature, UnknownNotification, ValueError, TypeError):
        return None
    person = User.objects.filter(public_id=UUID(public_id), erased_at=None).first()
    return (person, kind) if person else None
