"""What the holder decides: the name on a certificate, who sees it, and the links that open its files."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certificates import operations, queries
from certificates.forms import NameForm, ShareForm
from certificates.models import Certificate, NameVisibility, ShareLink
from certificates.views.parts import own_certificate_or_404, private
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.models import Enrolment
from progress.queries.enrolments import completion_of
from progress.views.people import LearnerRequest, SeeOther, signed_in

# Where on a page something is decided, and so where it is said that it was.
_LINKS, _NAME = "links", "name"


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
    form = NameForm(request.POST if request.method == "POST" else None, initial=_so_far(enrolment))
    if request.method == "POST" and form.is_valid():
        try:
            operations.confirm_name(enrolment=enrolment, at=timezone.now(), **form.cleaned_data)
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
    return private(render(request, "certificates/name.html", context, status=422 if form.errors else 200))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def share(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Make a link that opens the certificate's files to whoever has it."""
    certificate = own_certificate_or_404(request, public_id)
    if request.method == "POST":
        last = queries.last_share_link_number(certificate)
        typed = request.POST.get("number", "")
        # The number the form was drawn with; anything else cannot be meant and makes the next link.
        number = (
            int(typed)
            if typed.isascii() and typed.isdigit() and len(typed) < 6 and 1 <= int(typed) <= last + 1
            else None
        )
        form = ShareForm(request.POST)
        # What the form does not offer is the shortest that it does: a link must not stay open longer than was meant.
        days = form.cleaned_data["days"] if form.is_valid() else ShareForm.SHORTEST
        _make_link(request, certificate, number=number, days=days, last=last)
    return _back(request, certificate, _LINKS)


def _make_link(request: LearnerRequest, certificate: Certificate, *, number: int | None, days: int, last: int) -> None:
    """Make a link and say so; a form sent twice, or once more after going back, is told which link it made."""
    at = timezone.now()
    place = f"{_LINKS}-{certificate.number}"
    try:
        link = operations.create_share_link(certificate=certificate, at=at, number=number, days=days or None)
    except operations.TooManyLinks:
        messages.warning(request, _("There are 20 links already. End one, then make a new one."), extra_tags=place)
        return
    said = {"number": link.number}
    if link.expires_at is not None and link.expires_at <= at:
        words = _("Link %(number)s was made before and has ended. Make a new one below.") % said
        messages.warning(request, words, extra_tags=place)
    elif link.number <= last:
        words = _("Link %(number)s is there already. Copy its address below, or make another one.") % said
        messages.info(request, words, extra_tags=place)
    else:
        words = _("Link %(number)s is made. Copy its address below.") % said
        messages.success(request, words, extra_tags=place)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def end_share(request: LearnerRequest, public_id: str, number: int) -> HttpResponse:
    """End a share link."""
    certificate = own_certificate_or_404(request, public_id)
    if request.method == "POST":
        try:
            link = certificate.share_links.get(number=min(number, 2**31 - 1))
        except ShareLink.DoesNotExist as error:
            raise Http404 from error
        operations.end_share_link(link=link, at=timezone.now())
        words = _("Link %(number)s does not open anything any more.") % {"number": link.number}
        messages.success(request, words, extra_tags=f"{_LINKS}-{certificate.number}")
    return _back(request, certificate, _LINKS)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_name(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Let the certificate's page show others the full name, initials, or no name."""
    certificate = own_certificate_or_404(request, public_id)
    if request.method == "POST":
        wanted = request.POST.get("shown", "")
        if wanted in NameVisibility.values:
            operations.show_name(certificate=certificate, visibility=wanted)
            words = _("Saved. What others see of your name: %(choice)s.") % {"choice": NameVisibility(wanted).label}
            messages.success(request, words, extra_tags=f"{_NAME}-{certificate.number}")
        else:
            words = _("Choose what others see of your name.")
            messages.warning(request, words, extra_tags=f"{_NAME}-{certificate.number}")
    return _back(request, certificate, _NAME)


def _back(request: LearnerRequest, certificate: Certificate, place: str) -> SeeOther:
    """Lead back to the page that the form stood on, at the place of it, with its box open."""
    if request.POST.get("from") == "wallet":
        number = certificate.number
        return SeeOther(f"{reverse('certificates:mine')}?open={number}#{place}-{number}")
    anchor = "share" if place == _LINKS else place
    return SeeOther(reverse("certificates:show", args=[certificate.public_id]) + f"#{anchor}")


def _so_far(enrolment: Enrolment) -> dict[str, str]:
    """Return what was confirmed before, else no name: one press on a name to be greeted by must not certify it."""
    confirmed = queries.holder_name(enrolment)
    if confirmed is None:
        return {"name": "", "visibility": NameVisibility.FULL}
    return {"name": confirmed.name, "visibility": confirmed.visibility}
