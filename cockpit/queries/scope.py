"""The scoped entry point: whatever a manager reads of people begins with `sight_of`.

    sight = sight_of(request.user, at=now)
    sight.enrolments().filter(course=course)

Rows come out with what this viewer may know of them and no more; `foundation.scope` refuses any other read of the same
tables while a page of managers is made. The rule of time is `accounts.rules.sight.is_seen`, here as SQL.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate, make_aware

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
    Project,
    User,
)
from certificates.models import Certificate
from foundation import scope
from progress.models import Cohort, CourseCompletion, Enrolment, EnrolmentShare, ItemCompletion


class NothingToSee(Exception):
    """The viewer manages nothing, or not this."""


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation or a cluster whose people a viewer may look at. `is_own`: an organisation they manage themselves."""

    public_id: UUID
    name: str
    is_cluster: bool
    is_own: bool


@dataclass(frozen=True)
class Sight:
    """What one viewer may see at one moment: all their places, or the one they chose.

    `organisations` names each organisation by number, with the moment until which it is seen: None for no end. `own`
    are those of them that the viewer manages, where they may act; the others are seen through a cluster.
    """

    viewer: User
    at: datetime
    places: tuple[Place, ...]
    chosen: Place | None
    organisations: Mapping[int, datetime | None]
    own: frozenset[int]
    clusters: frozenset[int]

    @cached_property
    def name(self) -> str:
        """Name of the place that was chosen, or of the only one; "" for several."""
        place = self.chosen or (self.places[0] if len(self.places) == 1 else None)
        return place.name if place else ""

    def enrolments(self) -> QuerySet[Enrolment]:
        """Return enrolments in sight, with what is seen of each. No query of its own.

        `is_whole`: nothing of it is hidden, so that its cached figures hold. `seen_completion`: when the course was
        completed, None where it is not or that is hidden. `seen_steps`, `last_step_at`: steps done, and when the last.
        Join `learner` and `organisation` with select_related: a relation read later is refused.
        """
        steps = ItemCompletion.objects.filter(
            self.seen("completed_at", enrolment="enrolment"), enrolment=OuterRef("pk")
        )
        completion = CourseCompletion.objects.filter(
            self.seen("completed_at", enrolment="enrolment"), enrolment=OuterRef("pk")
        )
        whole = Membership.objects.filter(
            user=OuterRef("learner"),
            organisation=OuterRef("organisation"),
            told_at__isnull=False,
            sees_from=None,
            ended_at=None,
        )
        counted = steps.order_by().values("enrolment").annotate(n=Count("pk")).values("n")
        return Enrolment.objects.filter(scope.mark(), self.seen("enrolled_at")).annotate(
            is_whole=Case(
                When(Exists(whole) & Q(organisation__in=self._open), then=Value(True)),
                When(Exists(self._shares().filter(enrolment=OuterRef("pk"), ended_at=None)), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            seen_completion=Subquery(completion.values("completed_at")[:1]),
            last_step_at=Subquery(steps.order_by("-completed_at").values("completed_at")[:1]),
            seen_steps=Coalesce(Subquery(counted), Value(0)),
        )

    def seen(self, moment: str, *, enrolment: str = "") -> Q:
        """Return what picks rows whose `moment` this viewer may know of. `enrolment` leads to it; "" for enrolments.

        No query of its own: two subqueries of the caller's, by indexes.
        """
        path = f"{enrolment}__" if enrolment else ""
        spells = Membership.objects.filter(
            Q(sees_from=None) | Q(sees_from__lte=OuterRef(moment)),
            Q(ended_at=None) | Q(ended_at__gt=OuterRef(moment)),
            user=OuterRef(f"{path}learner"),
            organisation=OuterRef(f"{path}organisation"),
            told_at__isnull=False,
        )
        shares = self._shares().filter(
            Q(ended_at=None) | Q(ended_at__gt=OuterRef(moment)), enrolment=OuterRef(enrolment or "pk")
        )
        places = Q(**{f"{path}organisation__in": self._open})
        for organisation, until in self.organisations.items():
            if until is not None:
                places |= Q(**{f"{path}organisation": organisation, f"{moment}__lt": until})
        return (places & Exists(spells)) | Q(Exists(shares))

    def memberships(self) -> QuerySet[Membership]:
        """Return memberships of people in the viewer's own organisations, ended ones too. Join `user`."""
        return Membership.objects.filter(scope.mark(), organisation__in=self.own)

    def people(self) -> QuerySet[User]:
        """Return whoever is or was a member of an organisation of the viewer's own, or has an enrolment in sight."""
        member = Membership.objects.filter(user=OuterRef("pk"), organisation__in=self.own)
        enrolled = Enrolment.objects.filter(self.seen("enrolled_at"), learner=OuterRef("pk"))
        return User.objects.filter(scope.mark(), Q(Exists(member)) | Q(Exists(enrolled)), erased_at=None)

    def certificates(self) -> QuerySet[Certificate]:
        """Return certificates of enrolments in sight, issued in the time that is seen."""
        return Certificate.objects.filter(scope.mark(), self.seen("issued_at", enrolment="enrolment"))

    def steps(self) -> QuerySet[ItemCompletion]:
        """Return steps done of enrolments in sight, in the time that is seen."""
        return ItemCompletion.objects.filter(scope.mark(), self.seen("completed_at", enrolment="enrolment"))

    def completions(self) -> QuerySet[CourseCompletion]:
        """Return completions of enrolments in sight, in the time that is seen."""
        return CourseCompletion.objects.filter(scope.mark(), self.seen("completed_at", enrolment="enrolment"))

    def own_organisations(self) -> QuerySet[Organisation]:
        return Organisation.objects.filter(pk__in=self.own)

    def seen_organisations(self) -> QuerySet[Organisation]:
        return Organisation.objects.filter(pk__in=self.organisations)

    def projects(self) -> QuerySet[Project]:
        """Return projects that organisations in sight take part in."""
        return Project.objects.filter(organisations__in=list(self.organisations)).distinct()

    def invitations(self) -> QuerySet[Invitation]:
        return Invitation.objects.filter(scope.mark(), organisation__in=self.own)

    def join_links(self) -> QuerySet[JoinLink]:
        return JoinLink.objects.filter(scope.mark(), organisation__in=self.own)

    def join_requests(self) -> QuerySet[JoinRequest]:
        return JoinRequest.objects.filter(scope.mark(), link__organisation__in=self.own)

    def notifications(self) -> QuerySet[Notification]:
        return Notification.objects.filter(scope.mark(), organisation__in=self.own)

    def cohorts(self) -> QuerySet[Cohort]:
        return Cohort.objects.filter(scope.mark(), organisation__in=self.own)

    def rows(self, model: Any, *, path: str) -> QuerySet[Any]:
        """Return rows of a model whose `path` leads to an organisation of the viewer's own."""
        return model._default_manager.filter(scope.mark(), **{f"{path}__in": self.own})

    def mine(self, model: Any, *, path: str) -> QuerySet[Any]:
        """Return rows of a model that are the viewer's alone; `path` leads to the person."""
        return model._default_manager.filter(scope.mark(), **{path: self.viewer})

    def _shares(self) -> QuerySet[EnrolmentShare]:
        return EnrolmentShare.objects.filter(organisation__in=self._open)

    @cached_property
    def _open(self) -> list[int]:
        return [organisation for organisation, until in self.organisations.items() if until is None]


def sight_of(viewer: User, *, at: datetime, chosen: UUID | None = None) -> Sight:
    """Return what a person may see now as a manager, of all their places or of the one chosen. Cost: 3 queries.

    :raises NothingToSee: if they manage nothing, or not what was chosen: a foreign place is as an absent one.
    """
    on = localdate(at)
    running = Q(end_date=None) | Q(end_date__gt=on)
    managed = (
        Membership.objects.filter(scope.mark(), running, user=viewer, role=Membership.Role.MANAGER, start_date__lte=on)
        .filter(organisation__shows_people=True)
        .order_by("organisation__name", "organisation")
        .values_list("organisation", "organisation__public_id", "organisation__name")
    )
    own = {pk: Place(public_id, name, is_cluster=False, is_own=True) for pk, public_id, name in managed}
    clusters = list(
        Cluster.objects.filter(
            scope.mark(),
            Exists(ClusterManager.objects.filter(running, user=viewer, cluster=OuterRef("pk"), start_date__lte=on)),
        ).order_by("name")
    )
    through: dict[int, dict[int, datetime | None]] = {cluster.pk: {} for cluster in clusters}
    names: dict[int, tuple[UUID, str]] = {}
    if clusters:
        times = ClusterMembership.objects.filter(
            cluster__in=clusters, start_date__lte=on, organisation__shows_people=True
        ).order_by("start_date", "pk")
        for cluster, pk, public_id, name, end in times.values_list(
            "cluster", "organisation", "organisation__public_id", "organisation__name", "end_date"
        ):
            through[cluster][pk] = make_aware(datetime.combine(end, time())) if end is not None else None
            names[pk] = (public_id, name)
    members = {
        pk: Place(*names[pk], is_cluster=False, is_own=False)
        for pk in sorted(names, key=lambda pk: names[pk][1])
        if pk not in own
    }
    places = (
        *own.values(),
        *(Place(cluster.public_id, cluster.name, is_cluster=True, is_own=False) for cluster in clusters),
        *members.values(),
    )
    if not places:
        raise NothingToSee
    everything: dict[int, datetime | None] = {}
    for seen in through.values():
        for pk, until in seen.items():
            everything[pk] = _later(everything[pk], until) if pk in everything else until
    everything |= dict.fromkeys(own)
    if chosen is None:
        return Sight(viewer, at, places, None, everything, frozenset(own), frozenset(through))
    place = next((place for place in places if place.public_id == chosen), None)
    if place is None:
        raise NothingToSee
    if place.is_cluster:
        chosen_cluster = next(chosen_cluster for chosen_cluster in clusters if chosen_cluster.public_id == chosen)
        return Sight(
            viewer,
            at,
            places,
            place,
            through[chosen_cluster.pk],
            frozenset(own) & frozenset(through[chosen_cluster.pk]),
            frozenset({chosen_cluster.pk}),
        )
    one = next(pk for pk in everything if (own.get(pk) or members.get(pk)) == place)
    return Sight(viewer, at, places, place, {one: everything[one]}, frozenset({one} & set(own)), frozenset())


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    return None if first is None or second is None else max(first, second)
