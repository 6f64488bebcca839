"""Save the answers to many questions of an attempt at once, as the page sends them that has all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.rules.kinds import Answer
from progress.models import Attempt, Response
from progress.operations.answering import check_fit, lock_attempt


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to one question, or none, as a page sends it. `sequence` as `save_response` has it."""

    answer: Answer
    unsure: bool
    sequence: int

    @property
    def kept(self) -> tuple[Answer, bool]:
        """The answer as it is stored: "I am not sure" takes its place."""
        return (Answer(), True) if self.unsure else (self.answer, False)


def save_responses(
    *, attempt: Attempt, given: Mapping[str, Given], at: datetime, pressed: bool = False
) -> frozenset[str]:
    """Save answers to questions of an open attempt, by question id; return those that another window has newer.

    Each question has a sequence of its own, and is saved as `save_response` saves one. With `pressed` all are the last
    word, so only those are given that were touched on the page: it may have lain open while another window answered.
    What is given empty is no answer any more. Cost: 3 queries for any number of questions, 2 where nothing differs.

    :raises AttemptClosed: if the answers were sent, or the deadline is over.
    :raises UnknownQuestion: if the attempt does not ask one of them.
    :raises UnfitAnswer: if a question cannot have its answer.
    """
    for question_id, entry_given in given.items():
        check_fit(attempt, question_id, entry_given.answer)
    with transaction.atomic():
        lock_attempt(attempt.pk, at=at)
        saved = {entry.question_id: entry for entry in Response.objects.filter(attempt_id=attempt.pk)}
        newer = frozenset(key for key, entry in given.items() if _is_late(entry, saved[key], pressed=pressed))
        changed = list(_changed(saved, {key: entry for key, entry in given.items() if key not in newer}, at))
        if changed:
            Response.objects.bulk_create(
                changed,
                update_conflicts=True,  # every question has its row since the attempt started
                unique_fields=["attempt", "question_id"],
                update_fields=["options", "text", "unsure", "sequence", "answered_at"],
            )
        return newer


def _is_late(given: Given, saved: Response, *, pressed: bool) -> bool:
    """Return whether an answer is late: another window has said something else since, or it is final."""
    if given.kept == (saved.answer, saved.unsure):
        return False
    return saved.checked_at is not None or not (pressed or given.sequence > saved.sequence)


def _changed(saved: Mapping[str, Response], given: Mapping[str, Given], at: datetime) -> Iterator[Response]:
    """Return rows as they are to be, for those that differ."""
    for question_id, entry in given.items():
        row, (answer, unsure) = saved[question_id], entry.kept
        is_same = (row.answer, row.unsure) == (answer, unsure)
        if is_same and (entry.sequence <= row.sequence or row.checked_at is not None):
            continue
        yield Response(
            attempt_id=row.attempt_id,
            question_id=question_id,
            options=sorted(answer.options),
            text=answer.text,
            unsure=unsure,
            # A number that is already used would let a late packet of the page in.
            sequence=max(entry.sequence, row.sequence + (0 if is_same else 1)),
            answered_at=at,
        )
