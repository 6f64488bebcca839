"""What became of a course since a learner started it: what binds them since when, what editors said, what is different."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q

from courses.models import CourseEdition, Release
from courses.queries.changes import words_of
from courses.rules.binds import Bound, newly_required, required_keys
from courses.rules.changes import changes_between
from courses.rules.outline import Outline, OutlineItem
from courses.rules.outlining import outline_at
from progress.models import Enrolment
from progress.queries.enrolments import CourseProgress

EDITIONS_TOLD = 10
"""Editions told one by one: their manifests are read, and each may be 100 kB."""


@dataclass(frozen=True, slots=True)
class ReleaseSince:
    """A release since a learner started. `bind_all`: keys of the items that it made binding for everybody."""

    edition: int
    released_at: datetime
    bind_all: frozenset[str]
    note: str


@dataclass(frozen=True, slots=True)
class EditionTold:
    """One edition as the learner is told of it. `steps` are those that it made binding for this learner."""

    number: int
    made_at: datetime
    words: tuple[str, ...]
    steps: tuple[OutlineItem, ...]
    note: str

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.words or self.steps or self.note)


@dataclass(frozen=True, slots=True)
class CourseChanges:
    """What is different now, in all; then the last editions, the latest first; then what editors said before that.

    `unnoticed` counts those of the last editions that changed nothing a learner would notice, `older` all before them.
    """

    start: int
    started_with_at: datetime
    now: int
    words: tuple[str, ...]
    steps: tuple[OutlineItem, ...]
    editions: tuple[EditionTold, ...]
    unnoticed: int
    older: int
    notes: tuple[ReleaseSince, ...]


def releases_since(enrolment: Enrolment) -> list[ReleaseSince]:
    """Return the releases that made an edition since the one somebody started with, in order. Cost: 1 query."""
    rows = Release.objects.filter(
        course=enrolment.course_id,
        edition__number__gt=enrolment.start_edition.number,
    ).order_by("edition__number")
    facts = rows.values_list("edition__number", "released_at", "bind_all", "note")
    return [
        ReleaseSince(number, released_at, frozenset(bind_all), note)
        for number, released_at, bind_all, note in facts
        if released_at is not None
    ]


def required_at_start(enrolment: Enrolment) -> frozenset[str]:
    """Return the keys of the items that bound somebody in the edition they started with. Cost: 1 query."""
    items = CourseEdition.objects.values_list("manifest__items", flat=True).get(pk=enrolment.start_edition_id)
    return required_keys(_bound(items), enrolment.start_edition.number)


def items_before_and_after(editions: Iterable[CourseEdition]) -> dict[int, tuple[Sequence[Bound], Sequence[Bound]]]:
    """Return the items of the edition before each edition, and its own, by row number: whom it binds anew.

    Cost: 1 query, none for no edition; of each manifest only the items.
    """
    places = {(edition.course_id, edition.number): edition.pk for edition in editions}
    if not places:
        return {}
    wanted = Q()
    for course_id, number in places:
        wanted |= Q(course=course_id, number__in=(number - 1, number))
    rows = CourseEdition.objects.filter(wanted).values_list("course_id", "number", "manifest__items")
    items = {(course_id, number): _bound(entries) for course_id, number, entries in rows}
    return {pk: (items.get((course, number - 1), ()), items[course, number]) for (course, number), pk in places.items()}


def changes_since(own: CourseProgress, *, language: str) -> CourseChanges:
    """Return what changed since a learner started. Cost: 3 queries and at most 12 manifests, however many editions."""
    start = own.start
    later = CourseEdition.objects.filter(course=own.enrolment.course_id, number__gt=start)
    latest = list(later.order_by("-number")[: EDITIONS_TOLD + 1])
    first = CourseEdition.objects.get(pk=own.enrolment.start_edition_id)
    releases = {release.edition: release for release in releases_since(own.enrolment)}
    binds_until = own.enrolment.completion.edition.number if own.completed_at else None
    known = [*reversed(latest)] if len(latest) > EDITIONS_TOLD else [first, *reversed(latest)]
    told = [
        _told(before, after, releases.get(after.number), start=start, language=language, binds_until=binds_until)
        for before, after in pairwise(known)
    ]
    last = known[-1]
    told_from = told[0].number if told else last.number + 1
    return CourseChanges(
        start=start,
        started_with_at=first.made_at,
        now=last.number,
        words=_words(first, last, language),
        steps=_new_steps(first, last, start=start, language=language) if binds_until is None else (),
        editions=tuple(edition for edition in reversed(told) if edition.is_worth_telling),
        unnoticed=sum(not edition.is_worth_telling for edition in told),
        older=max(0, told_from - start - 1),
        notes=tuple(release for number, release in sorted(releases.items()) if number < told_from and release.note),
    )


def _told(
    before: CourseEdition,
    after: CourseEdition,
    release: ReleaseSince | None,
    *,
    start: int,
    language: str,
    binds_until: int | None,
) -> EditionTold:
    # Once the course is complete, later editions ask for nothing more.
    binds = binds_until is None or after.number <= binds_until
    return EditionTold(
        number=after.number,
        made_at=after.made_at,
        words=_words(before, after, language),
        steps=_new_steps(before, after, start=start, language=language) if binds else (),
        note=release.note if release else "",
    )


def _words(before: CourseEdition, after: CourseEdition, language: str) -> tuple[str, ...]:
    return tuple(words_of(change) for change in changes_between(before.manifest, after.manifest, language=language))


def _new_steps(before: CourseEdition, after: CourseEdition, *, start: int, language: str) -> tuple[OutlineItem, ...]:
    """Return the steps that bind who started at `start` in the later edition and did not in the earlier one."""
    old, new = (_outline(edition, language) for edition in (before, after))
    keys = newly_required(old.items, new.items, start)
    return tuple(item for item in new.items if item.key in keys)


def _outline(edition: CourseEdition, language: str) -> Outline:
    return outline_at(edition.manifest, language=language, edition=edition.number)


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    required: bool
    binds: tuple[tuple[int, int | None], ...]
    past: tuple[tuple[int, int | None], ...]


def _bound(items: Iterable[Mapping[str, Any]]) -> Sequence[_Item]:
    return [_Item(entry["key"], entry["required"], _ranges(entry["binds"]), _ranges(entry["past"])) for entry in items]


def _ranges(pairs: Iterable[Sequence[int | None]]) -> tuple[tuple[int, int | None], ...]:
    return tuple((first or 0, last) for first, last in pairs)
