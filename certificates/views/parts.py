"""What views of certificates share: who asks for which certificate, and what every answer carries."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from certificates import queries
from certificates.models import Certificate
from certificates.printing import NoPrinter, NotPrinted, can_print
from certificates.queries.resting import courses_of_path
from progress.views.people import LearnerRequest, person_of

REFRESH_SECONDS = 5


def shown_on_page(request: HttpRequest, certificate: Certificate, *, has_file: bool = False) -> dict[str, Any]:
    """Return what a page shows of a certificate; with the name where who asks has its file anyway.

    Cost: 2 queries for a certificate of a learning path, none else, where it was read by `certificates.queries`.
    """
    shown = queries.show_certificate(
        certificate, language=get_language(), today=today(), to=person_of(request), has_file=has_file
    )
    shows = shown.status.shows_contents
    return {
        "shown": shown,
        "path_courses": courses_of_path(certificate, language=get_language(), today=today()) if shows else (),
        "checked_at": timezone.now(),
        "can_print": can_print(),
        "base_url": settings.PORTAL_BASE_URL,
    }


def certificate_or_404(public_id: str) -> Certificate:
    try:
        return queries.certificate_by_public_id(public_id.replace("\x00", ""))
    except Certificate.DoesNotExist as error:
        raise Http404 from error


def certificate_of_file_or_404(request: HttpRequest, public_id: str, *, at: datetime) -> Certificate:
    """Return a certificate whose files may be had: by its holder, or by who has a share link that is open."""
    certificate = certificate_or_404(public_id)
    person = person_of(request)
    is_holder = person is not None and certificate.enrolment.learner_id == person.pk
    if not is_holder and not queries.is_shared(certificate, request.GET.get("share", ""), at=at):
        raise Http404
    return certificate


def own_certificate_or_404(request: LearnerRequest, public_id: str) -> Certificate:
    try:
        return queries.own_certificate(request.user, public_id.replace("\x00", ""))
    except Certificate.DoesNotExist as error:
        raise Http404 from error


def not_printed(request: HttpRequest, certificate: Certificate, problem: NotPrinted) -> HttpResponse:
    """Say that a file is being made and ask again soon, or that this machine prints none."""
    if isinstance(problem, NoPrinter):
        return private(render(request, "certificates/no_pdf.html", {"certificate": certificate}, status=503))
    response = render(request, "certificates/being_made.html", {"certificate": certificate}, status=503)
    response["Retry-After"] = response["Refresh"] = str(REFRESH_SECONDS)
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page about one certificate out of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response


def today() -> date:
    return timezone.localdate()
