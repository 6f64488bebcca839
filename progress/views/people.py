"""Who asks, and what kind of answer they want."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import User

# What a form of a question sent, carried through the sign-in; longer than any question's, it is nobody's answer.
# A page of all questions puts the number of the question before each name.
_CARRIED = re.compile(r"from|(q\d+-)?(option|text|pair-.+)")
_LONGEST_QUERY = 1500


class LearnerRequest(HttpRequest):
    """A request of somebody who signed in."""

    user: User


class SeeOther(HttpResponseRedirect):
    """Sends the browser on after a form, with GET, so that loading the page again sends nothing twice."""

    status_code = 303


def person_of(request: HttpRequest) -> User | None:
    """Return who signed in, or None.

    Without a session cookie the session is not even asked: that keeps visitors' pages alike for all, and cacheable.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script asks, not a person who looks at the page that comes back."""
    return request.headers.get("Accept") == "application/json"


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask visitors to sign in, and bring them back to this address afterwards.

    So every address of a form also answers GET, by leading to the page that has the form. An answer that was on its
    way when the session ended comes back too, chosen but not saved.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if person_of(request) is not None:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"text": _("Not saved: you are signed out. Sign in again to go on.")}, status=401)
        if text := left_behind(request):
            return render(request, "progress/text_kept.html", {"text": text}, status=401)
        return redirect_to_login(way_back(request))

    return inner


def way_back(request: HttpRequest) -> str:
    """Return the address that leads back to the form a request came from, with the answer it held in the query."""
    if request.method != "POST":
        return request.get_full_path()
    answer = QueryDict(mutable=True)
    for name in request.POST:
        sent = [value for value in request.POST.getlist(name) if value]
        if sent and _CARRIED.fullmatch(name):
            answer.setlist(name, sent)
    query = answer.urlencode()
    return f"{request.path}?{query}" if query and len(query) <= _LONGEST_QUERY else request.path


def left_behind(request: HttpRequest) -> str:
    """Return what somebody wrote that the way back has no room for, "" for nothing: then the page has to keep it."""
    if request.method != "POST":
        return ""
    if "?" in way_back(request):
        return ""
    names = [name for name in request.POST if name == "text" or name.endswith("-text")]
    return "\n\n".join(text for name in names for text in request.POST.getlist(name) if text.strip())
