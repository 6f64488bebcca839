"""Take a course out of the catalogue for good, without touching what people did in it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.models import Course
from courses.operations.settling import flag_courses, one_edition


def archive_course(*, course_key: UUID, at: datetime) -> None:
    """Take a course out of catalogue and search. Who is enrolled keeps reading it. Archiving twice changes nothing.

    Makes no edition: what the course says is as it was.
    """
    with one_edition(cause="archive", at=at), transaction.atomic():
        Course.objects.filter(key=course_key, archived_at=None).update(archived_at=at)
        flag_courses([course_key])


def reopen_course(*, course_key: UUID, at: datetime) -> None:
    """Put an archived course back into catalogue and search."""
    with one_edition(cause="reopen", at=at), transaction.atomic():
        Course.objects.filter(key=course_key).exclude(archived_at=None).update(archived_at=None)
        flag_courses([course_key])
