"""Pages of managers note whom they showed, so that people read who looked."""

from collections.abc import Iterable

from django.utils.timezone import localdate

from cockpit.operations.looking import note_looks
from cockpit.queries.scope import Sight
from foundation import scope


def note(sight: Sight, kind: str, people: Iterable[int]) -> None:
    """Note that the viewer looked at people, by their ids: in a list, on their page, in a file. Cost: as `note_looks`."""
    with scope.lifted():
        note_looks(sight=sight, subjects=people, kind=kind, on=localdate(sight.at))
