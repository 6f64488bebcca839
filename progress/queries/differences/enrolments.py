"""Enrolments: their figures folded again, and their tries counted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Max

from courses.models import Course, CourseEdition
from foundation.models import Job
from foundation.queries.differences import in_parts, in_words
from progress.models import Attempt, Enrolment, Submission
from progress.queries.differences.counts import counts_of_done, held_yardsticks
from progress.rules.completion import Stage, later_stage, stage_of

_ROWS = 500  # held at a time
_FOLD = "progress.fold"  # `progress.operations.folding.FOLD`, a room above this one


def enrolments() -> Iterator[str]:
    """Look at every enrolment: fold its figures again, by its course as it is now, and count its tries.

    Figures may be those of an older edition while the follow-up of a newer one waits.
    Cost: 3 queries a course, and 4 for 500 enrolments.
    """
    for course in Course.objects.select_related("current_edition").order_by("pk").iterator(chunk_size=1):
        rows = Enrolment.objects.filter(course=course)
        if not rows.exists():
            continue
        if course.current_edition is None:
            yield from (f"{name}: its course has no edition" for name in rows.values_list("public_id", flat=True))
            continue
        yield from _enrolments_of(course, course.current_edition)


class _Figures(NamedTuple):
    """The columns of an enrolment that are looked at."""

    pk: int
    public_id: UUID
    start_edition__course_id: int
    start_edition__number: int
    cached_percentage: int
    cached_state: str
    cached_edition: int
    completion__pk: int | None


def _enrolments_of(course: Course, edition: CourseEdition) -> Iterator[str]:
    yardstick_at = held_yardsticks()
    follow_up_waits = Job.objects.filter(kind=_FOLD, key__startswith=f"{course.pk}:", finished_at=None).exists()
    for part in in_parts(Enrolment.objects.filter(course=course), _Figures._fields[1:], size=_ROWS):
        rows = [_Figures(*values) for values in part]
        yardsticks = {row.pk: yardstick_at(edition.pk, row.start_edition__number) for row in rows}
        done, tried, gaps = counts_of_done(yardsticks), *_tries(list(yardsticks))
        for row in rows:
            differences = [f"its tries at {item} are not numbered from 1 on" for item in gaps.get(row.pk, ())]
            if row.start_edition__course_id != course.pk:
                differences.append("it began in an edition of another course")
            counts, completed = done[row.pk], row.completion__pk is not None
            stage = stage_of(has_begun=counts.any > 0 or row.pk in tried, completed=completed)
            percentage = counts.fold(yardsticks[row.pk], completed=completed).percentage
            if row.cached_edition > edition.number:
                differences.append("its figures are of an edition that is not there")
            elif (row.cached_percentage, row.cached_state) != (percentage, stage) and not _may_lag(
                row, percentage, stage, course, edition, follow_up_waits
            ):
                differences.append(
                    f"its figures are {row.cached_percentage} per cent and {row.cached_state}, "
                    f"and fold to {percentage} and {stage}"
                )
            yield in_words(row.public_id, differences)


def _tries(enrolments: Sequence[int]) -> tuple[set[int], dict[int, list[UUID]]]:
    """Return who tried a quiz or began work, and at which items the numbers of tries or rounds have a gap."""
    tried: set[int] = set()
    gaps: dict[int, list[UUID]] = defaultdict(list)
    for model in (Attempt, Submission):
        rows = model._default_manager.filter(enrolment__in=enrolments).order_by().values("enrolment_id", "item_key")
        for row in rows.annotate(count=Count("pk"), last=Max("number")).iterator():
            tried.add(row["enrolment_id"])
            if row["count"] != row["last"]:
                gaps[row["enrolment_id"]].append(row["item_key"])
    return tried, gaps


def _may_lag(
    row: _Figures, percentage: int, stage: Stage, course: Course, edition: CourseEdition, follow_up_waits: bool
) -> bool:
    """Return whether figures that are not of the current edition are right as far as they were folded.

    Never folded: nothing was done since there are figures. Or the follow-up of a newer edition waits.
    """
    if later_stage(row.cached_state, stage) != stage:
        return False
    if row.cached_edition == 0:
        return row.cached_percentage == 0
    if not follow_up_waits:
        return False
    completed = row.completion__pk is not None
    newer = CourseEdition.objects.filter(course=course, number__gte=row.cached_edition, number__lt=edition.number)
    for pk in newer.order_by("number").values_list("pk", flat=True):
        yardstick = held_yardsticks()(pk, row.start_edition__number)
        counts = counts_of_done({row.pk: yardstick})[row.pk]
        if counts.fold(yardstick, completed=completed).percentage == row.cached_percentage:
            return True
    return row.cached_percentage == percentage
