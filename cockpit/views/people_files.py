"""The table of people as a file: sent while it is read, so that 100,000 lines take no more room than a few."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from itertools import chain, islice

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localdate
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Look
from accounts.rules.sight import Sees
from cockpit.queries.people_files import people_lines
from cockpit.rules.people_sheet import XLSX, Cell, sheet_members
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.people import STATES, chosen_of
from cockpit.views.people_looks import note
from courses.rules.package.zip_stream import Sent, zip_stream
from foundation.rules.spreadsheets import as_text

_ROWS_AT_ONCE = 500


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def people_csv(request: ManagerRequest) -> HttpResponseBase:
    """Give the filtered table as CSV."""
    return csv_answer(request, "people", _headings(), _cells(request))


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def people_xlsx(request: ManagerRequest) -> HttpResponseBase:
    """Give the filtered table as a spreadsheet."""
    members = sheet_members(_("People"), _headings(), _cells(request))
    parts = zip_stream(members, at=request.sight.at, sent=Sent())
    return _file(request, parts, f"people-{localdate(request.sight.at)}.xlsx", XLSX)


def csv_answer(
    request: ManagerRequest, name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return rows as CSV in UTF-8 with the mark that spreadsheets know it by, sent piece by piece; no formula runs."""
    file_name = f"{name}-{localdate(request.sight.at)}.csv"
    return _file(request, _csv(headings, rows), file_name, "text/csv; charset=utf-8")


def _csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    lines = chain([headings], rows)
    while some := list(islice(lines, _ROWS_AT_ONCE)):
        out = StringIO()
        csv.writer(out).writerows([as_text(_plain(cell)) for cell in row] for row in some)
        yield out.getvalue().encode()


def _plain(cell: Cell) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell


def _file(request: ManagerRequest, parts: Iterable[bytes], name: str, kind: str) -> StreamingHttpResponse:
    # Words of later lines are asked for after the view has ended, and with it the language of the address.
    answer = StreamingHttpResponse(_in_language(parts, get_language() or "en"), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _in_language(parts: Iterable[bytes], language: str) -> Iterator[bytes]:
    left = iter(parts)
    while True:
        with override(language):
            part = next(left, None)
        if part is None:
            return
        yield part


def _headings() -> list[str]:
    return [
        _("Name"),
        _("Organisation"),
        _("Course"),
        _("State"),
        _("Steps done"),
        _("Steps"),
        _("In it since"),
        _("Last step"),
        _("Done on"),
        _("Left on"),
    ]


def _cells(request: ManagerRequest) -> Iterator[Sequence[Cell]]:
    sight = request.sight
    lines = people_lines(
        sight,
        chosen_of(request.GET),
        language=get_language() or "en",
        note=lambda people: note(sight, Look.Kind.EXPORT, people),
    )
    states = {state: str(label) for state, label in STATES.items()}
    for line in lines:
        yield (*line[:3], states[line[3]], *line[4:])
