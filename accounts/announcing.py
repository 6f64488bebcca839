"""Who is told that somebody left an organisation, takes their name out of a project's list, or is erased.

Apps above this one keep what a person shows to an organisation, and the groups of it they are in. Each registers, when
it is ready, a listener:

    register_leaving_listener(end_what_is_shown)

A listener runs inside the transaction that ends the membership.
"""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Organisation, Project, User

LeavingListener = Callable[[User, Organisation, datetime], None]
"""Takes the person, the organisation they belong to in no role any more, and since when."""

_listeners: list[LeavingListener] = []


def register_leaving_listener(listener: LeavingListener) -> None:
    """Have `listener` told of everybody who leaves an organisation. Called from an app's `ready()`."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce_leaving(person: User, organisation: Organisation, at: datetime) -> None:
    """Tell the listeners that a person left, in the current transaction. Cost: what they write."""
    for listener in _listeners:
        listener(person, organisation, at)


NameListener = Callable[[Project], None]
"""Takes the project in whose list of participants a name stands no more."""

_of_names: list[NameListener] = []


def register_name_listener(listener: NameListener) -> None:
    """Have `listener` told when somebody takes their name out of a list. Called from an app's `ready()`."""
    if listener not in _of_names:
        _of_names.append(listener)


def announce_name_taken_back(project: Project) -> None:
    """Tell the listeners that a list has a name less, in the current transaction. Cost: what they write."""
    for listener in _of_names:
        listener(project)


class CertificatesStand(Exception):
    """The person has certificates, which were not said to stay: they must be kept."""


ErasingListener = Callable[[User, datetime, bool], None]
"""Takes a person whose account is being erased, still with name and address, when, and whether certificates are kept.

Forgets what its app holds.
"""

_erasing: list[ErasingListener] = []


def register_erasing_listener(listener: ErasingListener) -> None:
    """Have `listener` forget what it holds of everybody who is erased. Called from an app's `ready()`."""
    if listener not in _erasing:
        _erasing.append(listener)


def announce_erasing(person: User, at: datetime, *, keeps_certificates: bool) -> None:
    """Have every app forget a person, in the current transaction. Cost: what they write.

    :raises CertificatesStand: if certificates stand in the way.
    """
    for listener in _erasing:
        listener(person, at, keeps_certificates)
