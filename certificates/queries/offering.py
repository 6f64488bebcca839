"""Who may be owed a certificate that a course began to give after they completed it."""

from django.db.models import Exists, OuterRef

from certificates.models import Certificate
from certificates.rules.due import ACHIEVEMENT, offered_by
from courses.models import CourseEdition
from progress.models import Enrolment, EnrolmentQuerySet
from progress.queries.enrolments import done_keys


def may_be_owed(course_id: int) -> EnrolmentQuerySet:
    """Return the enrolments of a course that are complete and named and have not the certificate that says most.

    Of several cycles the latest complete one: the others are evidence of their period. Not those whose certificate is
    withdrawn: what is given unasked must not stand in for it. When it is restored, what is due is looked at again.
    """
    later = Enrolment.objects.filter(
        learner=OuterRef("learner"), course=OuterRef("course"), cycle__gt=OuterRef("cycle"), completion__isnull=False
    )
    own = Certificate.objects.filter(enrolment=OuterRef("pk"), learning_path=None)
    return Enrolment.objects.filter(
        ~Exists(later),
        ~Exists(own.filter(kind=ACHIEVEMENT)),
        ~Exists(own.withdrawn()),
        course=course_id,
        completion__isnull=False,
        holder_name__isnull=False,
    )


def achievement_comes(enrolment: Enrolment) -> bool:
    """Return whether achievement is on its way to who passed all that the course needs for it now. Cost: at most 3 queries.

    Where the edition that was completed gave it, what that one needs counts.
    """
    if not may_be_owed(enrolment.course_id).filter(pk=enrolment.pk).exists():
        return False
    completed_in = CourseEdition.objects.get(pk=enrolment.completion.edition_id)
    offered = offered_by(completed_in.manifest)
    return ACHIEVEMENT not in offered.kinds or offered.needed <= done_keys(enrolment)
