"""Pages for everybody: check a number, and a certificate for whoever has its address."""

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.forms import ShareForm
from certificates.models import Certificate, NameVisibility
from certificates.operations.checking import count_miss, may_look_up
from certificates.queries.notices import holder_notice
from certificates.queries.renewing import renewal_of
from certificates.views.parts import certificate_or_404, private, shown_on_page, today
from courses.models import Course
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.views.people import person_of


@access(Access.EVERYONE)
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a certificate by its number or the address of its page. Malformed and unknown are answered alike.

    Looked up first, and counted and refused only where there is none: one visitor of an office or a shared network who
    guesses cannot keep the others from checking what is real.
    """
    typed = request.GET.get("number", "")
    if not typed.strip():
        return private(render(request, "certificates/verify.html", {"typed": ""}))
    # A badge is longer than an address may be, so part of it at most has arrived.
    is_badge = typed.lstrip().startswith("{")
    certificate = None if is_badge else queries.find_certificate(typed)
    if certificate is None:
        address = get_adapter().get_client_ip(request)
        if not may_look_up(address):
            return private(render(request, "certificates/too_many.html", status=429))
        count_miss(address)
        # What was typed comes back, cut where it could not have been a number or an address any more.
        context = {"typed": "" if is_badge else typed[:200], "missed": True, "is_too_long": is_badge}
        return private(render(request, "certificates/verify.html", context, status=404))
    return private(render(request, "certificates/certificate.html", shown_on_page(request, certificate)))


@access(Access.EVERYONE)
@require_safe
def show(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a certificate to whoever has its address, and to its holder what only the holder may do.

    A link that the holder made opens the files too, until it ends. One that ended, or never was, is as good as none.
    """
    certificate = certificate_or_404(public_id)
    at = timezone.now()
    token = request.GET.get("share", "")
    is_shared = queries.is_shared(certificate, token, at=at)
    context = shown_on_page(request, certificate, has_file=is_shared)
    person = person_of(request)
    is_holder = person is not None and certificate.enrolment.learner_id == person.pk
    if is_holder:
        renewal = renewal_of(certificate, today=today())
        context |= {
            "renewal": renewal,
            "renewal_course_url": _url_of(renewal.begun.course) if renewal and renewal.begun else "",
            "notice": holder_notice(certificate, language=get_language(), today=today()),
            "is_holder": True,
            "visibilities": NameVisibility.choices,
            "share_links": queries.live_share_links(certificate, at=at),
            "next_link": queries.last_share_link_number(certificate) + 1,
            "share_form": ShareForm(),
            "qr": queries.qr_of(certificate, get_language()),
            "course_url": _course_url(certificate),
        }
    context["has_ended_link"] = bool(token) and not is_shared
    context["file_query"] = f"?share={token}" if is_shared else ""
    context["shows_files"] = context["shown"].status.shows_contents and (is_holder or is_shared)
    return private(render(request, "certificates/certificate.html", context))


def _course_url(certificate: Certificate) -> str:
    """Return where the course of a certificate is; nothing for a path, whose page may be gone."""
    if certificate.payload.get("path"):
        return ""
    return _url_of(serving.course_by_key(certificate.payload["course"]["key"]))


def _url_of(course: Course) -> str:
    return course_address(serving.outline_of(course, get_language()), get_language())
