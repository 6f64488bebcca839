"""Figures over many enrolments: counts for lists and screens, from columns that are kept for that."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from courses.models import Course
from progress.models import Attempt, Enrolment, ItemCompletion
from progress.rules.completion import Yardstick


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """How many people a course has, each counted once, who renews by the latest cycle.

    Who withdrew is counted in `withdrawn` alone; `open_attempts` are of the others.
    """

    enrolled: int
    in_progress: int
    completed: int
    withdrawn: int
    open_attempts: int

    @property
    def active(self) -> int:
        """How many are in the course, whatever they have done."""
        return self.enrolled + self.in_progress + self.completed


@dataclass(frozen=True, slots=True)
class DoneCounts:
    """How many steps somebody has done: of the required ones, and of those that count."""

    required: int
    countable: int


def course_figures(course: Course) -> CourseFigures:
    """Return how many people a course has, by how far they are. Cost: 2 queries."""
    states = Enrolment.State
    active = Q(withdrawn_at=None)
    counts = (
        Enrolment.objects.filter(course=course)
        .latest_cycles()
        .aggregate(
            enrolled=Count("pk", filter=active & Q(cached_state=states.ENROLLED)),
            in_progress=Count("pk", filter=active & Q(cached_state=states.IN_PROGRESS)),
            completed=Count("pk", filter=active & Q(cached_state=states.COMPLETED)),
            withdrawn=Count("pk", filter=~active),
        )
    )
    open_attempts = Attempt.objects.filter(
        enrolment__course=course, enrolment__withdrawn_at=None, state=Attempt.State.OPEN
    )
    return CourseFigures(**counts, open_attempts=open_attempts.count())


def counts_of_done(enrolments: Sequence[int], yardstick: Yardstick) -> dict[int, DoneCounts]:
    """Return, by row number, how many steps each enrolment has done; who has done none is left out. Cost: 1 query."""
    counts = (
        ItemCompletion.objects.filter(enrolment__in=enrolments)
        .values("enrolment")
        .annotate(
            required=Count("pk", filter=Q(item_key__in=yardstick.required)),
            countable=Count("pk", filter=Q(item_key__in=yardstick.countable)),
        )
        .order_by()
    )
    return {
        pk: DoneCounts(required, countable)
        for pk, required, countable in counts.values_list("enrolment", "required", "countable")
    }
