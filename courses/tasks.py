"""What the worker does for courses: settle what is flagged, publish pages and releases that are due."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from courses.operations.importing import empty_old_imports
from courses.operations.releasing import release_due
from courses.operations.reporting import delete_old_reports
from courses.operations.scheduling import refuse_impossible_schedules
from courses.operations.settling import one_edition, settle_due
from courses.operations.unpacking import empty_old_packages


@shared_task
def settle_due_courses() -> int:
    """Settle courses that were flagged and left, such as by a process that was killed; return how many."""
    return settle_due(at=timezone.now())


@shared_task
def publish_scheduled() -> None:
    """Publish and expire pages whose time has come, all of them one edition a course.

    What cannot be published is taken out of the schedule first: one such page would hold back all others, every minute.
    """
    at = timezone.now()
    refuse_impossible_schedules(at=at)
    with one_edition(cause="schedule", at=at):
        call_command("publish_scheduled", verbosity=0)


@shared_task
def publish_due_releases() -> int:
    """Publish the releases whose time has come; return how many."""
    return release_due(at=timezone.now())


@shared_task
def empty_old_question_imports() -> int:
    """Empty files of questions that were uploaded a day ago or more; return how many."""
    return empty_old_imports(at=timezone.now())


@shared_task
def empty_old_course_packages() -> int:
    """Delete packages of courses that were uploaded a day ago or more; return how many."""
    return empty_old_packages(at=timezone.now())


@shared_task
def delete_old_reader_reports() -> int:
    """Delete what readers said that was answered or closed a year ago or more; return how many."""
    return delete_old_reports(at=timezone.now())
