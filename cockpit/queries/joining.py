"""Reads for bringing people in: what a way in can lead to, how each stands, what became of its mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import (
    ClusterMembership,
    Invitation,
    JoinLink,
    JoinRequest,
    Notification,
    Organisation,
    Project,
    SignInCard,
    User,
)
from accounts.operations.joining import INVITATION_MAIL
from cockpit.queries.scope import Sight
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import Outline

SHOWN = 50
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class Target:
    """A course or cohort that a way in may lead to. `organisation`: of a cohort, by number; None for a course."""

    kind: str
    key: UUID
    title: str
    organisation: int | None

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a manager can choose from when they make a way in."""

    organisations: Sequence[Organisation]
    cohorts: Sequence[Target]
    courses: Sequence[Target]
    projects: Sequence[tuple[Project, frozenset[int]]]


def choices_of(sight: Sight, *, language: str) -> Choices:
    """Return what ways in can lead to. Cost: 5 queries, 1 more for outlines not held."""
    organisations = list(sight.own_organisations())
    cohorts = sight.cohorts().filter(closed_at=None, end_date__gte=localdate(sight.at))
    found = Course.objects.filter(current_edition__isnull=False, archived_at=None).order_by("pk")
    outlines = sorted(serving.outlines_of(found, language).values(), key=lambda outline: outline.title.lower())
    projects = sight.projects().filter(Q(end_date=None) | Q(end_date__gte=localdate(sight.at)))
    own = {organisation.pk for organisation in organisations}
    return Choices(
        organisations,
        [Target("cohort", cohort.public_id, cohort.name, cohort.organisation_id) for cohort in cohorts],
        [Target("course", UUID(outline.course_key), outline.title, None) for outline in outlines],
        [
            (project, frozenset(organisation.pk for organisation in project.organisations.all()) & own)
            for project in projects.prefetch_related("organisations")
        ],
    )


def targets_of(ways: Iterable[JoinLink | Invitation], sight: Sight, *, language: str) -> dict[int, str]:
    """Return the names of what ways in lead to, by the number of each; none where it is the organisation alone.

    Cost: 2 queries, 1 more for outlines not held.
    """
    ways = list(ways)
    cohorts = sight.cohorts().filter(public_id__in=[way.cohort_key for way in ways if way.cohort_key])
    names: dict[UUID | None, str] = {cohort.public_id: cohort.name for cohort in cohorts}
    courses = Course.objects.filter(key__in=[way.course_key for way in ways if way.course_key])
    for outline in serving.outlines_of(courses, language).values():
        names[UUID(outline.course_key)] = outline.title
    return {way.pk: names.get(way.cohort_key or way.course_key, "") for way in ways}


def title_of_course(course: Course, *, language: str) -> Outline:
    """Return the outline of a course, for its title and address. Cost: none, or 1 query where it is not held."""
    return serving.outline_of(course, language)


def links_of(sight: Sight) -> QuerySet[JoinLink]:
    """Return the join links of a manager's organisations, the latest first."""
    return sight.join_links().select_related("organisation", "project", "made_by").order_by("-made_at", "-pk")


def invitations_of(sight: Sight) -> QuerySet[Invitation]:
    """Return invitations by mail, the latest first; those of people with cards are on the page of cards."""
    rows = sight.invitations().exclude(email="")
    return rows.select_related("organisation", "project", "made_by", "person").order_by("-made_at", "-pk")


def mails_of(invitations: Iterable[Invitation], sight: Sight) -> dict[int, Notification]:
    """Return what became of the last mail of each invitation, by its number. Cost: 1 query."""
    keys = {f"{invitation.public_id}:{invitation.token_digest[:16]}": invitation.pk for invitation in invitations}
    sent = sight.notifications().filter(kind=INVITATION_MAIL, key__in=list(keys))
    return {keys[notification.key]: notification for notification in sent}


def cards_of(sight: Sight) -> QuerySet[SignInCard]:
    """Return the latest card of each person, the latest first."""
    cards = sight.rows(SignInCard, path="organisation")
    later = SignInCard.objects.filter(person=OuterRef("person"), made_at__gt=OuterRef("made_at"))
    latest = cards.filter(~Exists(later), person__erased_at=None)
    return latest.select_related("person", "organisation", "made_by").order_by("-made_at", "-pk")


def requests_of(sight: Sight) -> QuerySet[JoinRequest]:
    """Return requests that wait, the oldest first."""
    waiting = sight.join_requests().filter(state=JoinRequest.State.WAITING)
    return waiting.select_related("person", "link__organisation").order_by("told_at", "pk")


def clusters_of(organisation: Organisation, *, at: datetime) -> list[str]:
    """Return the names of clusters whose managers see people of an organisation, too. Cost: 1 query."""
    on = localdate(at)
    rows = ClusterMembership.objects.filter(
        Q(end_date=None) | Q(end_date__gt=on), organisation=organisation, start_date__lte=on
    )
    return list(rows.order_by("cluster__name").values_list("cluster__name", flat=True))


def confirmed_domains(people: Iterable[User]) -> dict[int, str]:
    """Return the domain of each person's confirmed address, by person. No query: `User.email` is a confirmed one."""
    return {person.pk: person.email.rpartition("@")[2] for person in people if person.email}
