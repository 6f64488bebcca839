"""The unit of work of the CMS: what one request of an editor changes becomes one edition."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from courses.operations.settling import one_edition

logger = logging.getLogger(__name__)

CMS_PREFIX = "/cms/"


class OneEditionMiddleware:
    """Settles the courses that a POST in the CMS changed, once, after its transaction was committed.

    Put behind the middleware that knows the user, before any that opens a transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path_info.startswith(CMS_PREFIX):
            return self.get_response(request)
        response: HttpResponse | None = None
        try:
            user = request.user if request.user.is_authenticated else None
            with one_edition(cause="publish", user=user, at=timezone.now()):
                response = self.get_response(request)
        except Exception:
            if response is None:
                raise
            # What the editor did is saved and flagged: the sweep makes the edition. An error page would say otherwise.
            logger.exception("Courses could not be settled after %s; they stay flagged.", request.path)
        return response
