"""The whole lists behind the first page of the CMS: all that waits for somebody, page by page."""

from typing import cast

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info, gettext
from django.views.decorators.http import require_safe

from accounts.models import User
from foundation.access import Access, access
from home.queries.translations import lacking_in
from home.queries.waiting import Part, Waiting
from home.rendering import LISTS, TRANSLATIONS, words_of_count

PER_PAGE = 50


@access(Access.EDITORS)
@require_safe
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one of the lists, 50 rows a page; translations by language, and one language with `?language=`."""
    entry = LISTS.get(slug)
    if entry is None:
        raise Http404
    person, heading = cast(User, request.user), str(entry.heading)
    number = _page_number(request.GET.get("p", ""))
    part = Part(PER_PAGE, start=(number - 1) * PER_PAGE)
    language = request.GET.get("language", "") if slug == TRANSLATIONS else ""
    if language:
        if language not in dict(settings.LANGUAGES):
            raise Http404
        found: Waiting = lacking_in(person, language=language, part=part)
        heading = f"{heading}: {get_language_info(language)['name_local']}"
    else:
        found = entry.read(person, timezone.localdate(), part)
    # Counts what there is, so that the last page is known; the rows are read already.
    pages = Paginator(range(found.count if language or slug != TRANSLATIONS else 0), PER_PAGE)
    context = {
        "entry": entry,
        "found": found,
        "heading": heading,
        "count_words": words_of_count(entry, found.count),
        "page": pages.get_page(number),
        "language": language,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
            {"url": "", "label": heading},
        ],
    }
    return render(request, "home/cms/waiting.html", context)


def _page_number(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1  # no list is longer
