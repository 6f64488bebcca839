"""My people: who needs help first, and everybody in a table."""

from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.rules.sight import Sees
from cockpit.views.managing import PLACE, ManagerRequest, manages
from foundation.access import Access, access
from progress.views.people import LearnerRequest, SeeOther


@manages(Sees.ENROLMENTS)
@require_safe
def _people(request: ManagerRequest) -> HttpResponseBase:
    return render(request, "cockpit/managers/people.html", {})


@access(Access.MANAGERS)
@wraps(_people)
def people(request: HttpRequest) -> HttpResponseBase:
    """Show the people of a manager; somebody who only assesses is led to what waits to be marked."""
    try:
        return _people(request)
    except Http404:
        if PLACE not in request.GET and cast(LearnerRequest, request).user.shows_marking_link:
            return SeeOther(reverse("cockpit:queue"))
        raise
