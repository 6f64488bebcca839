"""Pages of certificates: one's own, the name, a certificate for everybody who has its address, verify, files."""

from datetime import date
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certificates import operations, queries
from certificates.forms import NameForm
from certificates.models import Certificate, NameVisibility, ShareLink
from certificates.operations.checking import count_miss, may_look_up
from certificates.operations.printing import document_of
from certificates.printing import NoPrinter, NotPrinted, can_print
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.models import Enrolment
from progress.queries.enrolments import completion_of
from progress.views.people import LearnerRequest, SeeOther, person_of, signed_in

REFRESH_SECONDS = 5


@access(Access.EVERYONE)
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a certificate by its number or the address of its page. Malformed and unknown are answered alike."""
    typed = request.GET.get("number", "")
    if not typed.strip():
        return _private(render(request, "certificates/verify.html", {"typed": ""}))
    address = get_adapter().get_client_ip(request)
    if not may_look_up(address):
        return _private(render(request, "certificates/too_many.html", status=429))
    certificate = queries.find_certificate(typed)
    if certificate is None:
        count_miss(address)
        # What was typed comes back, cut where it could not have been a number or an address any more.
        return _private(render(request, "certificates/verify.html", {"typed": typed[:200], "missed": True}, status=404))
    return _private(render(request, "certificates/certificate.html", _shown(request, certificate)))


@access(Access.EVERYONE)
@require_safe
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a certificate to whoever has its address, and to its holder what only the holder may do."""
    certificate = _certificate(public_id)
    context = _shown(request, certificate)
    at = timezone.now()
    person = person_of(request)
    if person is not None and certificate.enrolment.learner_id == person.pk:
        context |= {
            "is_holder": True,
            "visibilities": NameVisibility.choices,
            "share_links": queries.live_share_links(certificate, at=at),
            "next_link": queries.last_share_link_number(certificate) + 1,
            "qr": queries.qr_of(certificate, get_language()),
            "course_url": _course_url(certificate),
        }
    token = request.GET.get("share", "")
    context["file_query"] = f"?share={token}" if queries.is_shared(certificate, token, at=at) else ""
    context["shows_files"] = context["shown"].status.shows_contents and bool(
        context.get("is_holder") or context["file_query"]
    )
    return _private(render(request, "certificates/certificate.html", context))


