"""Did it help? A page of few questions that nobody has to answer."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.forms import HelpForm
from progress.models import Enrolment, HelpAsk
from progress.operations import helping
from progress.queries.enrolments import own_enrolment
from progress.queries.helping import is_complete, stands
from progress.views.people import LearnerRequest, SeeOther, signed_in

_TITLES = {
    "before": gettext_lazy("What can you do already?"),
    "end": gettext_lazy("Did it help?"),
    "later": gettext_lazy("Did you use it at work?"),
}


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def did_it_help(request: LearnerRequest, public_id: UUID, wave: str) -> HttpResponse:
    """Ask, keep what was answered, and say thank you. Opened again it says that the answer is kept."""
    try:
        enrolment = own_enrolment(request.user, public_id)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    if wave not in HelpAsk.Wave:
        raise Http404
    outline = serving.outline_of(enrolment.course, get_language())
    course_url = course_address(outline, get_language())
    if wave != HelpAsk.Wave.BEFORE and not is_complete(enrolment):
        return SeeOther(course_url)
    form = HelpForm(request.POST if request.method == "POST" else None, wave=wave, outcomes=outline.outcomes)
    at = timezone.now()
    if request.method == "POST" and "decline" in request.POST:
        helping.decline(enrolment=enrolment, wave=wave, at=at)  # type: ignore[arg-type]  # in Wave, as looked at above
        return SeeOther(course_url)
    if request.method == "POST" and form.is_valid():
        try:
            helping.give_answer(
                enrolment=enrolment,
                wave=wave,  # type: ignore[arg-type]  # as above
                answers=form.answers,
                ratings=form.ratings,
                at=at,
            )
            return SeeOther(request.path)
        except helping.NothingSaid:
            form.add_error(None, _("Answer one question at least, or go back to the course."))
    context: dict[str, Any] = {
        "title": _TITLES[wave],
        "wave": wave,
        "form": form,
        "outline": outline,
        "course_url": course_url,
        "is_answered": stands(enrolment, wave).is_answered,
        "page_language": get_language(),
    }
    return render(request, "progress/helping/ask.html", context)
