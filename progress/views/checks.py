"""Ask a person to check a result."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from foundation.access import Access, access
from progress.forms import CheckForm
from progress.models import Attempt
from progress.operations.checking import CannotAsk, ask_for_check
from progress.operations.marking_by_hand import NotSentYet
from progress.queries.attempts import own_attempt
from progress.views.people import LearnerRequest, SeeOther, signed_in


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Have a person look at the result. Asking again leads to the same place."""
    try:
        attempt = own_attempt(request.user, public_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    address = reverse("progress:result", args=[public_id])
    if request.method != "POST":
        return SeeOther(address)
    form = CheckForm(request.POST)
    try:
        ask_for_check(attempt=attempt, words=form.words, at=timezone.now())
    except NotSentYet:
        return SeeOther(reverse("progress:check", args=[public_id]))
    except CannotAsk:
        messages.info(request, _("This result is not checked again now. The page says why."))
    return SeeOther(f"{address}#check")
