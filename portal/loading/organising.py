"""What managers of the demo have: a cohort in all states, ways in, a project whose texts are placeholders.

Nobody can sign in as one of its members.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accounts.models import Invitation, JoinLink, Membership, Organisation, Project, ProjectText, User
from accounts.operations.joining import invite, make_card, make_join_link
from courses.models import Course
from courses.queries import serving
from portal.loading.identity import lasting_id
from portal.loading.ledger import Ledger
from portal.loading.people import FOLDER, put_membership, put_object, put_reader
from portal.loading.records import CLUSTER_COURSE, course_named, do_steps
from progress.models import Cohort, Enrolment
from progress.operations.cohort_plans import propose_for
from progress.operations.cohorts import join_cohort

ORGANISATION, NEIGHBOUR = "Acul de Nord", "Talwerk Miteinander"
PROJECT = "Threads that hold (demo project)"
COHORT = "Autumn group (demo)"
INVITED = "ana@acul-de-nord.example"
WITHOUT_MAIL = "Nicu Balan (demo)"

# Name, steps done, and how many days ago the last one was: not started, stuck, on the way, and to the end.
ALL = -1
MEMBERS = (
    ("Adina", 0, 0), ("Bogdan", 0, 0), ("Camelia", 0, 0), ("Dorin", 0, 0),
    ("Elisabeta", 1, 24), ("Florin", 2, 19), ("Gabriela", 2, 16),
    ("Horia", 2, 4), ("Irina", 3, 1),
    ("Lucia", ALL, 6), ("Mihai", ALL, 5), ("Simona", ALL, 2),
)  # fmt: skip
# Of these, who has no e-mail address: a reminder reaches all but them.
NO_ADDRESS = ("Camelia", "Florin")
NEIGHBOURS = (("Anton", 0, 0), ("Beate", 2, 3), ("Cem", 1, 21))

_LANGUAGE = "en"
_PREFIX = "acul"
_NEIGHBOUR_PREFIX = "talwerk"
_BEGAN, _ENDS = timedelta(days=28), timedelta(days=56)
_LINK_DAYS, _LINK_LIMIT = 365, 40
_PLACEHOLDER = "Placeholder: the statement of support stands here, word for word as in the grant agreement."
_DISCLAIMER = "Placeholder: the disclaimer of the grant agreement stands here. No funder supports this demonstration."


def load_organising(people: dict[str, User], *, ledger: Ledger, at: datetime) -> None:
    """Make what is missing of it. What became of it since stays: what was taken back or ended is not made again."""
    morning = at.replace(hour=9, minute=0, second=0, microsecond=0)
    acul, talwerk = (Organisation.objects.get(name=name) for name in (ORGANISATION, NEIGHBOUR))
    project = _project(acul, ledger=ledger, at=morning)
    course = course_named(CLUSTER_COURSE)
    cohort = _cohort("autumn", COHORT, acul, course, people["manager"], project=project, at=morning)
    _fill(cohort, course, MEMBERS, _PREFIX, ledger=ledger, at=morning)
    other = _cohort("west", "First group (demo)", talwerk, course, people["manager2"], project=None, at=morning)
    _fill(other, course, NEIGHBOURS, _NEIGHBOUR_PREFIX, ledger=ledger, at=morning)
    for organisation, key, manager in (
        (acul, cohort.public_id, people["manager"]),
        (talwerk, None, people["manager2"]),
    ):
        make_join_link(
            organisation=organisation,
            days=_LINK_DAYS,
            limit=_LINK_LIMIT,
            by=manager,
            at=morning,
            cohort_key=key,
            key=lasting_id("demo", "join-links", organisation.name),
        )
    if not Invitation.objects.filter(organisation=acul, email=INVITED).exists():
        invite(
            organisation=acul,
            email=INVITED,
            name="Ana",
            language="ro",
            by=people["manager"],
            at=at,
            cohort_key=cohort.public_id,
        )
    source = f"{FOLDER}accounts/with-card"
    if ledger.find(source) is None:
        made = make_card(organisation=acul, name=WITHOUT_MAIL, language="ro", by=people["manager"], at=at)
        ledger.record(source, made.person, sha256="")


def demo_links() -> Iterator[JoinLink]:
    """Yield the join links that the demo made and that were not taken back."""
    keys = [lasting_id("demo", "join-links", name) for name in (ORGANISATION, NEIGHBOUR)]
    links = JoinLink.objects.filter(public_id__in=keys, revoked_at=None).select_related("organisation")
    yield from links.order_by("organisation__name")


def _project(organisation: Organisation, *, ledger: Ledger, at: datetime) -> Project:
    fields = {
        "funder": "A funder (placeholder)",
        "grant_number": "000000",
        "start_date": (at - timedelta(days=90)).date(),
        "end_date": (at + timedelta(days=640)).date(),
    }
    project: Project = put_object(Project, "projects", PROJECT, {"name": PROJECT}, fields, ledger=ledger)
    project.organisations.add(organisation)
    ProjectText.objects.get_or_create(
        project=project, language=_LANGUAGE, defaults={"statement": _PLACEHOLDER, "disclaimer": _DISCLAIMER}
    )
    return project


def _cohort(
    key: str,
    name: str,
    organisation: Organisation,
    course: Course,
    by: User,
    *,
    project: Project | None,
    at: datetime,
) -> Cohort:
    fields = {
        "name": name,
        "organisation": organisation,
        "course": course,
        "project": project,
        "start_date": (at - _BEGAN).date(),
        "end_date": (at + _ENDS).date(),
        "made_by": by,
        "made_at": at - _BEGAN,
    }
    cohort, is_new = Cohort.objects.get_or_create(public_id=lasting_id("demo", "cohorts", key), defaults=fields)
    if is_new:
        propose_for(cohort=cohort)
    return cohort


def _fill(
    cohort: Cohort,
    course: Course,
    members: tuple[tuple[str, int, int], ...],
    prefix: str,
    *,
    ledger: Ledger,
    at: datetime,
) -> None:
    """Put members into a cohort who are not there, each as far as the list says."""
    steps = [item for item in serving.outline_of(course, _LANGUAGE).items if item.required]
    began = at - _BEGAN
    there = set(Enrolment.objects.filter(course=course).values_list("learner__username", flat=True))
    for name, count, days_ago in members:
        if f"{prefix}-{name.lower()}" in there:
            continue
        person = put_reader(name, ledger=ledger, prefix=prefix, has_address=name not in NO_ADDRESS)
        put_membership(person, cohort.organisation, Membership.Role.LEARNER, since=began - timedelta(days=1))
        join_cohort(cohort=cohort, person=person, at=began, source=Enrolment.Source.JOIN_LINK)
        if count:
            enrolment = Enrolment.objects.select_related("course").get(learner=person, course=course)
            enrolment.learner = person
            wanted = steps if count == ALL else steps[:count]
            do_steps(enrolment, wanted, at=at - timedelta(days=days_ago, hours=len(wanted)))
