"""Links to the other languages of a page, and the current place in the navigation."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page

register = template.Library()


@dataclass(frozen=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def language_links(context: dict[str, Any]) -> list[LanguageLink]:
    """Return the page's address in every language of the site.

    Course pages are offered in all languages at the same address but for its first part. A page of the CMS has the
    addresses of its live translations (one query); where there is none, the link leads to that language's courses.
    """
    request = context.get("request")
    current = get_language()
    urls: dict[str, str] = {}
    page = context.get("page")
    own_path = request.path if request is not None else "/"
    if isinstance(page, Page):
        urls = {code: f"/{code}/courses/" for code, _name in settings.LANGUAGES}
        urls |= {
            translation.locale.language_code: translation.url
            for translation in page.get_translations(inclusive=True).live().select_related("locale")
            if translation.url
        }
    else:
        parts = own_path.split("/", 2)
        rest = parts[2] if len(parts) > 2 and parts[1] in dict(settings.LANGUAGES) else "courses/"
        urls = {code: f"/{code}/{rest}" for code, _name in settings.LANGUAGES}
    return [LanguageLink(code, name, urls[code], code == current) for code, name in settings.LANGUAGES]


@register.simple_tag(takes_context=True)
def in_section(context: dict[str, Any], word: str) -> bool:
    """Say whether the page lies below `/<language>/<word>/`."""
    request = context.get("request")
    return request is not None and request.path.split("/", 3)[2:3] == [word]
