"""The European Learning Model file of a certificate, unsigned: what an issuer uploads to be sealed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.operations.european import european_file
from certificates.printing import NoPrinter, NotPrinted
from certificates.rules.elm import NotExportable
from certificates.views.files import REFRESH_SECONDS
from certificates.views.parts import certificate_or_404, private, today
from foundation.access import Access, access
from progress.views.people import person_of


@access(Access.EVERYONE)
@require_safe
def elm(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the file to the holder, or to who has a share link; to anybody else it is as absent as none.

    Unlike a badge it can say nothing of what happens later, so of a withdrawn or replaced certificate there is none.
    """
    certificate = certificate_or_404(public_id)
    at = timezone.now()
    person = person_of(request)
    is_holder = person is not None and certificate.enrolment.learner_id == person.pk
    if not is_holder and not queries.is_shared(certificate, request.GET.get("share", ""), at=at):
        raise Http404
    status = queries.status_of(certificate, today=today())
    if not status.shows_contents or status.is_replaced:
        raise Http404
    language = get_language()
    try:
        text = european_file(certificate=certificate, language=language, at=at)
    except NotExportable as error:
        raise Http404 from error
    except NoPrinter:  # the model asks for a picture of the page
        return private(render(request, "certificates/no_pdf.html", {"certificate": certificate}, status=503))
    except NotPrinted:
        response = render(request, "certificates/being_made.html", {"certificate": certificate}, status=503)
        response["Retry-After"] = response["Refresh"] = str(REFRESH_SECONDS)
        return private(response)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{certificate.number}-{language}-elm.json"'
    return private(response)
