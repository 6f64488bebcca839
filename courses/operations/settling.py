"""From a change in the page tree to an edition: flag, unit of work, settle, sweep (EDITIONS.md sections 1 and 3).

A save of a page flags its course in the page's own transaction. A unit of work collects the flags of one action and
settles each course once at its end, after the action's commit. What was killed in between is found by the sweep.

    with one_edition(cause="content", at=at):
        page.save_revision().publish()

Nobody reads the clock here: the times are those of the callers.
"""

import logging
from collections.abc import Generator, Iterable, Set
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import OperationalError, connection, transaction

from courses.announcing import announce_edition
from courses.models import Course, CourseEdition, EditionDue, OutlineRow
from courses.operations.contents import SearchText, freeze_contents
from courses.operations.paths import settle_path
from courses.operations.published import (
    entries_without_text,
    index_search_entries,
    settle_addresses,
    settle_cards,
    settle_outlines,
    settle_search_entries,
)
from courses.operations.snapshots import in_one_snapshot
from courses.queries.pages import Place, differences_from_pages
from courses.queries.paths import differences_of_paths, path_keys_among
from courses.queries.tree import Tree, read_tree
from courses.rules.manifest import Manifest, next_manifest, without_pages
from foundation.rules.canonical import digest

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)


@dataclass
class UnitOfWork:
    """The courses and learning paths that one action changed."""

    cause: str
    course_keys: set[UUID] = field(default_factory=set)
    path_keys: set[UUID] = field(default_factory=set)


_unit: ContextVar[UnitOfWork | None] = ContextVar("courses_unit_of_work", default=None)


def flag_courses(course_keys: Iterable[UUID]) -> None:
    """Say, in the current transaction, that these courses must be settled. Cost: 1 query.

    Outside a unit of work nothing else happens: the sweep settles them within half a minute.
    """
    keys = set(course_keys)
    unit = _flag(keys)
    if unit:
        unit.course_keys |= keys


def flag_paths(path_keys: Iterable[UUID]) -> None:
    """Say, in the current transaction, that these learning paths must be settled, as courses. Cost: 1 query."""
    keys = set(path_keys)
    unit = _flag(keys)
    if unit:
        unit.path_keys |= keys


def _flag(keys: Set[UUID]) -> UnitOfWork | None:
    unit = _unit.get()
    cause = unit.cause if unit else "change"
    if keys:
        EditionDue.objects.bulk_create([EditionDue(course_key=key, cause=cause) for key in sorted(keys)])
    return unit


def flagged_paths() -> frozenset[UUID]:
    """Return the keys of the learning paths that the unit of work has changed until now; none outside of one."""
    unit = _unit.get()
    return frozenset(unit.path_keys) if unit else frozenset()


def flagged_courses() -> frozenset[UUID]:
    """Return the keys of the courses that the unit of work has changed until now; none outside of one."""
    unit = _unit.get()
    return frozenset(unit.course_keys) if unit else frozenset()


@contextmanager
def one_edition(*, cause: str, at: datetime, user: "User | None" = None) -> Generator[UnitOfWork]:
    """Make everything that happens inside one edition of each course it changes.

    A unit inside another joins it: cause, user and time are those of the outer one. Inside a transaction of the caller
    the edition is part of that transaction. When the block raises, nothing is settled here: what it committed is
    flagged, and the sweep settles it.

    `at` is the time the edition bears, exactly as given (but see `settle`): the caller's, who read the clock when it was
    asked to act. The edition is made when the block has ended, a moment later.
    """
    outer = _unit.get()
    if outer is not None:
        yield outer
        return
    unit = UnitOfWork(cause=cause)
    token = _unit.set(unit)
    try:
        yield unit
    finally:
        _unit.reset(token)
    for key in sorted(unit.course_keys):
        settle(course_key=key, cause=cause, at=at, user=user)
    for key in sorted(unit.path_keys):
        settle_path(path_key=key, at=at)


def settle_due(*, at: datetime) -> int:
    """Settle every flagged course and learning path; return how many. One that goes wrong stays flagged, others do not."""
    causes = dict(EditionDue.objects.order_by("-pk").values_list("course_key", "cause"))
    paths = path_keys_among(causes) if causes else set()
    settled = 0
    for key, cause in sorted(causes.items()):
        try:
            if key in paths:
                settle_path(path_key=key, at=at)
            else:
                settle(course_key=key, cause=cause, at=at)
            settled += 1
        except Exception:
            logger.exception("Course %s could not be settled; it stays flagged.", key)
    _index()
    return settled


def heal_editions(*, at: datetime) -> list[UUID]:
    """Settle every course and path that differs from its live pages; return their keys. One gone wrong holds back no other.

    For what the sweep cannot know: a flag that was lost, or pages changed by `QuerySet.update()`. A course whose page
    cannot be frozen is settled too, and differs still: only its page can be mended.
    """
    differing = [key for key, words in differences_from_pages() if words]
    healed = []
    for key in differing:
        try:
            settle(course_key=key, cause="heal", at=at)
            healed.append(key)
        except Exception:
            logger.exception("Course %s could not be healed.", key)
    return healed + _heal_paths(at)


