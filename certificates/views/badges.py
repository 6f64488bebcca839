"""Files for machines: the badge of a certificate, who signs, and the lists of what is revoked."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from certificates import queries
from certificates.models import StatusList
from certificates.operations.badges import NoBadge, sign_badge
from certificates.operations.keys import KeyMissing
from certificates.queries.badges import badge_of, status_list_at
from certificates.queries.keys import did_document_of, issuer_at
from certificates.rules.signing import text_of
from certificates.views.parts import certificate_of_file_or_404, private, today
from foundation.access import Access, access

STATUS_SECONDS = 30
"""For which a copy of a status list may be kept: with the time to sign it anew, what is revoked is known in a minute."""
_DID_SECONDS = 300
_RETRY_SECONDS = 60


@access(Access.EVERYONE)
@require_safe
def badge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the signed badge to the holder, or to who has a share link; to anybody else it is as absent as none.

    Of a withdrawn certificate only one that was signed before: whoever checks it finds that it is revoked.
    """
    at = timezone.now()
    certificate = certificate_of_file_or_404(request, public_id, at=at)
    status = queries.status_of(certificate, today=today())
    if not status.shows_contents and not status.is_withdrawn:
        raise Http404
    language = get_language()
    signed = badge_of(certificate, language)
    if signed is None:
        if status.is_withdrawn:
            raise Http404
        try:
            signed = sign_badge(certificate=certificate, language=language, at=at)
        except NoBadge as error:
            raise Http404 from error
        except KeyMissing:  # a machine asks: the status says it, and when to ask again
            response = HttpResponse(status=503, content_type="text/plain")
            response["Retry-After"] = str(_RETRY_SECONDS)
            return private(response)
    response = HttpResponse(signed.document, content_type="application/vc")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}-{language}-badge.json"'
    return private(response)


@access(Access.EVERYONE)
@require_safe
def did(request: HttpRequest, key: str = "") -> HttpResponse:
    """Show the DID document of the site, or of a further issuer: the keys whose signatures count."""
    issuer = issuer_at(key)
    if issuer is None:
        raise Http404
    return _open_to_all(text_of(did_document_of(issuer)), "application/did+json", _DID_SECONDS)


def _etag(request: HttpRequest, number: int) -> str | None:
    status_list = _list(request, number)
    return f'"{status_list.number}-{status_list.signed_at:%Y%m%dT%H%M%S%f}"' if status_list else None


def _list(request: HttpRequest, number: int) -> StatusList | None:
    # Read once for the two of them.
    if not hasattr(request, "status_list"):
        request.status_list = status_list_at(number)  # type: ignore[attr-defined]  # ours, for this answer only
    return request.status_list  # type: ignore[attr-defined]


@access(Access.EVERYONE)
@require_safe
@condition(etag_func=_etag)
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """Show a status list as it was signed last: one address for all holders, so that nobody can be followed by it."""
    found = _list(request, number)
    if found is None:
        raise Http404
    return _open_to_all(found.document, "application/vc", STATUS_SECONDS)


def _open_to_all(text: str, content_type: str, seconds: int) -> HttpResponse:
    """Answer programs on any page: these files are the same for everybody and hold nothing of a person."""
    response = HttpResponse(text, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
