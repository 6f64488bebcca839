"""From the pages of a learning path to an edition of it: one for each change of what is published.

A save flags the path as it flags a course (`courses.operations.settling`); the flag, and what else was not settled, is
found by the sweep. What somebody earned rests on the edition and stays, whatever becomes of the pages.
"""

from datetime import datetime
from uuid import UUID

from courses.announcing import announce_path
from courses.models import EditionDue, LearningPath, LearningPathEdition
from courses.operations.snapshots import in_one_snapshot
from courses.queries.paths import read_path
from courses.rules.paths import PathPages, frozen_path
from foundation.rules.canonical import digest


def settle_path(*, path_key: UUID, at: datetime) -> LearningPathEdition | None:
    """Bring a path's edition up to its live pages; return a new edition, or None. Cost: 7 queries, 10 for a new one.

    Locks the path, so of two that settle at once the second sees what the first one made. Pages that are no longer live
    close the path and make no edition; when they are live again it is open. Its address is the first it had.

    :raises OperationalError: when others were quicker 20 times.
    """
    return in_one_snapshot(lambda: _settle(path_key, at))


def _settle(path_key: UUID, at: datetime) -> LearningPathEdition | None:
    due = list(EditionDue.objects.filter(course_key=path_key).values_list("pk", flat=True))
    path = (
        LearningPath.objects.select_for_update(of=("self",), no_key=True)
        .select_related("current_edition")
        .filter(key=path_key)
        .first()
    )
    pages = read_path(path_key, path.source_language if path else None)
    is_live = pages is not None and pages.live
    edition = None
    if path is None and pages is not None and is_live:
        path = LearningPath.objects.create(
            key=path_key, source_language=pages.source_language, slug=_free_slug(pages.slug), archived_at=at
        )
    if path is not None and pages is not None and is_live:
        edition = _open(path, pages, at)
    elif path is not None and path.archived_at is None:
        path.archived_at = at
        path.save(update_fields=["archived_at"])
    if due:
        EditionDue.objects.filter(pk__in=due).delete()
    return edition


def _open(path: LearningPath, pages: PathPages, at: datetime) -> LearningPathEdition | None:
    previous = path.current_edition
    body = frozen_path(pages, previous.body if previous else None)
    sha = digest(body)
    new = None
    if previous is None or previous.digest != sha:
        new = path.current_edition = LearningPathEdition.objects.create(
            path=path,
            number=previous.number + 1 if previous else 1,
            digest=sha,
            body=body,
            made_at=max(at, previous.made_at) if previous else at,
        )
    was_closed = path.archived_at is not None
    if new is not None or was_closed:
        path.archived_at = None
        path.save(update_fields=["current_edition", "archived_at"])
        assert path.current_edition is not None  # made just now, or before
        announce_path(path, path.current_edition, at)
    return new


def _free_slug(slug: str) -> str:
    """Return the slug, numbered where a path whose pages are gone keeps it. Cost: 1 query."""
    taken = set(LearningPath.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free
