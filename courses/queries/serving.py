"""How a course is found and read by address and by key, without the page tree (SERVING.md).

Addresses and the current edition come in one statement; outlines and what quizzes ask are held in the process by their
own SHA-256; frozen versions are read by SHA-256. The answer key is read by `quiz_key` alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from courses.models import (
    AssignmentVersion,
    Course,
    CourseAddress,
    ItemAddress,
    LessonVersion,
    OutlineRow,
    QuizKey,
    QuizVersion,
)
from courses.rules.outline import Outline

__all__ = [
    "CourseHit",
    "ItemHit",
    "assignment_version",
    "course_by_key",
    "find_course",
    "find_item",
    "find_module",
    "hold_body",
    "is_offered",
    "lesson_version",
    "outline_of",
    "outlines_of",
    "quiz_key",
    "quiz_version",
    "titles_of",
]

Name = TypeVar("Name")
Thing = TypeVar("Thing")

OUTLINES_HELD = 600  # about 200 kB each for a course of 500 items, far less for a usual one
QUESTIONS_HELD = 12_000  # of quizzes, together; some kB each


@dataclass(frozen=True, slots=True)
class CourseHit:
    """A course found by an address, present or past. `course.current_edition` is loaded, its manifest is not."""

    course: Course
    slug: str
    current_slug: str

    @property
    def is_current(self) -> bool:
        return self.slug == self.current_slug


@dataclass(frozen=True, slots=True)
class ItemHit:
    """An item found by an address, present or past. `current_path` is empty when the item was taken out."""

    course: Course
    slug: str
    current_slug: str
    path: str
    current_path: str
    item_key: str

    @property
    def is_current(self) -> bool:
        return self.slug == self.current_slug and self.path == self.current_path


def find_course(slug: str) -> CourseHit | None:
    """Return the course that has or had this slug, or None. Cost: 1 query, 2 where capitals are in it.

    A slug typed in capitals finds the one in small letters, as an address the course does not have now.
    """
    if _is_no_text(slug):
        return None
    hit = _course_hit(slug)
    if hit is None and slug != slug.lower():
        hit = _course_hit(slug.lower())
        return replace(hit, slug=slug) if hit else None
    return hit


def _course_hit(slug: str) -> CourseHit | None:
    address = (
        CourseAddress.objects.filter(slug=slug, course__current_edition__isnull=False)
        .select_related("course__current_edition")
        .defer("course__current_edition__manifest")
        .annotate(current_slug=_current_slug("course_id"))
        .first()
    )
    if address is None:
        return None
    return CourseHit(course=address.course, slug=slug, current_slug=address.current_slug or slug)


def find_item(slug: str, path: str) -> ItemHit | None:
    """Return the item that has or had the path `<module>/<item>` in a course, or None. Cost and capitals: as above."""
    hit = _item_hit(slug, path, ItemAddress.objects.filter(path=path))
    small, small_path = slug.lower(), path.lower()
    if hit is None and (small, small_path) != (slug, path):
        hit = _item_hit(small, small_path, ItemAddress.objects.filter(path=small_path))
        return replace(hit, slug=slug, path=path) if hit else None
    return hit


def find_module(slug: str, module: str) -> ItemHit | None:
    """Return an item whose path begins or began with the module's slug, preferring one of today. Cost: 1 query.

    An address of a module alone leads to the course: the module is the first part of the hit's `current_path`.
    """
    return _item_hit(
        slug, f"{module}/", ItemAddress.objects.filter(path__startswith=f"{module}/").order_by("-current", "pk")
    )


def _item_hit(slug: str, path: str, addresses: QuerySet[ItemAddress]) -> ItemHit | None:
    if _is_no_text(slug) or _is_no_text(path):
        return None
    current = ItemAddress.objects.filter(course=OuterRef("course"), item_key=OuterRef("item_key"), current=True)
    address = (
        addresses.filter(course__addresses__slug=slug, course__current_edition__isnull=False)
        .select_related("course__current_edition")
        .defer("course__current_edition__manifest")
        .annotate(current_slug=_current_slug("course_id"), current_path=Subquery(current.values("path")[:1]))
        .first()
    )
    if address is None:
        return None
    return ItemHit(
        course=address.course,
        slug=slug,
        current_slug=address.current_slug or slug,
        path=path,
        current_path=address.current_path or "",
        item_key=str(address.item_key),
    )


def _is_no_text(part: str) -> bool:
    # An address may hold NUL as %00; PostgreSQL takes it in no text, so asking would be an error, not a miss.
    return "\0" in part


def _current_slug(course_field: str) -> Subquery:
    return Subquery(CourseAddress.objects.filter(course=OuterRef(course_field), current=True).values("slug")[:1])


def course_by_key(key: UUID | str) -> Course:
    """Return a course with its current edition, the manifest left out. Cost: 1 query.

    :raises Course.DoesNotExist: when no course has this key.
    """
    return Course.objects.select_related("current_edition").defer("current_edition__manifest").get(key=key)


class _Held(Generic[Name, Thing]):
    """Things that never change, by what names them (a SHA-256), the least used dropped first; `size` is what fits."""

    def __init__(self, size: int, *, weight: Callable[[Thing], int] = lambda thing: 1) -> None:
        self._room, self._weight = size, weight
        self._held: OrderedDict[Name, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Name) -> Thing | None:
        with self._lock:
            thing = self._held.get(name)
            if thing is not None:
                self._held.move_to_end(name)
            return thing

    def put(self, name: Name, thing: Thing) -> None:
        with self._lock:
            if name in self._held:
                return
            self._held[name] = thing
            self._room -= self._weight(thing)
            while self._room < 0:
                _name, dropped = self._held.popitem(last=False)
                self._room += self._weight(dropped)


_cache: _Held[tuple[int, str], Outline] = _Held(OUTLINES_HELD)
_bodies: _Held[str, dict[str, Any]] = _Held(QUESTIONS_HELD, weight=lambda body: len(body["questions"]) + 1)


def outline_of(course: Course, language: str) -> Outline:
    """Return the outline of a course in a language, else in its source language.

    Cost: no query when this process held it already, else 1; 3 when the course was settled in between.

    :raises LookupError: when the course has no edition yet.
    """
    return outlines_of([course], language)[course.pk]


def outlines_of(courses: Iterable[Course], language: str) -> dict[int, Outline]:
    """Return outlines by course row number, as `outline_of` does. Cost: 0 or 1 query for any number of courses."""
    found, missing = _outlines_at(list(courses), language)
    if missing:
        # Settled between the read of the course and that of its outline: once more, from the rows of now.
        fresh = list(Course.objects.filter(pk__in=missing))
        again, still_missing = _outlines_at(fresh, language)
        if still_missing:
            raise LookupError(f"no outline for the courses {sorted(still_missing)}")
        found.update(again)
    return found


def _outlines_at(courses: list[Course], language: str) -> tuple[dict[int, Outline], set[int]]:
    wanted: dict[int, str] = {}
    found: dict[int, Outline] = {}
    for course in courses:
        shas = course.outline_shas
        sha = shas.get(language) or shas.get(course.source_language)
        if not sha:
            raise LookupError(f"course {course.key} has no edition yet")
        held = _cache.get((course.pk, sha))
        if held is None:
            wanted[course.pk] = sha
        else:
            found[course.pk] = held
    if wanted:
        rows = OutlineRow.objects.filter(course_id__in=wanted, sha256__in=set(wanted.values()))
        for course_id, sha, body in rows.values_list("course_id", "sha256", "body"):
            if wanted.get(course_id) == sha:
                found[course_id] = Outline.from_json(body)
                _cache.put((course_id, sha), found[course_id])
    return found, set(wanted) - set(found)


def is_offered(course: Course, outline: Outline) -> bool:
    """Return whether a course takes people in: published and not archived. No query."""
    return outline.live and course.archived_at is None


def titles_of(keys: Iterable[str], language: str) -> dict[str, Outline]:
    """Return outlines of courses by course key, leaving out unknown ones and those without edition. Cost: 1 or 2 queries."""
    courses = list(Course.objects.filter(key__in=list(keys), current_edition__isnull=False))
    outlines = outlines_of(courses, language)
    return {str(course.key): outlines[course.pk] for course in courses}


def lesson_version(sha256: str) -> LessonVersion:
    """Return a frozen lesson. Cost: 1 query.

    :raises LessonVersion.DoesNotExist: when there is none.
    """
    return LessonVersion.objects.get(sha256=sha256)


def quiz_version(sha256: str) -> QuizVersion:
    """Return a frozen quiz as a learner may see it before the result: without the key. Cost: 1 query.

    :raises QuizVersion.DoesNotExist: when there is none.
    """
    body = _bodies.get(sha256)
    if body is None:
        version = QuizVersion.objects.get(sha256=sha256)
        _bodies.put(sha256, version.body)
        return version
    version = QuizVersion.objects.defer("body").get(sha256=sha256)
    version.body = body
    return version


def hold_body(version: QuizVersion) -> None:
    """Give a version that was read without its body the one that this process holds: a pool of 1,000 questions is a MB.

    All requests share it, so nobody changes it. Cost: no query, 1 where this process does not hold it yet.
    """
    body = _bodies.get(version.sha256)
    if body is None:
        body = QuizVersion.objects.values_list("body", flat=True).get(pk=version.pk)
        _bodies.put(version.sha256, body)
    version.body = body


def assignment_version(sha256: str) -> AssignmentVersion:
    """Return a frozen assignment with its rubric. Cost: 1 query.

    :raises AssignmentVersion.DoesNotExist: when there is none.
    """
    return AssignmentVersion.objects.get(sha256=sha256)


def quiz_key(version: QuizVersion) -> Mapping[str, Any]:
    """Return the answer key of a quiz version. For submit, result, regrade and editors only. Cost: 1 query."""
    body: Mapping[str, Any] = QuizKey.objects.values_list("body", flat=True).get(version=version)
    return body
