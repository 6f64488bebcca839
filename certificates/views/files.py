"""Files of a certificate, for its holder and for who has a share link."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.operations.printing import document_of
from certificates.printing import NotPrinted
from certificates.queries.logos import logo_at
from certificates.views.parts import certificate_of_file_or_404, not_printed, private, today
from foundation.access import Access, access

FOR_EVER = "public, max-age=31536000, immutable"  # the address names the bytes
_LOGO_TYPES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@access(Access.EVERYONE)
@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the PDF to the holder, or to who has a share link; to anybody else it is as absent as none."""
    at = timezone.now()
    certificate = certificate_of_file_or_404(request, public_id, at=at)
    if not queries.status_of(certificate, today=today()).shows_contents:
        raise Http404
    try:
        document = document_of(certificate=certificate, language=get_language(), at=at)
    except NotPrinted as error:
        return not_printed(request, certificate, error)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}-{get_language()}.pdf"'
    return private(response)


@access(Access.EVERYONE)
@require_safe
def logo(request: HttpRequest, sha256: str) -> HttpResponse:
    """Answer the logo of an issuer, or the emblem of a project, as it was when a certificate was issued."""
    data = logo_at(sha256) or b""
    media_type = next((name for start, name in _LOGO_TYPES if data.startswith(start)), "")
    if not media_type:
        raise Http404
    response = HttpResponse(data, content_type=media_type)
    response["Cache-Control"] = FOR_EVER
    return response
