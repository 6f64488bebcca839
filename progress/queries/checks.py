"""How far people are with an attempt: answers in own words, and a check that its learner asked for."""

from dataclasses import dataclass

from progress.models import Attempt, MarkingTask


@dataclass(frozen=True, slots=True)
class Checks:
    """How far people are with an attempt. `answered` is the last check that was answered; who answered is told to nobody."""

    waits_for_person: bool
    open_check: MarkingTask | None
    answered: MarkingTask | None


def checks_of(attempt: Attempt) -> Checks:
    """Return how far people are with an attempt. Cost: 1 query."""
    tasks = list(MarkingTask.objects.filter(attempt=attempt).order_by("opened_at", "pk"))
    checks = [task for task in tasks if task.kind == MarkingTask.Kind.CHECK]
    answered = [task for task in checks if task.closed_at is not None]
    return Checks(
        waits_for_person=any(task.kind == MarkingTask.Kind.OPEN_ANSWERS and task.closed_at is None for task in tasks),
        open_check=next((task for task in checks if task.closed_at is None), None),
        answered=answered[-1] if answered else None,
    )
