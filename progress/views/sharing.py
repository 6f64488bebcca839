"""What search engines and shared links are told of a course page."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from courses.models import Course
from courses.queries import serving
from courses.queries.paths import ShownPath
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline, OutlineItem
from courses.rules.paths import path_address


@dataclass(frozen=True, slots=True)
class Alternate:
    """The address of the same page in a language that has a text of it."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class PageAddresses:
    """`canonical` is the address in the language of the text, `fallback` the one for everybody else (x-default)."""

    canonical: str
    fallback: str
    alternates: tuple[Alternate, ...]


def course_addresses(outline: Outline) -> PageAddresses:
    """Return the addresses of a course page. No query."""
    urls = {language: _absolute(course_address(outline, language)) for language in outline.languages}
    return _addresses(urls, outline.language, outline.source_language)


def item_addresses(course: Course, outline: Outline, item: OutlineItem) -> PageAddresses:
    """Return the addresses of a step in the languages that have a text of the step itself.

    Cost: none once the outlines are held in the process.
    """
    urls = {}
    for language in outline.languages:
        there = serving.outline_of(course, language)
        found = there.by_key.get(item.key)
        if found is not None and found.language == language:
            urls[language] = _absolute(item_address(outline, item, language))
    return _addresses(urls, item.language, outline.source_language)


def path_addresses(shown: ShownPath) -> PageAddresses:
    """Return the addresses of a learning path. No query."""
    urls = {language: _absolute(path_address(shown.slug, language)) for language in shown.text.languages}
    return _addresses(urls, shown.text.language, shown.text.source_language)


def _addresses(urls: dict[str, str], text_language: str, source: str) -> PageAddresses:
    fallback = urls.get(source) or next(iter(urls.values()), "")
    return PageAddresses(
        canonical=urls.get(text_language) or fallback,
        fallback=fallback,
        alternates=tuple(Alternate(language, url) for language, url in urls.items()),
    )


def course_data(outline: Outline) -> SafeString:
    """Return the course as schema.org data, JSON that is safe inside a script element."""
    url = _absolute(course_address(outline, outline.language))
    offers_certificate = bool(outline.certificates)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": outline.title,
        "description": outline.summary,
        "url": url,
        "inLanguage": list(outline.languages),
        "isAccessibleForFree": True,
        "educationalLevel": outline.level,
        "timeRequired": f"PT{outline.hours}H",
        "license": outline.licence,
        "teaches": [text for _key, text in outline.outcomes],
        "provider": {"@type": "Organization", "name": settings.PORTAL_SITE_NAME, "url": settings.PORTAL_BASE_URL},
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR"},
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "Online",
            "courseWorkload": f"PT{outline.hours}H",
        },
    }
    if offers_certificate:
        data["educationalCredentialAwarded"] = outline.certificates[0].statement
    if outline.author:
        data["author"] = {"@type": "Organization", "name": outline.author}
    text = json.dumps(data, ensure_ascii=False)
    # Inside a script element only these could end it or begin a comment; as escapes they mean the same in JSON.
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(character, escape)
    return mark_safe(text)  # noqa: S308 - escaped in the lines above


def _absolute(path: str) -> str:
    return settings.PORTAL_BASE_URL + path
