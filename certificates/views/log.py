"""The published heads of the log: files for machines and for whoever keeps them, the same for everybody."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certificates.models import LogHead
from certificates.queries.log import head_of, latest_head
from foundation.access import Access, access

_LATEST_FOR = 300  # seconds
_DAY_FOR = 86_400


@access(Access.EVERYONE)
@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """Show the head that was signed last."""
    return _shown(latest_head(), _LATEST_FOR)


@access(Access.EVERYONE)
@require_safe
def of_day(request: HttpRequest, day: str) -> HttpResponse:
    """Show the head of a day, which never changes."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if wanted.isoformat() != day:  # one address a day
        raise Http404
    return _shown(head_of(wanted), _DAY_FOR)


def _shown(head: LogHead | None, seconds: int) -> HttpResponse:
    if head is None:
        raise Http404
    response = HttpResponse(head.document, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["ETag"] = f'"{head.seal}"'
    return response
