"""One story in every language of the site: its page, its sheet for half an hour, its picture for shared links."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from case_studies import queries
from case_studies.models import CaseStudyPage
from case_studies.rendering import drawn, share_svg
from foundation.access import Access, access

KEEP_DRAWN = 24 * 3600
"""Seconds. What is kept has the page's key and the drawing's digest in its name, so nothing old is shown; of a page that is
taken off the site it has no address, and is gone a day later (decision 0030)."""


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _found(slug: str) -> CaseStudyPage:
    """Return the live story of an address, also of one it had before. Cost: 1 query, 3 for an old address.

    :raises Http404: if there is none.
    """
    page = queries.find_case(slug, language=_language()) or queries.moved_case(slug, language=_language())
    if page is None:
        raise Http404
    return page


@access(Access.EVERYONE)
@require_safe
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a story in the reader's language, else in English under the reader's address, labelled as such."""
    page = _found(slug)
    if page.slug != slug:
        return HttpResponsePermanentRedirect(queries.case_address(page.slug, _language()))
    return page.serve(request)


@access(Access.EVERYONE)
@require_safe
def try_it(request: HttpRequest, slug: str) -> HttpResponse:
    """Show "Try it in 30 minutes" as one sheet to print, with room for notes."""
    page = _found(slug)
    if page.slug != slug:
        return HttpResponsePermanentRedirect(reverse("case_studies:try_it", args=[page.slug]))
    address = settings.PORTAL_BASE_URL + queries.case_address(page.slug, _language())
    response = render(request, "case_studies/try_it.html", {"page": page, "address": address})
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


@access(Access.EVERYONE)
@require_safe
def share_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the picture that a shared link to the story shows (1200 x 630), drawn once and kept."""
    page = _found(slug)
    if page.slug != slug:
        return HttpResponsePermanentRedirect(reverse("case_studies:share_picture", args=[page.slug]))
    svg = share_svg(page)
    name = f"case-share-{page.translation_key.hex}-{hashlib.sha256(svg.encode()).hexdigest()}"
    picture = cache.get(name)
    if picture is None:
        picture = drawn(svg)
        cache.set(name, picture, KEEP_DRAWN)
    response = HttpResponse(picture, content_type="image/png")
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response
