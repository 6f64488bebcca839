"""Issue the certificates of participation of a whole group: choose it, say names, watch it being done.

Names of many people are seen at once, so it is for those with the right over certificates, not for managers.
"""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.rules.sight import Sees
from certificates.operations import bulk
from certificates.queries.cohorts import (
    Cohort,
    cohort_job,
    cohort_of,
    courses_with_participation,
    organisations_with_learners,
    running_cohort_job,
)
from cockpit.forms.certificates import NamesForm
from cockpit.views.certificates import registrars
from cockpit.views.managing import rests_on
from courses.models import Course
from courses.queries import serving
from foundation.access import Access, access
from foundation.models import Job
from progress.views.people import LearnerRequest, SeeOther

REFRESH_SECONDS = 3


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def cohort(request: LearnerRequest) -> HttpResponse:
    """Choose a course and an organisation; see who is due and who is not; type missing names; begin to issue."""
    language = get_language()
    chosen_course, chosen_organisation = request.GET.get("course", ""), request.GET.get("organisation", "")
    context = {
        "courses": courses_with_participation(language),
        "organisations": organisations_with_learners(),
        "chosen_course": chosen_course,
        "chosen_organisation": chosen_organisation,
        "page_language": language,
    }
    course, organisation = _course(chosen_course), _organisation(chosen_organisation)
    if course is None or organisation is None:
        is_half = bool(chosen_course or chosen_organisation)
        return render(request, "cockpit/certificates/cohort.html", context | {"is_half": is_half})
    found = cohort_of(course, organisation, language=language, without=request.user)
    form = NamesForm(
        request.POST if request.method == "POST" else None, people=found.unnamed, initial={"token": uuid4()}
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            job = bulk.start_cohort_issue(
                course=course,
                organisation=organisation,
                names=form.names,
                by=request.user,
                token=form.cleaned_data["token"],
                at=timezone.now(),
            )
            return SeeOther(reverse("cockpit:cohort_issue", args=[job.public_id]))
        except bulk.NothingToIssue:
            messages.info(request, _("Nothing was issued: nobody here is complete and named without a certificate."))
            return SeeOther(request.get_full_path())
        except bulk.NotAllowed as error:
            raise Http404 from error
    elif request.method == "POST":
        status = 422
    return render(request, "cockpit/certificates/cohort.html", context | _of(found, form), status=status)


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_safe
@registrars
def cohort_issue(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show how far a bulk issue is, and what came of it. It reloads itself until it is over, without a script."""
    try:
        found = cohort_job(public_id, language=get_language())
    except Job.DoesNotExist as error:
        raise Http404 from error
    response = render(
        request, "cockpit/certificates/cohort_issue.html", {"issue": found, "page_language": get_language()}
    )
    if not found.progress.is_over:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _of(found: Cohort, form: NamesForm) -> dict[str, object]:
    return {"cohort": found, "form": form, "running": running_cohort_job(found.course, found.organisation)}


def _course(text: str) -> Course | None:
    try:
        course = serving.course_by_key(UUID(text))
    except (ValueError, Course.DoesNotExist):
        return None
    return course if course.current_edition_id else None


def _organisation(name: str) -> Organisation | None:
    return Organisation.objects.filter(name=name.replace("\x00", "")).first() if name else None
