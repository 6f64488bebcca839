"""Why is a course complete, or not: each rule, met or not, with its evidence and time."""

from dataclasses import dataclass
from datetime import datetime

from courses.rules.addresses import item_address
from courses.rules.outline import OutlineItem
from progress.models import Attempt, MarkEvent
from progress.queries.attempts import markings_of, needed_points
from progress.queries.enrolments import CourseProgress
from progress.rules.attempts import waits_for


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step that counts: whether it is done, since when, and for a quiz the best marks so far."""

    item: OutlineItem
    url: str
    done_at: datetime | None
    best: MarkEvent | None
    best_needed: int
    is_open: bool
    waits_for: tuple[OutlineItem, ...]
    is_removed: bool


def evidence_of(own: CourseProgress, *, language: str) -> list[Evidence]:
    """Return every step that counts for this learner, in the order of the course, removed ones last. Cost: 2 queries."""
    best: dict[str, MarkEvent] = {}
    open_keys: set[str] = set()
    marked = markings_of(Attempt.objects.filter(enrolment=own.enrolment)).values()
    for event in sorted(marked, key=lambda event: (event.score, event.marked_at, event.pk)):
        best[str(event.attempt.item_key)] = event
    for key in Attempt.objects.filter(enrolment=own.enrolment, state=Attempt.State.OPEN).values_list(
        "item_key", flat=True
    ):
        open_keys.add(str(key))
    counted = [item for item in (*own.outline.items, *own.outline.tombstones) if item.key in own.progress.counted]
    return [
        Evidence(
            item=item,
            url=item_address(own.outline, item, language),
            done_at=own.done.get(item.key),
            best=best.get(item.key),
            best_needed=needed_points(best[item.key]) if item.key in best else 0,
            is_open=item.key in open_keys,
            waits_for=tuple(
                own.outline.by_key[key] for key in waits_for(item, own.outline, start=own.start, done=own.done.keys())
            ),
            is_removed=item.removed,
        )
        for item in counted
    ]
