"""Whether pages may go: asks those who keep records, about the keys that would be gone with the pages."""

from uuid import UUID

from django.db.models import QuerySet
from wagtail.models import Page

from courses.deletion import objection
from courses.models import Course, CoursePage
from courses.queries.releasing import why_drafts_stay


def subtree_of(page: Page) -> "QuerySet[Page]":
    """Return a page and all below it."""
    pages: QuerySet[Page] = Page.objects.filter(path__startswith=page.path)
    return pages


def keys_that_would_go(pages: "QuerySet[Page]") -> set[UUID]:
    """Return the keys that no page in the course's source language has once these pages are gone. Cost: 4 queries.

    So a translation may go while its source page stays.
    """
    rows = list(pages.order_by().values_list("pk", "path", "translation_key"))
    steps = {path[:end] for _, path, _ in rows for end in range(Page.steplen, len(path) + 1, Page.steplen)}
    courses = dict(CoursePage.objects.filter(path__in=steps).order_by().values_list("path", "translation_key"))
    if not courses:
        return set()
    source_languages = dict(Course.objects.filter(key__in=courses.values()).values_list("key", "source_language"))
    staying = set(
        Page.objects.filter(translation_key__in={key for _, _, key in rows})
        .exclude(pk__in=[pk for pk, _, _ in rows])
        .order_by()
        .values_list("translation_key", "locale__language_code")
    )
    gone = set()
    for _, path, key in rows:
        course_key = next((found for course_path, found in courses.items() if path.startswith(course_path)), None)
        if course_key is not None and (key, source_languages.get(course_key)) not in staying:
            gone.add(key)
    return gone


def why_not_delete(pages: "QuerySet[Page]") -> str | None:
    """Return why pages must stay, in words, or None. Cost: 5 queries and what the guards ask."""
    return objection(keys_that_would_go(pages)) or why_drafts_stay(pages)
