"""The home page, and addresses of standard pages that hold in every language."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from foundation.access import Access, access
from home.models import HomePage, StandardPage


@access(Access.EVERYONE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page of the language; where none is live, its courses."""
    page = HomePage.objects.live().filter(locale__language_code=get_language()).first()
    if page is None:
        return HttpResponseRedirect(f"/{get_language()}/courses/")
    return page.serve(request)


@access(Access.EVERYONE)
@require_safe
def standard_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a standard page in the reader's language, or in English under the reader's address, labelled as such."""
    pages = StandardPage.objects.live().filter(slug=slug, depth=3).select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    page = found.get(get_language() or "") or found.get(settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    return page.serve(request)
