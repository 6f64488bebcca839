"""Figures of enrolments for lists: refreshed by each act of the learner, and folded anew when an edition asks otherwise.

Pages of a learner do not read them. A row is written only where its figures differ, so most name an older edition
(`cached_edition`), in which they are as right as in the current one.

Own acts and the follow-up of an edition meet on the same row. Both lock the enrolment first and read everything else
after that, so whoever comes second folds what the first one did, with an edition that is not older.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.models import Course, CourseEdition, Release
from courses.queries import serving
from courses.rules.outline import Outline
from foundation.jobs import Step
from foundation.operations import start_job
from progress.models import Attempt, CourseCompletion, Enrolment, Submission
from progress.queries.figures import counts_of_done
from progress.rules.completion import Figures, Stage, fold_counts, later_stage, stage_of, yardstick_of

FOLD = "progress.fold"
COMPLETE = "progress.complete"
FOLDED_AT_ONCE = 500
"""Enrolments locked together: their learners' own acts wait for the rest of such a step, about a quarter of a second."""


def refresh_figures(locked: Enrolment, *, percentage: int, has_begun: bool, completed: bool, edition: int) -> None:
    """Write the figures of a locked enrolment, as folded just now with edition number `edition`, where they differ.

    Cost: 1 query, none where they are the same.
    """
    stage = later_stage(locked.cached_state, stage_of(has_begun=has_begun, completed=completed))
    if (percentage, stage) == (locked.cached_percentage, locked.cached_state):
        return
    locked.cached_percentage, locked.cached_state, locked.cached_edition = percentage, stage, edition
    Enrolment.objects.filter(pk=locked.pk).update(
        cached_percentage=percentage, cached_state=stage, cached_edition=edition
    )


def note_begun(enrolment: Enrolment) -> None:
    """Note that the learner tried a quiz, or began work: from then on the course is on the way.

    Cost: 1 query the first time.
    """
    if enrolment.cached_state != Stage.ENROLLED:
        return
    # Not locked before, so another act may have brought it further: then nothing is written.
    Enrolment.objects.filter(pk=enrolment.pk, cached_state=Stage.ENROLLED).update(cached_state=Stage.IN_PROGRESS)
    enrolment.cached_state = Stage.IN_PROGRESS


def start_folding(course: Course, edition: CourseEdition, at: datetime) -> None:
    """Have the figures of a course folded with a new edition, after the transaction that makes it."""
    start_job(
        kind=FOLD,
        key=f"{course.pk}:{edition.number}",
        payload={"course": course.pk, "edition": edition.number},
        at=at,
    )


def start_release_follow_up(release: Release, edition: CourseEdition, at: datetime) -> None:
    """Have the completions recorded that an editor confirmed in a release, if they did, after its transaction."""
    if release.completes:
        start_job(
            kind=COMPLETE,
            key=str(release.public_id),
            payload={"course": release.course_id, "edition": edition.number},
            at=at,
        )


def count_to_fold(payload: Mapping[str, Any]) -> int:
    """Return how many enrolments the job has to look at."""
    return 0 if _asks_the_same(payload) else Enrolment.objects.filter(course_id=payload["course"]).count()


