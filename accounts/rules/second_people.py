"""Who counts as a second person, where something needs two (decision 0023): somebody else, and not made so a moment ago.

Whoever has the right over accounts can make one, give it the right, or have its mails sent to an address of their own. None of
that makes a second person at once: for a day the account decides nothing, and the old address is told.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

SETTLING = timedelta(hours=24)
"""How long an account, its right and a way to sign in that somebody else chose must be there before they count."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when somebody is who they are. `right_since` is None while nobody saw them have the right.

    `access_changed_at`: when somebody else last changed their e-mail address or chose their passphrase; None: never.
    """

    person: int
    joined_at: datetime
    right_since: datetime | None
    access_changed_at: datetime | None = None


def counts_from(standing: Standing) -> datetime | None:
    """Return from when somebody counts as a second person; None while nobody saw them have the right."""
    if standing.right_since is None:
        return None
    since = max(standing.joined_at, standing.right_since, standing.access_changed_at or standing.joined_at)
    return since + SETTLING


def is_second_person(standing: Standing, *, apart: Set[int | None], at: datetime) -> bool:
    """Return whether somebody counts as a second person now. `apart`: who does not, as who asked and who it is about."""
    since = counts_from(standing)
    return standing.person not in apart and since is not None and since <= at
