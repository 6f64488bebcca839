"""The sheet that is filled in outside the portal, with a row for each participant."""

import io
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cockpit.operations.packs_files import write_xlsx
from cockpit.queries.evidence_tables import Column, Table

SHEET_HEADINGS = (gettext_lazy("Gender"), gettext_lazy("Age band"), gettext_lazy("Employment"))
"""What funders ask most; the columns may be renamed, taken out and added to."""


def sheet_xlsx(people: Iterable[tuple[str, str, str]], *, day: date) -> bytes:
    """Return the sheet as XLSX. Headings of the first three columns stay in English: they are read again."""
    columns = (
        Column("code", "code"),
        Column("name", "name"),
        Column("enterprise", "enterprise"),
        *(Column(f"asked-{number}", str(heading)) for number, heading in enumerate(SHEET_HEADINGS)),
    )
    empty = ("",) * len(SHEET_HEADINGS)
    rows = tuple((code, name or _("erased"), enterprise, *empty) for code, name, enterprise in people)
    out = io.BytesIO()
    write_xlsx(out, title="", texts=(), tables=(Table("sheet", _("Participants"), columns, rows),), lines=None, day=day)
    return out.getvalue()
