"""How many certificates there are: for editors, who see no names."""

from certificates.models import Certificate
from courses.models import Course
from progress.models import Regrade


def holder_count(course: Course) -> int:
    """Return how many people hold a certificate of a course; one that was withdrawn is held by nobody. Cost: 1 query."""
    held = Certificate.objects.not_withdrawn().filter(enrolment__course=course, learning_path=None)
    return held.values("enrolment__learner").distinct().count()


def issued_after(regrade: Regrade) -> int:
    """Return how many certificates followed from a decision to mark again. Cost: 1 query.

    Those of enrolments with a try that it marked, issued since; none before it was decided.
    """
    if regrade.decided_at is None:
        return 0
    marked = regrade.mark_events.filter(passed=True).values("attempt__enrolment")
    issued = Certificate.objects.filter(enrolment__in=marked, learning_path=None)
    return issued.filter(issued_at__gte=regrade.decided_at).count()
