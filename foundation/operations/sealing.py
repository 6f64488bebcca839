"""Seal rows that were added before there were seals."""

from django.db import models

from foundation.models import SealField, seal_of

_SEALED_AT_ONCE = 500


def seal_old_rows(model: type[models.Model]) -> int:
    """Seal rows that were added before there were seals; return how many. For migrations. Constant memory.

    It seals what it finds: a change made before is not seen by it, only by the digests that the rows hold themselves.
    """
    field = next(field for field in model._meta.concrete_fields if isinstance(field, SealField))
    rows = []
    count = 0
    for row in model._default_manager.filter(seal="").order_by("pk").iterator(chunk_size=_SEALED_AT_ONCE):
        row.seal = seal_of(row, field.leaving_out)  # type: ignore[attr-defined]  # any model with such a field
        rows.append(row)
        if len(rows) == _SEALED_AT_ONCE:
            count += model._default_manager.bulk_update(rows, ["seal"])
            rows.clear()
    return count + (model._default_manager.bulk_update(rows, ["seal"]) if rows else 0)
