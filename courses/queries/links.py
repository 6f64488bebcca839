"""Addresses of pages by translation key, for the links in frozen texts."""

from collections.abc import Iterable
from uuid import UUID

from wagtail.models import Page

from courses.models import CourseAddress, ItemAddress
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline


def addresses_of(keys: Iterable[str], *, outline: Outline | None, language: str) -> dict[str, str]:
    """Return addresses by translation key; a page that has none is left out.

    What the outline of the course knows costs nothing. Others cost 1 query for courses, 1 for lessons and quizzes and 2
    for other pages of the site, each only while keys are left.
    """
    found: dict[str, str] = {}
    left = set(keys)
    if outline is not None:
        if outline.course_key in left:
            found[outline.course_key] = course_address(outline, language)
        for key in left & outline.by_key.keys():
            found[key] = item_address(outline, outline.by_key[key], language)
        for module in outline.modules:
            if module.key in left:
                found[module.key] = f"{course_address(outline, language)}#{module.slug}"
        left -= found.keys()
    for look_up in (_courses, _items, _pages):
        if left:
            found.update(look_up(left, language))
            left -= found.keys()
    return found


def _courses(keys: set[str], language: str) -> dict[str, str]:
    rows = CourseAddress.objects.filter(course__key__in=_uuids(keys), current=True)
    return {str(key): f"/{language}/courses/{slug}/" for key, slug in rows.values_list("course__key", "slug")}


def _items(keys: set[str], language: str) -> dict[str, str]:
    rows = ItemAddress.objects.filter(
        item_key__in=_uuids(keys), current=True, course__addresses__current=True
    ).values_list("item_key", "course__addresses__slug", "path")
    return {str(key): f"/{language}/courses/{slug}/{path}/" for key, slug, path in rows}


def _pages(keys: set[str], language: str) -> dict[str, str]:
    """Return addresses of other live pages: in the language asked for, else in the one they were written in."""
    pages = Page.objects.filter(translation_key__in=_uuids(keys), live=True).select_related("locale").order_by("pk")
    found: dict[str, str] = {}
    for page in pages:
        key = str(page.translation_key)
        if (key not in found or page.locale.language_code == language) and page.url:
            found[key] = page.url
    return found


def _uuids(keys: set[str]) -> list[UUID]:
    return [UUID(key) for key in keys]
