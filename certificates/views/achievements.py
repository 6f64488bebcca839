"""The page of an achievement: what a certificate is for. Every badge names its address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from certificates.models import Achievement
from certificates.queries.achievements import achievement_at
from certificates.rendering import show_achievement
from foundation.access import Access, access


@access(Access.EVERYONE)
@require_safe
def achievement(request: HttpRequest, key: str) -> HttpResponse:
    """Show what is awarded, the same for all who hold it."""
    try:
        found = achievement_at(key)
    except Achievement.DoesNotExist as error:
        raise Http404 from error
    shown = show_achievement(found, get_language())
    response = render(request, "certificates/achievement.html", {"shown": shown})
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for portal.middleware.VisitorCacheMiddleware
    return response
