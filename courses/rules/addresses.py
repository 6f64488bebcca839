"""Addresses of a course: how they are put together, and the first words no page may take."""

from collections.abc import Iterable

from courses.rules.outline import Outline, OutlineItem

RESERVED_FIRST_WORDS = frozenset(
    {
        "account",
        "attempts",
        "case-studies",
        "certificates",
        "cms",
        "cockpit",
        "courses",
        "credentials",
        "documents",
        "downloads",
        "enrol",
        "enrolments",
        "healthz",
        "join",
        "learning-paths",
        "me",
        "media",
        "ops",
        "pictures",
        "readyz",
        "report",
        "search",
        "static",
        "verify",
    }
)
"""First words of addresses that the portal answers itself: a page of this name could never be reached."""


def is_reserved(slug: str, *, allowed: Iterable[str] = ()) -> bool:
    """Return whether a page right below a home page may not have this slug.

    `allowed` names the words a page type stands for itself, such as "courses" for the catalogue.
    """
    return slug.lower() in RESERVED_FIRST_WORDS - set(allowed)


def course_address(outline: Outline, language: str) -> str:
    """Return the address of a course page in the interface language `language`."""
    return f"/{language}/courses/{outline.slug}/"


def item_address(outline: Outline, item: OutlineItem, language: str) -> str:
    """Return the address of an item in the interface language `language`; a removed item leads to its course."""
    if item.removed or not item.path:
        return course_address(outline, language)
    return f"/{language}/courses/{outline.slug}/{item.path}/"
