"""Whom an edition reaches that is not made yet: how many people it binds to something new, how many have nothing left.

Counted in the database, group by group of people whom the same steps bind: a course has few of those, whatever its size.
"""

from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Any

from django.db.models import Count, Q, QuerySet

from courses.models import Course
from courses.rules.binds import newly_required, required_keys
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from progress.models import Enrolment

Manifest = Mapping[str, Any]


def bound_anew(course: Course, before: Manifest | None, after: Manifest, *, keys: Set[str] = frozenset()) -> int:
    """Return how many people on the way get something to do that did not bind them before and that they have not done.

    `keys`: of these steps only. Cost: 1 query, and 1 for each group of people whom it gives the same.
    """
    if before is None:
        return 0
    old, new = _outline(before), _outline(after)
    groups: dict[frozenset[str], list[int]] = defaultdict(list)
    for start in _starts(course):
        bound = newly_required((*old.items, *old.tombstones), new.items, start)
        groups[bound & keys if keys else bound].append(start)
    return sum(people.exclude(done=len(bound)).count() for bound, people in _counted(course, groups).items() if bound)


def nothing_left(course: Course, after: Manifest) -> int:
    """Return how many people on the way would have done all that binds them. Cost: as above."""
    outline = _outline(after)
    groups: dict[frozenset[str], list[int]] = defaultdict(list)
    for start in _starts(course):
        groups[required_keys(outline.items, start)].append(start)
    return sum(
        people.filter(done=len(required)).count() for required, people in _counted(course, groups).items() if required
    )


def _outline(manifest: Manifest) -> Outline:
    return outline_at(manifest, language=manifest["source_language"], edition=0)


def _on_the_way(course: Course) -> QuerySet[Enrolment]:
    return Enrolment.objects.active().filter(course=course, completion=None)


def _starts(course: Course) -> list[int]:
    """Return the numbers of the editions at which people on the way started."""
    return sorted(set(_on_the_way(course).order_by().values_list("start_edition__number", flat=True).distinct()))


def _counted(course: Course, groups: Mapping[frozenset[str], list[int]]) -> dict[frozenset[str], Any]:
    """Return the people of each group, with how many steps of its set they have done."""
    return {
        keys: _on_the_way(course)
        .filter(start_edition__number__in=starts)
        .annotate(done=Count("item_completions", filter=Q(item_completions__item_key__in=keys)))
        for keys, starts in groups.items()
    }