@access(Access.EVERYONE)
@require_safe
def pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand out the PDF to the holder, or to who has a share link; to anybody else it is as absent as none."""
    certificate = _certificate(public_id)
    at = timezone.now()
    person = person_of(request)
    is_holder = person is not None and certificate.enrolment.learner_id == person.pk
    if not is_holder and not queries.is_shared(certificate, request.GET.get("share", ""), at=at):
        raise Http404
    if not queries.status_of(certificate, today=_today()).shows_contents:
        raise Http404
    try:
        document = document_of(certificate=certificate, language=get_language(), at=at)
    except NoPrinter:
        return _private(render(request, "certificates/no_pdf.html", {"certificate": certificate}, status=503))
    except NotPrinted:
        response = render(request, "certificates/being_made.html", {"certificate": certificate}, status=503)
        response["Retry-After"] = response["Refresh"] = str(REFRESH_SECONDS)
        return _private(response)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{certificate.number}-{get_language()}.pdf"'
    return _private(response)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def name(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Ask for the name on the certificate and confirm it, before anything is issued."""
    try:
        enrolment = queries.own_enrolment(request.user, public_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    issued = queries.certificates_of_enrolment(enrolment)
    if issued:
        if request.method == "POST":
            messages.info(request, _("The certificate is issued. It keeps the name it has."))
        return SeeOther(reverse("certificates:show", args=[issued[0].public_id]))
    outline = serving.outline_of(enrolment.course, get_language())
    if not queries.offers_certificate(enrolment, outline):
        messages.info(request, _("This course gives no certificate."))
        return SeeOther(course_address(outline, get_language()))
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": _name_so_far(enrolment)})
    if request.method == "POST" and form.is_valid():
        try:
            operations.confirm_name(enrolment=enrolment, name=form.cleaned_data["name"], at=timezone.now())
        except operations.NameIsFixed:
            messages.info(request, _("The certificate is issued. It keeps the name it has."))
        issued = queries.certificates_of_enrolment(enrolment)
        if issued:
            return SeeOther(reverse("certificates:show", args=[issued[0].public_id]))
        messages.success(request, _("Your name is confirmed. The certificate comes when every step is done."))
        return SeeOther(course_address(outline, get_language()))
    context = {
        "form": form,
        "outline": outline,
        "course_url": course_address(outline, get_language()),
        "is_complete": completion_of(enrolment) is not None,
    }
    return _private(render(request, "certificates/name.html", context, status=422 if form.errors else 200))


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def mine(request: LearnerRequest) -> HttpResponse:
    """List one's certificates, and the courses whose certificate only waits for the name."""
    language = get_language()
    context = {
        "certificates": queries.certificates_of(request.user, language=language, today=_today()),
        "due": queries.due_certificates_of(request.user, language=language),
        "can_print": can_print(),
    }
    return _private(render(request, "certificates/mine.html", context))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def share(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Make a link that opens the certificate's files to whoever has it."""
    certificate = _own_certificate(request, public_id)
    if request.method == "POST":
        last = queries.last_share_link_number(certificate)
        typed = request.POST.get("number", "")
        # The number the form was drawn with; anything else cannot be meant and makes the next link.
        number = (
            int(typed)
            if typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= last + 1
            else None
        )
        try:
            operations.create_share_link(certificate=certificate, at=timezone.now(), number=number)
        except operations.TooManyLinks:
            messages.warning(request, _("There are 20 links already. End one, then make a new one."))
    return SeeOther(reverse("certificates:show", args=[public_id]) + "#share")


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def end_share(request: LearnerRequest, public_id: str, number: int) -> HttpResponse:
    """End a share link."""
    certificate = _own_certificate(request, public_id)
    if request.method == "POST":
        try:
            link = certificate.share_links.get(number=min(number, 2**31 - 1))
        except ShareLink.DoesNotExist as error:
            raise Http404 from error
        operations.end_share_link(link=link, at=timezone.now())
        messages.success(request, _("This link does not open anything any more."))
    return SeeOther(reverse("certificates:show", args=[public_id]) + "#share")


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_name(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Let the certificate's page show the name to others, or not."""
    certificate = _own_certificate(request, public_id)
    if request.method == "POST":
        wanted = request.POST.get("shown", "")
        if wanted in NameVisibility.values:
            operations.show_name(certificate=certificate, visibility=wanted)
    return SeeOther(reverse("certificates:show", args=[public_id]) + "#share")


def _shown(request: HttpRequest, certificate: Certificate) -> dict[str, Any]:
    shown = queries.show_certificate(certificate, language=get_language(), today=_today(), to=person_of(request))
    return {
        "shown": shown,
        "checked_at": timezone.now(),
        "can_print": can_print(),
        "base_url": settings.PORTAL_BASE_URL,
    }


def _certificate(public_id: str) -> Certificate:
    try:
        return queries.certificate_by_public_id(public_id.replace("\x00", ""))
    except Certificate.DoesNotExist as error:
        raise Http404 from error


def _own_certificate(request: LearnerRequest, public_id: str) -> Certificate:
    try:
        return queries.own_certificate(request.user, public_id.replace("\x00", ""))
    except Certificate.DoesNotExist as error:
        raise Http404 from error


def _course_url(certificate: Certificate) -> str:
    course = serving.course_by_key(certificate.payload["course"]["key"])
    return course_address(serving.outline_of(course, get_language()), get_language())


def _name_so_far(enrolment: Enrolment) -> str:
    """Return the name confirmed before, else nothing: one press on a name to be greeted by must not certify it."""
    confirmed = queries.holder_name(enrolment)
    return confirmed.name if confirmed else ""


def _private(response: HttpResponse) -> HttpResponse:
    """Keep a page about one certificate out of search engines."""
    response["X-Robots-Tag"] = "noindex"
    return response


def _today() -> date:
    return timezone.localdate()
