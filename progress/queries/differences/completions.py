"""What was done: the evidence of each step, and every completion of a course folded again."""

from collections.abc import Iterator, Set
from functools import lru_cache
from uuid import UUID

from django.db.models import F

from foundation.queries.differences import SEAL_WORDS, Seals, in_parts, in_words
from progress.models import Attendance, CourseCompletion, ItemCompletion, MarkEvent, Submission
from progress.queries.differences.counts import counts_of_done, held_yardsticks
from progress.queries.differences.editions import keys_in

_ROWS = 500  # held at a time
_EDITIONS = 256  # held at a time, the keys of their steps


def item_completions() -> Iterator[str]:
    """Look at the evidence of every step that is done. Cost: 3 queries for 500 steps, 1 for each edition not held.

    One more where some were done by being there.
    """
    held_keys = lru_cache(_EDITIONS)(keys_in)
    seals = Seals(ItemCompletion)
    extra = (
        "enrolment__public_id",
        "enrolment__course_id",
        "enrolment__start_edition__number",
        "edition__course_id",
        "edition__number",
        "attempt__enrolment_id",
        "attempt__item_key",
    )
    for part in in_parts(ItemCompletion.objects, (*extra, *seals.names), size=_ROWS):
        passed = _passed({values[1 + len(extra) + seals.names.index("attempt_id")] for values in part})
        judged = _works_passed({values[1 + len(extra) + seals.names.index("enrolment_id")] for values in part})
        evidence = 1 + len(extra) + seals.names.index("evidence")
        attended = _attended(
            {
                values[1 + len(extra) + seals.names.index("enrolment_id")]
                for values in part
                if values[evidence] == ItemCompletion.Evidence.ATTENDANCE
            }
        )
        for _pk, learner, course, start, of_course, number, tried_by, tried, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if of_course != course:
                differences.append("done in an edition of another course")
            elif number < start:
                differences.append("done in an edition older than the one the learner began with")
            elif row["item_key"] not in held_keys(row["edition_id"]):
                differences.append("its edition has no such step")
            if row["attempt_id"] is not None:
                if (tried_by, tried) != (row["enrolment_id"], row["item_key"]):
                    differences.append("its evidence is an attempt at something else")
                elif row["attempt_id"] not in passed:
                    differences.append("its evidence is an attempt that did not pass")
            by_work = row["evidence"] == ItemCompletion.Evidence.SUBMISSION
            if by_work and (row["enrolment_id"], row["item_key"]) not in judged:
                differences.append("its evidence is work that did not pass")
            by_being_there = row["evidence"] == ItemCompletion.Evidence.ATTENDANCE
            if by_being_there and (row["enrolment_id"], row["item_key"]) not in attended:
                differences.append("its evidence is a live session at which nobody noted the learner")
            yield in_words(f"{learner}, step {row['item_key']}", differences)


def course_completions() -> Iterator[str]:
    """Fold every complete course again, by the edition it was completed in.

    Cost: 2 queries for 500, 1 for each edition that is not held.
    """
    yardstick_at = held_yardsticks()
    seals = Seals(CourseCompletion)
    extra = (
        "enrolment__public_id",
        "enrolment__course_id",
        "enrolment__start_edition__number",
        "edition__course_id",
        "edition__number",
    )
    for part in in_parts(CourseCompletion.objects, (*extra, *seals.names), size=_ROWS):
        # Edition by edition, so that few are held at a time.
        rows = sorted(part, key=lambda values: (values[4], values[5], values[3]))
        completed = [dict(zip(("pk", *extra, *seals.names), values, strict=True)) for values in rows]
        yardsticks = {
            row["enrolment_id"]: yardstick_at(row["edition_id"], row["enrolment__start_edition__number"])
            for row in completed
        }
        done = counts_of_done(yardsticks)
        for values, row in zip(rows, completed, strict=True):
            enrolment = row["enrolment_id"]
            differences = [SEAL_WORDS] if seals.differs(values[1 + len(extra) :]) else []
            if row["edition__course_id"] != row["enrolment__course_id"]:
                differences.append("completed in an edition of another course")
            elif row["edition__number"] < row["enrolment__start_edition__number"]:
                differences.append("completed in an edition older than the one the learner began with")
            elif not done[enrolment].fold(yardsticks[enrolment], completed=False).may_finish:
                differences.append("complete, but a required step is not done")
            yield in_words(row["enrolment__public_id"], differences)


def _works_passed(enrolments: Set[int]) -> set[tuple[int, UUID]]:
    """Return of which steps work passed."""
    passed = Submission.objects.filter(enrolment__in=enrolments, state=Submission.State.PASSED)
    return set(passed.order_by().values_list("enrolment_id", "item_key"))


def _attended(enrolments: Set[int]) -> set[tuple[int, UUID]]:
    """Return at which steps somebody was ever noted: a note that was taken back leaves its row, and the step done."""
    if not enrolments:
        return set()
    noted = Attendance.objects.filter(
        session__item_key__isnull=False,
        person__enrolments__in=enrolments,
        person__enrolments__course=F("session__course"),
    )
    found = noted.order_by().values_list("person__enrolments", "session__item_key")
    return {(enrolment, step) for enrolment, step in found if step is not None}


def _passed(attempts: Set[int | None]) -> set[int]:
    """Return which attempts ever passed."""
    events = MarkEvent.objects.filter(attempt__in=attempts - {None}, passed=True)
    return set(events.order_by().values_list("attempt_id", flat=True))
