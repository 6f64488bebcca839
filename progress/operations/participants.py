"""The list with names of a project's participants: kept apart from accounts, for as long as the project says."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.announcing import announce_name_taken_back
from accounts.models import Project, ProjectParticipant
from courses.queries import serving
from progress.models import Enrolment


class NoSuchList(Exception):
    """The project keeps no list that somebody could agree to stand in."""


def note_participant(*, enrolment: Enrolment) -> ProjectParticipant | None:
    """Write the line of an enrolment in the list of its project, where a contract or a duty is the basis of that list.

    Returns None where there is no list (any more), or where each person is asked (`agree_to_list`). Written once: what stood when
    somebody enrolled stays. Give an enrolment with course, project, organisation and learner loaded. Cost: 2 queries.
    """
    project = enrolment.project
    if project is None or project.names_basis not in (Project.NamesBasis.CONTRACT, Project.NamesBasis.LEGAL_DUTY):
        return None
    if not project.keeps_list_on(localdate(enrolment.enrolled_at)):
        return None
    return _write(enrolment, project)


def agree_to_list(*, enrolment: Enrolment) -> ProjectParticipant:
    """Write the line of somebody who agrees to stand in the list of a project that asks each person. Cost: 2 queries.

    :raises NoSuchList: if the enrolment is of no project that asks.
    """
    project = enrolment.project
    if project is None or project.names_basis != Project.NamesBasis.CONSENT:
        raise NoSuchList
    return _write(enrolment, project)


def take_back_agreement(*, enrolment: Enrolment) -> None:
    """Take the line out again of somebody who agrees no more; what was made of the list forgets it too.

    :raises NoSuchList: if the list does not rest on consent.
    """
    project = enrolment.project
    if project is None or project.names_basis != Project.NamesBasis.CONSENT:
        raise NoSuchList
    with transaction.atomic():
        deleted, _by_model = ProjectParticipant.objects.filter(enrolment_key=enrolment.public_id).delete()
        if deleted:
            announce_name_taken_back(project)


def delete_ended_lists(*, at: datetime) -> int:
    """Delete the lists of projects whose `retention_until` is over (that day is still kept); return how many lines.

    Cost: 1 query or a few.
    """
    deleted, _by_model = ProjectParticipant.objects.filter(project__retention_until__lt=localdate(at)).delete()
    return deleted


def _write(enrolment: Enrolment, project: Project) -> ProjectParticipant:
    outline = serving.outline_of(enrolment.course, enrolment.course.source_language)
    organisation = enrolment.organisation
    line, _is_new = ProjectParticipant.objects.get_or_create(
        enrolment_key=enrolment.public_id,
        defaults={
            "project": project,
            "name": enrolment.learner.get_full_name()[:200],
            "organisation_name": organisation.name if organisation else "",
            "course_title": outline.title[:300],
            "enrolled_on": localdate(enrolment.enrolled_at),
        },
    )
    return line
