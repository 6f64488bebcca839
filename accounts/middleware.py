"""When a session ends."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import ngettext

from accounts.rules.shared_devices import Visit, judge_visit, mark_shared


class SessionEndMiddleware:
    """End sessions on shared devices after 30 minutes without a request, and those of people who were switched off.

    Looks when the person is first asked for, so that a page that asks for nobody reads no session. Costs no query of
    its own, except one write every 5 minutes on a shared device.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(lambda: _current_user(request))  # type: ignore[assignment]  # as Django does
        return self.get_response(request)


def _current_user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    cached = getattr(request, "_cached_user", None)  # what Django keeps at sign-in too
    if cached is not None:
        return cached
    session, now = request.session, timezone.now()
    if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in session:
        visit = judge_visit(session, at=now, idle_end=timedelta(minutes=settings.PORTAL_SHARED_SESSION_MINUTES))
        if visit is Visit.OVER:
            session.flush()
            _tell_that_it_is_over(request)
        elif visit is Visit.TOUCH:
            mark_shared(session, at=now)
    user = get_user(request)
    if SESSION_KEY in session and not user.is_authenticated:
        session.flush()  # switched off meanwhile: the session must not come back to life with the account
    request._cached_user = user  # type: ignore[attr-defined]
    return user


def _tell_that_it_is_over(request: HttpRequest) -> None:
    minutes = settings.PORTAL_SHARED_SESSION_MINUTES
    words = ngettext(
        "You were signed out after %(minutes)s minute, because this device is shared. Your answers are saved.",
        "You were signed out after %(minutes)s minutes, because this device is shared. Your answers are saved.",
        minutes,
    )
    messages.info(request, words % {"minutes": minutes}, fail_silently=True)
