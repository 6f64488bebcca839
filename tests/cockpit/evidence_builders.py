"""A project with people of enterprises, for tests of reports; and the making of a pack to its end."""

import io
import uuid
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.storage import storages
from django.utils import timezone

from accounts.models import Organisation, Project, User
from cockpit.models import EvidencePack
from cockpit.operations import packs
from cockpit.queries.evidence import Question, Report, question_of, read_report
from cockpit.queries.scope import sight_of
from cockpit.rules.evidence import Period
from courses.models import Course
from foundation.models import Job
from foundation.operations import run_job
from progress import operations
from progress.models import Enrolment
from tests.courses.builders import make_course
from tests.people import join, make_cluster, make_cluster_manager, make_learner, make_organisation, make_project
from tests.progress.builders import NOON, lessons_of

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 24))
LATER = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
ZONE = timezone.get_default_timezone()


@dataclass
class Scene:
    """A cluster of two enterprises that take one course together, in a project."""

    manager: User
    hub: Organisation
    mill: Organisation
    project: Project
    course: Course
    people: list[User]
    enrolments: list[Enrolment]


def make_scene(count: int = 3, **project: Any) -> Scene:
    """Make `count` people in the hub and one in the mill; each did the first lesson at noon."""
    hub = make_organisation("Hub", country="IT", size_band="micro")
    mill = make_organisation("Mill", country="PL", size_band="large")
    manager = make_cluster_manager(cluster=make_cluster("Cloth", hub, mill))
    funded = make_project("Threads", **project)
    funded.organisations.add(hub, mill)
    course = make_course(slug="threads")
    people, enrolments = [], []
    for number in range(count + 1):
        place = hub if number < count else mill
        person = make_learner(f"person-{number}", display_name=f"Person Token{number}")
        join(person, place)
        enrolment = operations.enrol_learner(learner=person, course=course, at=NOON, organisation=place, project=funded)
        do_first(enrolment)
        people.append(person)
        enrolments.append(enrolment)
    return Scene(manager, hub, mill, funded, course, people, enrolments)


def do_first(enrolment: Enrolment, at: datetime = NOON) -> None:
    lesson = lessons_of(enrolment.course)[0]
    operations.mark_lesson_done(enrolment=enrolment, item_key=lesson.key, language="en", at=at)


def question(manager: User, *, project: Project | None = None, place: Any = None, at: datetime = LATER) -> Question:
    sight = sight_of(manager, at=at, chosen=place.public_id if place else None)
    return question_of(sight, NOVEMBER, project=project, zone=ZONE)


def report(manager: User, **about: Any) -> Report:
    return read_report(question(manager, **about), language="en")


def make_pack(
    manager: User,
    *,
    project: Project | None = None,
    place: Any = None,
    names: str = "totals",
    at: datetime = LATER,
    period: Period = NOVEMBER,
    sheet: Any = None,
) -> EvidencePack:
    """Ask for a pack and make it to its end."""
    sight = sight_of(manager, at=at, chosen=place.public_id if place else None)
    pack = packs.ask_for_pack(
        token=uuid.uuid4(),
        asked_by=manager,
        place=sight.chosen,
        project=project,
        period=period,
        names=names,
        language="en",
        sheet=sheet or {},
        at=at,
    )
    job = Job.objects.get(kind="cockpit.pack", key=str(pack.public_id))
    assert run_job(job_id=job.pk, clock=lambda: at + timedelta(seconds=1)), Job.objects.get(pk=job.pk).problem
    pack.refresh_from_db()
    return pack


def bytes_of(pack: EvidencePack) -> bytes:
    with storages["evidence"].open(pack.file) as file:
        return file.read()


def files_of(pack: EvidencePack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bytes_of(pack))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
