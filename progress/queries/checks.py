"""What people look at of an attempt: answers in own words, a check that its learner asked for, and what they said."""

from dataclasses import dataclass
from datetime import datetime

from progress.models import Attempt, HandMark, HandMarkComment, MarkingTask


@dataclass(frozen=True, slots=True)
class Checks:
    """How far people are with an attempt. `answered` is the last check that was answered, with who answered."""

    waits_for_person: bool
    open_check: MarkingTask | None
    answered: MarkingTask | None


@dataclass(frozen=True, slots=True)
class MarkedByHand:
    """What a person gave for an answer. `marker` is how they are called, or "" once their account is gone."""

    points: int
    comment: str
    marker: str
    marked_at: datetime


def checks_of(attempt: Attempt) -> Checks:
    """Return how far people are with an attempt. Cost: 1 query."""
    tasks = list(MarkingTask.objects.filter(attempt=attempt).select_related("closed_by").order_by("opened_at", "pk"))
    checks = [task for task in tasks if task.kind == MarkingTask.Kind.CHECK]
    answered = [task for task in checks if task.closed_at is not None]
    return Checks(
        waits_for_person=any(task.kind == MarkingTask.Kind.OPEN_ANSWERS and task.closed_at is None for task in tasks),
        open_check=next((task for task in checks if task.closed_at is None), None),
        answered=answered[-1] if answered else None,
    )


def marks_by_hand_of(attempt: Attempt) -> dict[str, MarkedByHand]:
    """Return what people gave for answers of an attempt, by question id; the last one of a question stands.

    Cost: 2 queries.
    """
    rows = list(
        HandMark.objects.filter(attempt=attempt)
        .select_related("mark_event__actor")
        .order_by("mark_event__marked_at", "pk")
    )
    comments = dict(
        HandMarkComment.objects.filter(hand_mark__attempt=attempt).values_list("hand_mark_id", "text") if rows else ()
    )
    return {
        row.question_id: MarkedByHand(
            points=row.points,
            comment=comments.get(row.pk, ""),
            marker=row.mark_event.actor.get_short_name() if row.mark_event.actor else "",
            marked_at=row.mark_event.marked_at,
        )
        for row in rows
    }
