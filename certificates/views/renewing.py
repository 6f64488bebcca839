"""The holder renews a certificate: the course begins again."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certificates.operations.renewing import NothingToRenew, TooEarly, renew_enrolment
from certificates.views.parts import own_certificate_or_404
from courses.queries import serving
from courses.rules.addresses import course_address
from foundation.access import Access, access
from progress.operations import NotOffered
from progress.views.people import LearnerRequest, SeeOther, signed_in


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def renew(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Begin the course of a certificate again. Whoever only opens the address is led to the certificate."""
    certificate = own_certificate_or_404(request, public_id)
    page = SeeOther(reverse("certificates:show", args=[certificate.public_id]))
    if request.method != "POST":
        return page
    course = certificate.enrolment.course
    try:
        renew_enrolment(learner=request.user, course=course, at=timezone.now())
    except TooEarly as error:
        messages.info(request, _("It can be renewed from %(date)s on.") % {"date": date_format(error.opens)})
        return page
    except NothingToRenew:
        messages.info(request, _("This certificate cannot be renewed."))
        return page
    except NotOffered:
        messages.warning(request, _("The course takes nobody in now, so this certificate cannot be renewed today."))
        return page
    messages.success(request, _("The course begins again. Your earlier certificate stays as it is."))
    return SeeOther(course_address(serving.outline_of(course, get_language()), get_language()))
