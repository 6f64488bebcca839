"""A learner's own attempt, as every page of it begins: found, and ended where its time is over."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from progress.models import Attempt
from progress.operations.ending import end_if_over
from progress.queries.attempts import own_attempt
from progress.views.people import LearnerRequest, SeeOther, wants_json


def find_own(request: LearnerRequest, public_id: UUID) -> Attempt:
    """Return an attempt of the person who asks, ended with what was saved where its time is over.

    :raises Http404: if there is none, or it is somebody else's.
    """
    try:
        own = own_attempt(request.user, public_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    end_if_over(attempt=own, at=timezone.now())
    return own


def say_closed(request: LearnerRequest, own: Attempt) -> HttpResponse:
    """Say why an answer is not taken: the answers were sent, or it came too late. What was saved before is kept."""
    end_if_over(attempt=own, at=timezone.now())
    text = _("These answers were sent already. They stay as they were sent.")
    if own.ended_by_time and own.deadline_at is not None:
        until = timezone.localtime(own.deadline_at)
        text = _(
            "The time was over at %(time)s %(zone)s. This answer came too late and is not counted. What you had saved"
            " before was sent."
        ) % {"time": time_format(until, "TIME_FORMAT"), "zone": until.tzname()}
    if wants_json(request):
        return JsonResponse({"text": text}, status=409)
    messages.info(request, text)
    return SeeOther(reverse("progress:result", args=[own.public_id]))
