"""Three organisations, two clusters, people in several: every name holds a word that is nowhere else.

Each word is written down with the managers who may read it (`World.words`), and each thing that an address names with the
managers for whom it is there (`World.objects`). An address with a parameter of a new kind: add its objects in `build`,
below the way that leads to it ("cockpit/things/").
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import (
    Cluster,
    ClusterManager,
    ClusterMembership,
    Invitation,
    JoinLink,
    JoinRequest,
    Membership,
    Notification,
    Organisation,
    SignInCard,
    User,
)
from certificates.models.certificates import new_public_id
from cockpit.models import ImportedRow, PeopleImport, Reminder, ReminderReceiver, ToDo
from cockpit.operations.tokens import make_token
from courses.models import Course
from progress import operations
from progress.models import (
    Attendance,
    Cohort,
    CohortMember,
    CohortMessage,
    Enrolment,
    EnrolmentShare,
    FacilitatorNote,
    LiveSession,
    PlannedStep,
)
from tests.certificates.payloads import plain_payload
from tests.certificates.rows import make_certificate
from tests.cockpit.evidence_builders import make_pack
from tests.courses.builders import make_course
from tests.people import LONG_AGO, join, make_learner, make_manager, make_organisation, make_project, make_user
from tests.progress.builders import NOON, do_lessons, lessons_of

OWNERS = ("alder", "birch", "cedar")
MANAGERS = ("m-alder", "m-birch", "m-cedar", "m-two", "k-north", "k-south", "m-gone")
ELSEWHERE = "m-elsewhere"
# Who manages which organisation, and who sees its people through a cluster. North had birch until the summer, before
# anything was done in it; m-gone managed birch until then.
OWN = {"alder": {"m-alder", "m-two"}, "birch": {"m-birch"}, "cedar": {"m-cedar", "m-two"}}
THROUGH = {"alder": {"k-north"}, "birch": {"k-south"}, "cedar": {"k-south"}}
SUMMER = date(2026, 7, 1)


@dataclass(frozen=True)
class Thing:
    """What an address names: the value, the organisation or manager it is of, and for whom it is there."""

    value: str
    owner: str
    seen_by: frozenset[str]


@dataclass
class World:
    people: dict[str, User] = field(default_factory=dict)
    words: dict[str, frozenset[str]] = field(default_factory=dict)
    objects: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))
    organisations: dict[str, Organisation] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def word(self, text: str, seen_by: set[str]) -> str:
        """Return a word that no other text holds, and write down who may read it."""
        made = "zq" + text.replace("-", "").replace(" ", "") + "qz"
        self.words[made] = frozenset(seen_by)
        return made

    def add(self, way: str, value: object, owner: str, seen_by: set[str]) -> None:
        self.objects[way].append(Thing(str(value), owner, frozenset(seen_by)))

    def foreign(self, manager: str, text: str) -> list[str]:
        """Return the words in a text that a manager may not read."""
        lower = text.lower()
        return [word for word, seen_by in self.words.items() if manager not in seen_by and word in lower]


def seen(*owners: str) -> set[str]:
    """Return who sees what is done for these organisations."""
    return set().union(*(OWN[owner] | THROUGH[owner] for owner in owners))


def build() -> World:
    world = World()
    for owner in OWNERS:
        # North still sees what was done in birch until the summer, so its name, too.
        name = world.word(f"org{owner}", seen(owner) | ({"k-north"} if owner == "birch" else set()))
        world.organisations[owner] = make_organisation(name, country="IT")
        world.courses[owner] = make_course(slug=f"course-{owner}", title=f"Course {owner}", quiz_count=0)
    _managers(world)
    _people_of_several(world)
    for owner in OWNERS:
        _people(world, owner)
    for owner in OWNERS:
        _things(world, owner)
    for name in MANAGERS:
        todo = ToDo.objects.create(person=world.people[name], text=world.word(f"todo{name}", {name}), made_at=NOON)
        world.add("cockpit/to-do/", todo.public_id, name, {name})
    _packs(world)
    return world


def _managers(world: World) -> None:
    for name in MANAGERS:
        owners = {owner for owner, who in OWN.items() if name in who}
        colleagues = {name}.union(*(OWN[owner] for owner in owners)) if owners else {name}
        word = world.word(f"manager{name}", colleagues)
        world.people[name] = make_user(name, role="manager", display_name=word, email=f"{word}@example.org")
        for owner in owners:
            join(world.people[name], world.organisations[owner], role=Membership.Role.MANAGER)
    join(world.people["m-gone"], world.organisations["birch"], role=Membership.Role.MANAGER, until=SUMMER)
    for name, members in {"north": ("alder", "birch"), "south": ("birch", "cedar")}.items():
        readers = {f"k-{name}"}.union(*(OWN[owner] for owner in members))
        cluster = Cluster.objects.create(name=world.word(f"cluster{name}", readers), country="IT")
        for owner in members:
            left = SUMMER if (name, owner) == ("north", "birch") else None
            ClusterMembership.objects.create(
                cluster=cluster,
                organisation=world.organisations[owner],
                start_date=date(2026, 1, 1),
                end_date=left,
            )
        ClusterManager.objects.create(user=world.people[f"k-{name}"], cluster=cluster, start_date=date(2026, 1, 1))
        world.clusters[name] = cluster


def _person(world: World, text: str, seen_by: set[str], owner: str, *, email: bool = True) -> User:
    word = world.word(text, seen_by)
    person = make_learner(word, display_name=word.capitalize(), email=f"{word}@{word}.example" if email else "")
    world.add("cockpit/people/", person.public_id, owner, seen_by)
    return person


def _enrol(world: World, person: User, owner: str, *, for_it: bool = True) -> Enrolment:
    enrolment = operations.enrol_learner(
        learner=person,
        course=world.courses[owner],
        at=NOON,
        organisation=world.organisations[owner] if for_it else None,
    )
    do_lessons(enrolment)
    return enrolment


def _people(world: World, owner: str) -> None:
    """Make one who is in this organisation alone, with a certificate; one entered and not told; one who learns alone."""
    organisation = world.organisations[owner]
    only = _person(world, f"only{owner}", seen(owner), owner)
    join(only, organisation)
    world.people[f"only-{owner}"] = only
    public_id = new_public_id()
    payload = plain_payload(name=world.word(f"holder{owner}", seen(owner)), public_id=public_id, number=f"CT-{owner}")
    certificate = make_certificate(payload, learner=only, course=world.courses[owner])
    Enrolment.objects.filter(pk=certificate.enrolment_id).update(organisation=organisation)
    do_lessons(certificate.enrolment)
    world.add("cockpit/certificates/", public_id, owner, set())
    untold = _person(world, f"untold{owner}", OWN[owner], owner)
    join(untold, organisation, told_at=None)
    _enrol(world, untold, owner)
    alone = _person(world, f"alone{owner}", OWN[owner], owner)
    join(alone, organisation)
    _enrol(world, alone, owner, for_it=False)


def _people_of_several(world: World) -> None:
    organisations = world.organisations
    both = _person(world, "bothaldercedar", seen("alder", "cedar"), "alder")
    for owner in ("alder", "cedar"):
        join(both, organisations[owner])
        _enrol(world, both, owner)
    moved = _person(world, "movedalderbirch", seen("alder", "birch"), "birch")
    join(moved, organisations["alder"], until=NOON.date() + timedelta(days=1))
    _enrol(world, moved, "alder")
    join(moved, organisations["birch"])
    _enrol(world, moved, "birch")
    left = _person(world, "leftcedar", set(), "cedar")
    join(left, organisations["cedar"], until=SUMMER)
    _enrol(world, left, "cedar")
    shows = _person(world, "showsbirch", OWN["birch"], "birch")
    join(shows, organisations["birch"])
    share = _enrol(world, shows, "birch", for_it=False)
    EnrolmentShare.objects.create(enrolment=share, organisation=organisations["birch"], shared_at=NOON)


def _things(world: World, owner: str) -> None:
    """Make what managers of an organisation made: a cohort and all that is in it, ways in, an import, messages, a token."""
    organisation, own = world.organisations[owner], OWN[owner]
    manager, only = world.people[f"m-{owner}"], world.people[f"only-{owner}"]
    course = world.courses[owner]
    for way in ("cockpit/organisations/", "cockpit/people/<>/memberships/"):
        world.add(way, organisation.public_id, owner, own)
    project = make_project(world.word(f"project{owner}", seen(owner)), funder=world.word(f"funder{owner}", seen(owner)))
    project.organisations.add(organisation)
    cohort = Cohort.objects.create(
        name=world.word(f"cohort{owner}", own),
        organisation=organisation,
        course=course,
        project=project,
        start_date=NOON.date(),
        end_date=NOON.date() + timedelta(days=60),
        made_by=manager,
        made_at=NOON,
    )
    world.add("cockpit/cohorts/", cohort.public_id, owner, own)
    CohortMember.objects.create(cohort=cohort, person=only, joined_at=NOON)
    world.add("cockpit/cohorts/<>/people/", only.public_id, owner, own)
    PlannedStep.objects.create(cohort=cohort, course=course, item_key=lessons_of(course)[0].key, due_date=NOON.date())
    CohortMessage.objects.create(
        cohort=cohort,
        subject=world.word(f"subject{owner}", own),
        text=world.word(f"message{owner}", own),
        sent_by=manager,
        sent_at=NOON,
    )
    FacilitatorNote.objects.create(
        cohort=cohort, text=world.word(f"note{owner}", own), written_by=manager, written_at=NOON
    )
    meeting = LiveSession.objects.create(
        cohort=cohort,
        title=world.word(f"session{owner}", own),
        begins_at=NOON,
        minutes=60,
        place=world.word(f"room{owner}", own),
    )
    world.add("cockpit/cohorts/<>/sessions/", meeting.public_id, owner, own)
    Attendance.objects.create(session=meeting, person=only, was_there=True, noted_by=manager, noted_at=NOON)
    until = NOON + timedelta(days=3000)
    way = {"organisation": organisation, "made_by": manager, "made_at": NOON, "expires_at": until, "project": project}
    number = OWNERS.index(owner)
    link = JoinLink.objects.create(
        **way, token=world.word(f"link{owner}", own), code=f"ZQ0{number}-0QZ", limit=10, cohort_key=cohort.public_id
    )
    world.words[link.code.lower()] = frozenset(own)
    world.add("cockpit/join-links/", link.public_id, owner, own)
    asks = _person(world, f"asks{owner}", own, f"nobody-{owner}")
    request = JoinRequest.objects.create(link=link, person=asks, told_at=NOON)
    world.add("cockpit/join-requests/", request.public_id, owner, own)
    word = world.word(f"invited{owner}", own)
    invitation = Invitation.objects.create(
        **way, email=f"{word}@example.org", name=word, token_digest=f"digest-{owner}", code=f"ZQ1{number}-1QZ"
    )
    world.add("cockpit/invitations/", invitation.public_id, owner, own)
    carded = _person(world, f"carded{owner}", own, owner, email=False)
    join(carded, organisation, told_at=None)
    card = SignInCard.objects.create(
        person=carded,
        organisation=organisation,
        secret_digest=f"secret-{owner}",
        made_by=manager,
        made_at=NOON,
        expires_at=until,
    )
    world.add("cockpit/cards/", card.public_id, owner, own)
    brought = PeopleImport.objects.create(
        organisation=organisation,
        file_name=f"{world.word(f'file{owner}', own)}.csv",
        file_sha256="a" * 64,
        made_by=manager,
        made_at=NOON,
    )
    values = {"name": world.word(f"row{owner}", own), "email": "", "username": f"row-{owner}", "language": "en"}
    ImportedRow.objects.create(people_import=brought, number=2, values=values, state=ImportedRow.State.READY)
    world.add("cockpit/import/", brought.public_id, owner, own)
    reminder = Reminder.objects.create(
        organisation=organisation,
        text=world.word(f"reminder{owner}", own),
        token=uuid.uuid4(),
        sent_by=manager,
        sent_at=NOON,
        due_at=NOON,
    )
    ReminderReceiver.objects.create(reminder=reminder, enrolment=Enrolment.objects.get(learner=only))
    world.add("cockpit/reminders/", reminder.public_id, owner, own)
    notification = Notification.objects.create(
        kind="cockpit.reminder",
        key=f"leak-{owner}",
        person=only,
        address=only.email,
        organisation=organisation,
        sender=manager,
        state=Notification.State.FAILED,
        problem=world.word(f"problem{owner}", own),
        posted_at=NOON,
        settled_at=NOON,
    )
    world.add("cockpit/messages/", notification.public_id, owner, own)
    token, text = make_token(organisation=organisation, name=world.word(f"token{owner}", own), by=manager, at=LONG_AGO)
    world.add("cockpit/tokens/", token.public_id, owner, own)
    world.tokens[f"m-{owner}"] = text


def _packs(world: World) -> None:
    """Make one evidence pack for an organisation and one for a cluster: each is its maker's alone."""
    for name, place in {"m-alder": world.organisations["alder"], "k-south": world.clusters["south"]}.items():
        pack = make_pack(world.people[name], place=place, names="pseudonyms")
        world.add("cockpit/reports/packs/", pack.public_id, name, {name})


def make_manager_of_nothing() -> User:
    """Make a manager of an organisation without anybody: all of the world is foreign to them."""
    return make_manager(ELSEWHERE, display_name="Somebody Elsewhere")
