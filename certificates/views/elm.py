"""The European Learning Model file of a certificate, unsigned: what an issuer uploads to be sealed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.operations.european import european_file
from certificates.printing import NotPrinted
from certificates.rules.elm import NotExportable
from certificates.views.parts import certificate_of_file_or_404, not_printed, private, today
from foundation.access import Access, access


@access(Access.EVERYONE)
@require_safe
def elm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the file to the holder, or to who has a share link; to anybody else it is as absent as none.

    Unlike a badge it can say nothing of what happens later, so of a withdrawn or replaced certificate there is none.
    """
    at = timezone.now()
    certificate = certificate_of_file_or_404(request, public_id, at=at)
    status = queries.status_of(certificate, today=today())
    if not status.shows_contents or status.is_replaced:
        raise Http404
    language = get_language()
    try:
        text = european_file(certificate=certificate, language=language, at=at)
    except NotExportable as error:
        raise Http404 from error
    except NotPrinted as error:  # the model asks for a picture of the page
        return not_printed(request, certificate, error)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}-{language}-elm.json"'
    return private(response)
