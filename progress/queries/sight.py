"""Who sees what of a person: for the person themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import ClusterManager, ClusterMembership, Look, Membership, Organisation, User
from accounts.rules.sight import Spell, is_seen
from courses.queries import serving
from courses.rules.addresses import course_address
from courses.rules.outline import Outline
from progress.models import Enrolment, EnrolmentShare


@dataclass(frozen=True, slots=True)
class SeenEnrolment:
    """An enrolment in the words of its page. `is_shown`: made alone, and shown to the organisation it stands below."""

    enrolment: Enrolment
    outline: Outline
    url: str
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class SeenCluster:
    """A cluster whose managers see the same as an organisation's."""

    name: str
    managers: Sequence[str]


@dataclass(frozen=True, slots=True)
class OrganisationSight:
    """What one organisation sees of the person.

    `since`: when the person agreed, None before that. `ended_at`: when the last role there ended, None while one runs.
    `seen`: enrolments that are seen; `own`: those made alone, which may be shown while somebody belongs there.
    """

    organisation: Organisation
    roles: Sequence[str]
    since: datetime | None
    ended_at: datetime | None
    is_to_agree: bool
    managers: Sequence[str]
    clusters: Sequence[SeenCluster]
    seen: Sequence[SeenEnrolment]
    own: Sequence[SeenEnrolment] = field(default_factory=list)

    @property
    def role(self) -> str:
        """The role whose duties are told of where somebody has several."""
        order = (Membership.Role.MANAGER, Membership.Role.ASSESSOR, Membership.Role.LEARNER)
        return next((str(role) for role in order if role in self.roles), "")


def who_sees(person: User, *, at: datetime, language: str) -> list[OrganisationSight]:
    """Return what organisations see of somebody: first those that wait for an answer, then by name; left ones last.

    Cost: at most 7 queries, and 1 for outlines not held.
    """
    memberships: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.filter(user=person).select_related("organisation").order_by("pk"):
        memberships[membership.organisation_id].append(membership)
    if not memberships:
        return []
    enrolments = list(Enrolment.objects.filter(learner=person).with_course().order_by("enrolled_at", "pk"))
    shown = set(
        EnrolmentShare.objects.filter(enrolment__learner=person, ended_at=None).values_list("enrolment", "organisation")
    )
    outlines = serving.outlines_of([enrolment.course for enrolment in enrolments], language)
    running = [pk for pk, rows in memberships.items() if any(_runs(row, at) for row in rows)]
    managers, clusters = _managers_of(list(memberships), at), _clusters_of(running, at)
    found = []
    for pk, rows in memberships.items():
        current = [row for row in rows if _runs(row, at)]
        agreed = [row.told_at for row in rows if row.told_at is not None]
        spells = [Spell(row.sees_from, row.ended_at) for row in rows if row.told_at is not None]
        entries = [_entry(enrolment, outlines, language, (enrolment.pk, pk) in shown) for enrolment in enrolments]
        alone = [entry for entry in entries if entry.enrolment.organisation_id is None]
        made_through = [
            entry
            for entry in entries
            if entry.enrolment.organisation_id == pk and is_seen(entry.enrolment.enrolled_at, spells)
        ]
        is_agreed = any(row.told_at is not None for row in current)
        found.append(
            OrganisationSight(
                organisation=rows[0].organisation,
                roles=[row.role for row in current],
                since=min(agreed, default=None),
                ended_at=None if current else max(row.ended_at for row in rows if row.ended_at is not None),
                is_to_agree=any(row.told_at is None for row in current),
                managers=managers[pk],
                clusters=clusters[pk],
                seen=[*made_through, *(entry for entry in alone if entry.is_shown)],
                own=alone if is_agreed else [],
            )
        )
    return sorted(found, key=lambda one: (not one.is_to_agree, one.ended_at is not None, one.organisation.name.lower()))


def waits_for_agreement(person: User, *, at: datetime) -> list[Organisation]:
    """Return organisations somebody was entered in and has not agreed to yet. Cost: 1 query."""
    return list(
        Organisation.objects.filter(
            Q(memberships__ended_at=None) | Q(memberships__ended_at__gt=at),
            memberships__user=person,
            memberships__told_at=None,
        )
        .distinct()
        .order_by("name")
    )


def running_memberships(person: User, organisation: UUID, *, at: datetime) -> list[Membership]:
    """Return somebody's roles in an organisation that run. Cost: 1 query.

    :raises Membership.DoesNotExist: where there is none.
    """
    rows = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), user=person, organisation__public_id=organisation
    )
    found = list(rows.select_related("organisation", "user").order_by("pk"))
    if not found:
        raise Membership.DoesNotExist
    return found


def enrolment_made_alone(person: User, public_id: UUID) -> Enrolment:
    """Return an enrolment that somebody made alone. Cost: 1 query.

    :raises Enrolment.DoesNotExist: if they have none of that id, or it was made through an organisation.
    """
    return Enrolment.objects.select_related("course").get(learner=person, public_id=public_id, organisation=None)


def looks_at(person: User) -> QuerySet[Look]:
    """Return who looked at what somebody does, the latest first. No query of its own."""
    return Look.objects.filter(subject=person).select_related("viewer").order_by("-day", "-pk")


def _entry(enrolment: Enrolment, outlines: Mapping[int, Outline], language: str, is_shown: bool) -> SeenEnrolment:
    outline = outlines[enrolment.course_id]
    return SeenEnrolment(enrolment, outline, course_address(outline, language), is_shown)


def _runs(membership: Membership, at: datetime) -> bool:
    return membership.ended_at is None or membership.ended_at > at


def _managers_of(organisations: Sequence[int], at: datetime) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    on = localdate(at)
    rows = Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        organisation__in=organisations,
        role=Membership.Role.MANAGER,
        start_date__lte=on,
        user__is_active=True,
    ).select_related("user")
    for row in rows.order_by("user__display_name", "user__username"):
        found[row.organisation_id].append(row.user.get_full_name())
    return found


def _clusters_of(organisations: Sequence[int], at: datetime) -> Mapping[int, list[SeenCluster]]:
    """Return the clusters that see these organisations now: those with a manager."""
    on = localdate(at)
    runs = Q(start_date__lte=on) & (Q(end_date=None) | Q(end_date__gt=on))
    times = list(
        ClusterMembership.objects.filter(runs, organisation__in=organisations)
        .order_by("cluster__name", "pk")
        .values_list("organisation", "cluster", "cluster__name")
    )
    people: dict[int, list[str]] = defaultdict(list)
    if times:
        rows = ClusterManager.objects.filter(runs, cluster__in={cluster for _pk, cluster, _name in times})
        for row in rows.select_related("user").order_by("user__display_name", "user__username"):
            people[row.cluster_id].append(row.user.get_full_name())
    found: dict[int, list[SeenCluster]] = defaultdict(list)
    for organisation, cluster, name in times:
        if people[cluster]:
            found[organisation].append(SeenCluster(name, people[cluster]))
    return found
