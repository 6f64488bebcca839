"""One's own certificates, all on one page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates import queries
from certificates.printing import can_print
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
        "certificates": queries.certificates_of(request.user, language=language, today=today()),
        "due": queries.due_certificates_of(request.user, language=language),
        "can_print": can_print(),
    }
    return private(render(request, "certificates/mine.html", context))
