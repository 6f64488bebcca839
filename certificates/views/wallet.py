"""One's own certificates, all on one page, and all that is stored of them."""

import json

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.forms import ShareForm
from certificates.models import NameVisibility
from certificates.printing import can_print
from certificates.queries.wallet import everything_of, wallet_of
from certificates.rules.profiles import EUROPASS
from certificates.views.parts import private, today
from foundation.access import Access, access
from progress.views.people import LearnerRequest, signed_in


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def mine(request: LearnerRequest) -> HttpResponse:
    """List one's certificates, and the courses whose certificate only waits for the name."""
    language = get_language()
    context = {
        "entries": wallet_of(request.user, language=language, today=today(), at=timezone.now()),
        "due": queries.due_certificates_of(request.user, language=language),
        "can_print": can_print(),
        "base_url": settings.PORTAL_BASE_URL,
        "share_form": ShareForm(),
        "visibilities": NameVisibility.choices,
        "europass": EUROPASS,
        "opened": request.GET.get("open", ""),
    }
    return private(render(request, "certificates/mine.html", context))


@access(Access.SIGNED_IN)
@require_safe
@signed_in
def everything(request: LearnerRequest) -> HttpResponse:
    """Hand out all that is stored of one's certificates, as JSON."""
    record = everything_of(request.user, at=timezone.now(), base_url=settings.PORTAL_BASE_URL)
    text = json.dumps(record, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="certificates.json"'
    return private(response)
