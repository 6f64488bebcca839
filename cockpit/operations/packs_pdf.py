"""The PDF of an evidence pack: the tables with their charts, printed in the closed process that prints certificates."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from accounts.queries.visibility import Visibility
from certificates.printing import print_page
from cockpit.queries.evidence_tables import Table

MOST_ROWS = 400
"""Rows of a table in the PDF; the other files have all."""
_MEDIA_TYPES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def report_pdf(
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    method: Sequence[str],
    tables: Sequence[Table],
    visibility: Visibility | None,
    day: date,
) -> bytes:
    """Return the report as PDF in the language that is active: the same bytes for the same words.

    :raises certificates.printing.NotPrinted: if it cannot be made; `NoPrinter` where it never can.
    """
    page = render_to_string(
        "cockpit/reports/print/report.html",
        {
            "title": title,
            "facts": facts,
            "method": method,
            "tables": [(table, table.labelled(MOST_ROWS), _chart(table)) for table in tables],
            "visibility": visibility,
            "emblem": picture_address(visibility.emblem) if visibility else "",
            "day": day.isoformat(),
            "language": get_language(),
            "is_rtl": get_language_bidi(),
        },
    )
    return print_page([page], identifier=hashlib.sha256(page.encode()).hexdigest()[:32])


def picture_address(name: str) -> str:
    """Return a stored picture as a `data:` address; "" where there is none, or it is no PNG or JPEG."""
    if not name or not default_storage.exists(name):
        return ""
    with default_storage.open(name) as file:
        data = file.read()
    media_type = next((kind for start, kind in _MEDIA_TYPES.items() if data.startswith(start)), "")
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}" if media_type else ""


def _chart(table: Table) -> str:
    if not table.bars:
        return ""
    svg = render_to_string("cockpit/reports/print/chart.svg", {"table": table}).strip()
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
