"""Certificates of learning paths: which somebody has."""

from accounts.models import User
from certificates.models import Certificate, HolderName
from courses.models import LearningPath
from courses.queries.paths import ShownPath
from progress.models import Enrolment


def path_certificates_of(learner: User, path: LearningPath) -> list[Certificate]:
    """Return somebody's certificates of a path that were not replaced, the latest first. Cost: 1 query."""
    certificates = Certificate.objects.filter(learning_path=path, learner=learner, superseded_by=None)
    return list(certificates.order_by("-issued_at", "-pk"))


def path_name_wanted(learner: User, shown: ShownPath) -> Enrolment | None:
    """Return the enrolment at which somebody has to confirm their name before a certificate of a path can be issued.

    None where a name was confirmed in any of its courses: one is enough. Cost: 1 query.
    """
    of_path = Enrolment.objects.filter(
        learner=learner, course__in=[course.pk for course, _outline in shown.courses], completion__isnull=False
    )
    named = set(HolderName.objects.filter(enrolment__in=of_path).values_list("enrolment_id", flat=True))
    offering = {course.pk for course, outline in shown.courses if outline.certificates}
    waiting = of_path.filter(course__in=offering).order_by("-completion__completed_at", "-pk")
    return None if named else waiting.first()
