"""What people need to be assessed fairly: set by a manager or assessor of theirs, or by an operator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from foundation.access import Access, access
from progress.forms import AccommodationForm
from progress.operations.accommodating import set_accommodation
from progress.queries.accommodations import find_person, granted_to, may_set_any, people_of, row_of
from progress.views.people import LearnerRequest, SeeOther, signed_in

PEOPLE_A_PAGE = 25


@access(Access.OWN)
@never_cache
@require_safe
@signed_in
def accommodations(request: LearnerRequest) -> HttpResponse:
    """List the people for whom somebody may set an accommodation, to be looked for by name."""
    on = timezone.localdate()
    if not may_set_any(request.user, on=on):
        raise Http404
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    page = Paginator(people_of(request.user, on=on, words=words), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [row_of(person) for person in page],
        "words": words,
        "page_language": get_language(),
    }
    return render(request, "progress/accommodations.html", context)


@access(Access.OWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def accommodation(request: LearnerRequest, token: str) -> HttpResponse:
    """Show and set what one person is granted."""
    try:
        person = find_person(request.user, token, on=timezone.localdate())
    except User.DoesNotExist as error:
        raise Http404 from error
    granted = granted_to(person)
    form = AccommodationForm(request.POST or None, instance=granted)
    if request.method == "POST" and form.is_valid():
        set_accommodation(person=person, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Saved for %(name)s. It holds from now on.") % {"name": person})
        return SeeOther(reverse("progress:accommodations"))
    context = {"form": form, "person": person, "page_language": get_language()}
    return render(request, "progress/accommodation.html", context, status=422 if form.errors else 200)
