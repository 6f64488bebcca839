"""What came from which text: the loaders' memory, over `LoadedObject`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from portal.models import LoadedObject

Say = Callable[[str], None]
"""Takes a line of progress, in words."""


class Ledger:
    """The loaded objects of one run, read once. `say` is told what an operator should know."""

    def __init__(self, *, at: datetime, say: Say) -> None:
        self.at = at
        self.say = say
        self.change_count = 0
        self._rows = {row.source: row for row in LoadedObject.objects.all()}
        self._seen: set[str] = set()

    def find(self, source: str) -> LoadedObject | None:
        """Return what was loaded from `source`, and note that the text is still there."""
        self._seen.add(source)
        return self._rows.get(source)

    def is_current(self, source: str, sha256: str) -> bool:
        """Return whether `source` was loaded and says the same as it did then."""
        row = self.find(source)
        return row is not None and row.sha256 == sha256

    def record(self, source: str, target: models.Model, *, sha256: str, state: str = "") -> None:
        """Keep that `target` was made or updated from `source` just now."""
        self.change_count += 1
        self._seen.add(source)
        values: dict[str, Any] = {
            "sha256": sha256,
            "state": state,
            "content_type": ContentType.objects.get_for_model(target),
            "object_id": str(target.pk),
            "loaded_at": self.at,
        }
        self._rows[source], _is_new = LoadedObject.objects.update_or_create(source=source, defaults=values)

    def gone(self, prefix: str) -> Iterator[str]:
        """Yield the sources below `prefix` that were loaded once and whose text is no longer there."""
        for source in sorted(self._rows):
            if source.startswith(prefix) and source not in self._seen:
                yield source
