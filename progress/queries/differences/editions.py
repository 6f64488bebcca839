"""What the readers hold of an edition: tolerant of one that was changed by hand, which its own reader names."""

from typing import Any
from uuid import UUID

from courses.models import CourseEdition
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from foundation.queries.differences import UNREADABLE


def versions_in(edition: int) -> dict[UUID, frozenset[str]]:
    """Return the digests of the versions of each quiz and assignment that an edition has or had. Cost: 1 query."""
    try:
        return {
            UUID(entry["key"]): frozenset(text["sha256"] for text in entry["versions"].values())
            for entry in _entries(edition)
            if entry["kind"] != "lesson"
        }
    except UNREADABLE:
        return {}


def keys_in(edition: int) -> frozenset[UUID]:
    """Return the keys of the steps that an edition has or had. Cost: 1 query."""
    try:
        return frozenset(UUID(entry["key"]) for entry in _entries(edition))
    except UNREADABLE:
        return frozenset()


def outline_of_edition(edition: int) -> Outline | None:
    """Return a course as it was in an edition. Cost: 1 query."""
    number, manifest = CourseEdition.objects.values_list("number", "manifest").get(pk=edition)
    try:
        return outline_at(manifest, language=manifest["source_language"], edition=number)
    except UNREADABLE:
        return None


def _entries(edition: int) -> list[Any]:
    manifest = CourseEdition.objects.values_list("manifest", flat=True).get(pk=edition)
    return [*manifest["tombstones"], *manifest["items"]]