def fold_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Fold the next enrolments of a course with its current edition, and write what differs: the step of a job.

    An edition that asks the same of everybody as the one before, as most do, leaves every figure as it is: then
    nothing is looked at. Cost: 7 queries, and one for each pair of figures that is written.
    """
    if not cursor and _asks_the_same(payload):
        return Step(cursor=0, done=0, finished=True)
    rows = lock_some(Enrolment.objects.filter(course_id=payload["course"], pk__gt=cursor))
    if not rows:
        return Step(cursor=cursor, done=0, finished=True)
    course = Course.objects.get(pk=payload["course"])
    outline = serving.outline_of(course, course.source_language)
    write_figures(rows, fold_rows(rows, outline), edition=outline.edition)
    return Step(cursor=rows[-1].pk, done=len(rows), finished=len(rows) < FOLDED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """What a locked enrolment comes to."""

    figures: Figures
    has_begun: bool
    completed: bool


def lock_some(enrolments: QuerySet[Enrolment]) -> list[Enrolment]:
    """Lock the first enrolments by row number, and return them without what is joined. Cost: 1 query."""
    # The order is the same everywhere, so two that lock many never wait for each other in a circle.
    return list(enrolments.select_for_update(of=("self",), no_key=True).order_by("pk")[:FOLDED_AT_ONCE])


def fold_rows(rows: Sequence[Enrolment], outline: Outline) -> dict[int, FoldedRow]:
    """Fold locked enrolments of one course with `outline`; return what they come to, by row number.

    Cost: 3 queries and one for each yardstick: nearly always 1, as many as there are different ones among the rows.
    Memory: a few numbers an enrolment, whatever they have done.
    """
    pks = [row.pk for row in rows]
    completed = set(CourseCompletion.objects.filter(enrolment__in=pks).values_list("enrolment_id", flat=True))
    numbers = dict(
        CourseEdition.objects.filter(pk__in={row.start_edition_id for row in rows}).values_list("pk", "number")
    )
    yardsticks = {pk: yardstick_of(outline, start=number) for pk, number in numbers.items()}
    alike: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        alike[yardsticks[row.start_edition_id]].append(row.pk)
    folded = {}
    for yardstick, members in alike.items():
        done = counts_of_done(members, yardstick)
        for pk in members:
            counts = done.get(pk)
            folded[pk] = FoldedRow(
                fold_counts(
                    yardstick,
                    done_required=counts.required if counts else 0,
                    done_countable=counts.countable if counts else 0,
                    completed=pk in completed,
                ),
                has_begun=counts is not None,
                completed=pk in completed,
            )
    idle = [row.pk for row in rows if row.cached_state == Stage.ENROLLED and not folded[row.pk].has_begun]
    tried = _who_tried(idle)
    return {
        pk: FoldedRow(row.figures, has_begun=True, completed=row.completed) if pk in tried else row
        for pk, row in folded.items()
    }


def _who_tried(enrolments: Sequence[int]) -> set[int]:
    """Return who of these tried a quiz or began work that people judge. Cost: 1 query, none for nobody."""
    if not enrolments:
        return set()
    attempts = Attempt.objects.filter(enrolment__in=enrolments).order_by().values_list("enrolment_id", flat=True)
    works = Submission.objects.filter(enrolment__in=enrolments).order_by().values_list("enrolment_id", flat=True)
    return set(attempts.union(works))


def write_figures(rows: Sequence[Enrolment], folded: Mapping[int, FoldedRow], *, edition: int) -> None:
    """Write the figures of locked enrolments where they differ. Cost: 1 query for each pair of figures, at most 103."""
    changed: dict[tuple[int, Stage], list[int]] = defaultdict(list)
    for row in rows:
        now = folded[row.pk]
        stage = later_stage(row.cached_state, stage_of(has_begun=now.has_begun, completed=now.completed))
        if (now.figures.percentage, stage) != (row.cached_percentage, row.cached_state):
            changed[now.figures.percentage, stage].append(row.pk)
    for (percentage, stage), pks in changed.items():
        Enrolment.objects.filter(pk__in=pks).update(
            cached_percentage=percentage, cached_state=stage, cached_edition=edition
        )


def _asks_the_same(payload: Mapping[str, Any]) -> bool:
    """Return whether an edition binds everybody to the same items as the edition before. Cost: 1 query."""
    number = payload.get("edition")
    if number is None:  # no edition in particular: look at everybody
        return False
    editions = CourseEdition.objects.filter(course_id=payload["course"], number__in=(number - 1, number))
    manifests = list(editions.values_list("manifest", flat=True))
    return len(manifests) == 2 and _bindings(manifests[0]) == _bindings(manifests[1])


def _bindings(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        entry["key"]: (entry["required"], entry["binds"], entry["past"])
        for entry in (*manifest["items"], *manifest["tombstones"])
    }
