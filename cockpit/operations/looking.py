"""Noting who looked at whom, for the people themselves to read."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Look
from cockpit.queries.scope import Sight

NOTED_AT_ONCE = 2000


def note_looks(*, sight: Sight, subjects: Iterable[int], kind: str, on: date) -> None:
    """Note that the viewer looked at people: once a viewer, person, place, kind and day, however often they do.

    `subjects`: ids of the people a page, a file or a report names. `kind`: of `Look.Kind`. Each is told by which
    organisation or cluster of theirs the viewer saw them, and of no other. Looking at oneself is not noted.
    Cost: 2 queries for each 2,000 people.
    """
    wanted = sorted({subject for subject in subjects if subject != sight.viewer.pk})
    for start in range(0, len(wanted), NOTED_AT_ONCE):
        places = sight.seen_through(wanted[start : start + NOTED_AT_ONCE])
        Look.objects.bulk_create(
            [
                Look(viewer=sight.viewer, viewer_of=name, subject_id=subject, kind=kind, day=on)
                for subject, names in places.items()
                for name in sorted(names)
            ],
            ignore_conflicts=True,
        )
