"""Links to the other languages of a page, and the current place in the navigation."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

register = template.Library()

LONGEST_QUERY = 500  # characters; a longer one was not made by a form of ours


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool


@register.simple_tag
def site_name() -> str:
    """Return the site's name, for pages of packages that call something else `site_name`."""
    name: str = settings.PORTAL_SITE_NAME
    return name


@register.simple_tag(takes_context=True)
def language_links(context: dict[str, Any]) -> list[LanguageLink]:
    """Return the page's address in every language of the site.

    Course pages are offered in all languages at the same address but for its first part, with what was asked for
    (`?number=`, `?q=`). A page of the CMS has the addresses of its live translations (one query); where there is none,
    the link leads to that language's courses.
    """
    request = context.get("request")
    current = get_language()
    urls: dict[str, str] = {}
    page = context.get("page")
    own_path = request.path if request is not None else "/"
    if isinstance(page, Page) and not getattr(page, "answers_in_every_language", False):
        urls = {code: f"/{code}/courses/" for code, _name in settings.LANGUAGES} | _text_urls(page, own_path)
    else:
        rest = _rest_of(own_path) + _query_of(request)
        urls = {code: f"/{code}/{rest}" for code, _name in settings.LANGUAGES}
    return [LanguageLink(code, name, urls[code], code == current) for code, name in settings.LANGUAGES]


def _query_of(request: HttpRequest | None) -> str:
    """Return what a page was asked for: words searched, a certificate's number, facets. "" after a POST."""
    if request is None or request.method not in {"GET", "HEAD"} or not request.GET:
        return ""
    query = request.GET.urlencode()
    return f"?{query}" if len(query) <= LONGEST_QUERY else ""


def _rest_of(path: str) -> str:
    """Return a path without its language, or that of the courses for a path that has none."""
    parts = path.split("/", 2)
    return parts[2] if len(parts) > 2 and parts[1] in dict(settings.LANGUAGES) else "courses/"


def _text_urls(page: Page, own_path: str) -> dict[str, str]:
    """Return language -> path of the live texts of a page. Cost: 1 query for a page, however often it is asked."""
    if not hasattr(page, "_live_texts"):
        page._live_texts = list(page.get_translations(inclusive=True).live().select_related("locale"))
    if getattr(page, "answers_in_every_language", False):
        rest = _rest_of(own_path)
        return {text.locale.language_code: f"/{text.locale.language_code}/{rest}" for text in page._live_texts}
    return {text.locale.language_code: text.url for text in page._live_texts if text.url}


@register.inclusion_tag("components/alternates.html", takes_context=True)
def page_alternates(context: dict[str, Any]) -> dict[str, Any]:
    """Tell search engines the addresses of a page's texts, and which one a fallback stands for. Cost: 1 query.

    A story shown in English below /it/ is the English one: `canonical` says so, and no alternate is claimed for Italian.
    """
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, Page) or request is None or getattr(request, "is_preview", False):
        return {"links": [], "canonical": "", "default": ""}
    urls = _text_urls(page, request.path)
    return {
        "base_url": settings.PORTAL_BASE_URL,
        "links": [(code, urls[code]) for code, _name in settings.LANGUAGES if code in urls] if len(urls) > 1 else [],
        "canonical": urls.get(page.locale.language_code, ""),
        "default": urls.get(settings.LANGUAGE_CODE, ""),
    }


@register.simple_tag(takes_context=True)
def in_section(context: dict[str, Any], word: str) -> bool:
    """Say whether the page lies below `/<language>/<word>/`."""
    request = context.get("request")
    return request is not None and f"{request.path.rstrip('/')}/".split("/", 2)[-1].startswith(f"{word}/")
