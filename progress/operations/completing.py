"""Record the completions that an editor confirmed in a release: the follow-up of a release, after its transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.models import CourseEdition
from courses.rules.outlining import outline_at
from foundation.jobs import Step
from progress.models import Enrolment
from progress.operations.finishing import write_completion
from progress.operations.folding import FOLDED_AT_ONCE, fold_rows, lock_some

COMPLETED_AT_ONCE = 100
"""Completions in one step: each is a row, a message and, right after, a certificate."""


def count_to_complete(payload: Mapping[str, Any]) -> int:
    """Return how many enrolments the job has to look at."""
    return _candidates(payload).count()


def complete_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Complete the next enrolments for whom the released edition leaves nothing to do: the step of a job.

    Decided by the edition the editor released, with what was done by now: a slip in a later edition completes nobody
    more, and takes it from nobody. Who came after that edition finishes by an act of their own.
    """
    edition = CourseEdition.objects.get(course_id=payload["course"], number=payload["edition"])
    outline = outline_at(edition.manifest, language=edition.manifest["source_language"], edition=edition.number)
    rows = lock_some(_candidates(payload).filter(pk__gt=cursor))
    folded = fold_rows(rows, outline) if rows else {}
    completed = 0
    for place, row in enumerate(rows, start=1):
        if folded[row.pk].figures.may_finish:
            write_completion(row, edition=edition, at=at, cause="release")
            completed += 1
        if completed == COMPLETED_AT_ONCE:
            return Step(cursor=row.pk, done=place, finished=False)
    return Step(cursor=rows[-1].pk if rows else cursor, done=len(rows), finished=len(rows) < FOLDED_AT_ONCE)


def _candidates(payload: Mapping[str, Any]) -> QuerySet[Enrolment]:
    return Enrolment.objects.active().filter(
        course_id=payload["course"], start_edition__number__lte=payload["edition"], completion=None
    )