def _heal_paths(at: datetime) -> list[UUID]:
    healed = []
    for key in [key for key, words in differences_of_paths() if words]:
        try:
            settle_path(path_key=key, at=at)
            healed.append(key)
        except Exception:
            logger.exception("Learning path %s could not be healed.", key)
    return healed


def settle(
    *,
    course_key: UUID,
    cause: str,
    at: datetime,
    user: "User | None" = None,
    restore: bool = True,
    bind_all: Set[str] = frozenset(),
    index_after_commit: bool = False,
) -> CourseEdition | None:
    """Bring a course's edition and the rows it is served from up to its live pages; return a new edition, or None.

    `restore`, `bind_all`: see `courses.rules.manifest.next_manifest`.
    Reads one snapshot under a lock on the course, and tries again when another settle was quicker. The number of
    queries does not grow with the course. The edition bears `at`, or the time of the edition before when that is later:
    of two that act at once, the one that asked first may settle last, and an edition is never older than the one before.
    `index_after_commit`: for a caller whose transaction goes on; the search index would hold rows of all courses in it.

    :raises OperationalError: when others were quicker 20 times.
    """
    edition = in_one_snapshot(
        lambda: _settle_in_snapshot(course_key, cause=cause, at=at, user=user, restore=restore, bind_all=bind_all)
    )
    if index_after_commit:
        transaction.on_commit(_index, robust=True)
    else:
        _index()
    return edition


def _index() -> None:
    try:
        index_search_entries()
    except OperationalError:
        if connection.in_atomic_block:
            raise
        # Two that index at once may deadlock on rows of all courses. The course is settled; the sweep indexes the rest.
        logger.warning("The search index waits for the next sweep.", exc_info=True)


def _settle_in_snapshot(
    course_key: UUID,
    *,
    cause: str,
    at: datetime,
    user: "User | None",
    restore: bool,
    bind_all: Set[str],
) -> CourseEdition | None:
    due = list(EditionDue.objects.filter(course_key=course_key).values_list("pk", flat=True))
    course = (
        Course.objects.select_for_update(of=("self",), no_key=True)
        .select_related("current_edition")
        .filter(key=course_key)
        .first()
    )
    tree = read_tree(course_key, course.source_language if course else None)
    edition = None
    if course is None and tree is not None and tree.live:
        course = Course.objects.create(key=course_key, source_language=tree.source_language, created_at=at)
    if course is not None and (tree is not None or course.current_edition is not None):
        edition = _settle_course(course, tree, cause=cause, at=at, user=user, restore=restore, bind_all=bind_all)
    if due:
        EditionDue.objects.filter(pk__in=due).delete()
    return edition


def _settle_course(
    course: Course,
    tree: Tree | None,
    *,
    cause: str,
    at: datetime,
    user: "User | None",
    restore: bool,
    bind_all: Set[str],
) -> CourseEdition | None:
    previous = course.current_edition
    if tree is None:
        assert previous is not None
        contents_part: Manifest = without_pages(previous.manifest)
        search_texts: dict[Place, SearchText] = {}
    else:
        is_offered = tree.live and course.archived_at is None
        without_text = entries_without_text(course=course, tree=tree) if is_offered else set()
        contents = freeze_contents(course=course, tree=tree, without_text=without_text, at=at)
        contents_part, search_texts = contents.live_part, dict(contents.search_texts)
    number = previous.number + 1 if previous else 1
    manifest = next_manifest(
        previous.manifest if previous else None, contents_part, number=number, restore=restore, bind_all=bind_all
    )
    sha = digest(manifest)
    new = None
    if previous is None or previous.digest != sha:
        made_at = max(at, previous.made_at) if previous else at
        new = CourseEdition.objects.create(
            course=course, number=number, digest=sha, manifest=manifest, cause=cause, made_by=user, made_at=made_at
        )
        course.current_edition = new
    else:
        number = previous.number
    _settle_rows(course, tree, manifest, edition=number, search_texts=search_texts)
    course.save(update_fields=["current_edition", "outline_shas"])
    if new is not None:
        announce_edition(course, new, at)
    return new


def _settle_rows(
    course: Course, tree: Tree | None, manifest: Manifest, *, edition: int, search_texts: dict[Place, SearchText]
) -> None:
    if tree is None:  # the pages are gone: the addresses of before stay, for those who may still read the course
        row = OutlineRow.objects.get(course=course, language=course.source_language)
        slug = row.body["slug"]
        paths = {entry["key"]: entry["path"] for entry in row.body["items"]}
        module_slugs = {entry["key"]: entry["slug"] for entry in row.body["modules"]}
        position = 0
    else:
        slug, paths = settle_addresses(course=course, tree=tree)
        module_slugs = {module.key: module.slug for module in tree.modules}
        position = tree.position
    outlines = settle_outlines(
        course=course, manifest=manifest, edition=edition, slug=slug, paths=paths, module_slugs=module_slugs
    )
    settle_cards(course=course, outlines=outlines, position=position)
    settle_search_entries(course=course, outlines=outlines, search_texts=search_texts)
