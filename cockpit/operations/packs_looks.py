"""That somebody looked at people in a report, noted for each of them."""

from collections.abc import Iterable
from datetime import date

from accounts.models import Look, User

_AT_ONCE = 5_000


def note_report(*, viewer: User, viewer_of: str, subject_ids: Iterable[int], kind: str, on: date) -> None:
    """Note, once a day, that a viewer was given a file with these people's names. Nobody looks at themselves."""
    looks = [
        Look(viewer=viewer, viewer_of=viewer_of, subject_id=pk, kind=kind, day=on)
        for pk in sorted(set(subject_ids) - {viewer.pk})
    ]
    Look.objects.bulk_create(looks, ignore_conflicts=True, batch_size=_AT_ONCE)
