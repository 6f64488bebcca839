"""The portal's addresses and one more: the control that every figure is compared with."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler403, handler404, handler500
from portal.urls import urlpatterns as portal_urlpatterns

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def base(request: HttpRequest) -> HttpResponse:
    """Answer with the reader's name: a session, a user, and nothing else."""
    return HttpResponse(str(request.user))


urlpatterns = i18n_patterns(path("base/", base)) + portal_urlpatterns
