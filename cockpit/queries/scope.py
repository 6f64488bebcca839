"""The scoped entry point: whatever a manager reads of people begins with `sight_of`.

    sight = sight_of(request.user, at=now)
    sight.enrolments().filter(course=course)

Rows come out with what this viewer may know of them and no more; `foundation.scope` refuses any other read of the same
tables while a page of managers is made. The rule of time is `accounts.rules.sight`, here as SQL; a property holds the two
together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
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
from accounts.rules.sight import ALWAYS, Spell, spells_in_cluster
from certificates.models import Certificate
from foundation import scope
from progress.models import Cohort, CourseCompletion, Enrolment, EnrolmentShare, HelpAnswer, ItemCompletion


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
    are those of them that the viewer manages, where they may act; the others are seen through a cluster. `times` says
    it to the end for those with an end or a gap: the spells in which a cluster had them. `through` is the name of the
    organisation or cluster by which the viewer sees each.
    """

    viewer: User
    at: datetime
    places: tuple[Place, ...]
    chosen: Place | None
    organisations: Mapping[int, datetime | None]
    own: frozenset[int]
    clusters: frozenset[int]
    times: Mapping[int, tuple[Spell, ...]] = field(default_factory=dict)
    through: Mapping[int, str] = field(default_factory=dict)

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

        Cost of each figure: a look by index a row where it is whole, which nearly all are; only for the others each step is
        held against the times that are seen. Sorting or narrowing by a figure has it worked out for every row in sight.
        """
        all_steps = ItemCompletion.objects.filter(enrolment=OuterRef("pk"))
        steps = all_steps.filter(self.seen("completed_at", enrolment="enrolment"))
        completion = CourseCompletion.objects.filter(
            self.seen("completed_at", enrolment="enrolment"), enrolment=OuterRef("pk")
        )
        return (
            Enrolment.objects.filter(scope.mark(), self.seen("enrolled_at"))
            .annotate(is_whole=self._is_whole())
            .annotate(
                seen_completion=Case(
                    When(is_whole=True, then=F("completion__completed_at")),
                    default=Subquery(completion.values("completed_at")[:1]),
                ),
                last_step_at=Case(
                    When(is_whole=True, then=_last(all_steps)),
                    default=_last(steps),
                ),
                seen_steps=Coalesce(
                    Case(When(is_whole=True, then=_how_many(all_steps)), default=_how_many(steps)), Value(0)
                ),
            )
        )

    def seen(self, moment: str, *, enrolment: str = "") -> Q:
        """Return what picks rows whose `moment` this viewer may know of. `enrolment` leads to it; "" for enrolments.

        No query of its own: a subquery by an index for each row, and one for all, of what is shown.
        """
        path = f"{enrolment}__" if enrolment else ""
        spells = Membership.objects.filter(
            Q(sees_from=None) | Q(sees_from__lte=OuterRef(moment)),
            Q(ended_at=None) | Q(ended_at__gt=OuterRef(moment)),
            user=OuterRef(f"{path}learner"),
            organisation=OuterRef(f"{path}organisation"),
            told_at__isnull=False,
        )
        places = Q(**{f"{path}organisation__in": self._open})
        for organisation, times in self.times.items():
            for spell in times:
                place = Q(**{f"{path}organisation": organisation})
                if spell.sees_from is not None:
                    place &= Q(**{f"{moment}__gte": spell.sees_from})
                if spell.ended_at is not None:
                    place &= Q(**{f"{moment}__lt": spell.ended_at})
                places |= place
        return (places & Exists(spells)) | Q(**{f"{enrolment or 'pk'}__in": self._shown()})

    def memberships(self) -> QuerySet[Membership]:
        """Return memberships in the viewer's own organisations that run, and ended ones of people still in sight.

        Join `user`: read later, it is refused.
        """
        seen = Enrolment.objects.filter(self.seen("enrolled_at")).values("learner")
        return Membership.objects.filter(scope.mark(), _runs(self.at) | Q(user__in=seen), organisation__in=self.own)

    def people(self) -> QuerySet[User]:
        """Return whoever is a member of an organisation of the viewer's own, or has an enrolment in sight.

        No query of its own; two subqueries of the caller's, each made once.
        """
        members = Membership.objects.filter(_runs(self.at), organisation__in=self.own).values("user")
        enrolled = Enrolment.objects.filter(self.seen("enrolled_at")).values("learner")
        return User.objects.filter(scope.mark(), Q(pk__in=members) | Q(pk__in=enrolled), erased_at=None)

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
        """Return projects that organisations in sight take part in now, and those that enrolments in sight are for."""
        now = [pk for pk, until in self.organisations.items() if until is None or until > self.at]
        seen = Enrolment.objects.filter(scope.mark(), self.seen("enrolled_at"), project__isnull=False)
        return Project.objects.filter(Q(organisations__in=now) | Q(pk__in=seen.values("project"))).distinct()

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

    def help_answers(self) -> QuerySet[HelpAnswer]:
        """Return what was answered to "Did it help?" for organisations in sight, in whole months of that time."""
        places = Q(organisation__in=self._open)
        for organisation, times in self.times.items():
            for spell in times:
                place = Q(organisation=organisation)
                if spell.sees_from is not None:  # the month it began in is not whole
                    place &= Q(month__gt=localdate(spell.sees_from))
                if spell.ended_at is not None:
                    place &= Q(month__lt=localdate(spell.ended_at).replace(day=1))
                places |= place
        return HelpAnswer.objects.filter(scope.mark(), places)

    def rows(self, model: Any, *, path: str) -> QuerySet[Any]:
        """Return rows of a model whose `path` leads to an organisation of the viewer's own."""
        return model._default_manager.filter(scope.mark(), **{f"{path}__in": self.own})

    def mine(self, model: Any, *, path: str) -> QuerySet[Any]:
        """Return rows of a model that are the viewer's alone; `path` leads to the person."""
        return model._default_manager.filter(scope.mark(), **{path: self.viewer})

    def seen_through(self, people: Iterable[int]) -> dict[int, set[str]]:
        """Return, by person, the names of the organisations and clusters by which the viewer sees them. Cost: 1 query."""
        found: dict[int, set[str]] = defaultdict(set)
        times = Membership.objects.filter(
            scope.mark(), user__in=people, organisation__in=self.through, told_at__isnull=False
        )
        for person, organisation in times.order_by().values_list("user", "organisation"):
            found[person].add(self.through[organisation])
        return dict(found)

    def _is_whole(self) -> Case:
        running = Membership.objects.filter(
            user=OuterRef("learner"),
            organisation=OuterRef("organisation"),
            told_at__isnull=False,
            sees_from=None,
            ended_at=None,
        )
        return Case(
            When(Exists(running) & Q(organisation__in=self._open), then=Value(True)),
            When(pk__in=self._shown(), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )

    def _shown(self) -> QuerySet[EnrolmentShare, Any]:
        """Return enrolments that members of the viewer's own organisations show to these, whole, as long as they do."""
        member = Membership.objects.filter(
            _runs(self.at),
            user=OuterRef("enrolment__learner"),
            organisation=OuterRef("organisation"),
            told_at__isnull=False,
        )
        return EnrolmentShare.objects.filter(
            Exists(member), organisation__in=self.own & self.organisations.keys(), ended_at=None
        ).values("enrolment")

    @cached_property
    def _open(self) -> list[int]:
        return [organisation for organisation in self.organisations if organisation not in self.times]


def sight_of(viewer: User, *, at: datetime, chosen: UUID | None = None, with_closed: bool = False) -> Sight:
    """Return what a person may see now as a manager, of all their places or of the one chosen. Cost: 3 queries.

    `with_closed`: their own organisations that show nobody what people do are among them, with members and ways in as
    in the others; of enrolments there, nothing is seen all the same.

    :raises NothingToSee: if they manage nothing, or not what was chosen: a foreign place is as an absent one.
    """
    on = localdate(at)
    own, shown = _managed(viewer, on, with_closed=with_closed)
    clusters = list(Cluster.objects.filter(scope.mark(), _has_manager(viewer, on)).order_by("name", "pk"))
    spells, members = _members_of(clusters, on)
    places = _in_order(own, clusters, members)
    place = next((place for place in places if place.public_id == chosen), None)
    if not places or (chosen is not None and place is None):
        raise NothingToSee
    looked_at, of, kept = clusters, {*own, *members}, frozenset(cluster.pk for cluster in clusters)
    if place is not None and place.is_cluster:  # also the viewer's own organisations, for their time in it
        looked_at, shown = [cluster for cluster in clusters if cluster.public_id == chosen], set()
        of, kept = set(spells[looked_at[0].pk]), frozenset({looked_at[0].pk})
    elif place is not None:
        of, kept = {pk for pk, found in (members | own).items() if found == place}, frozenset()
    times: dict[int, tuple[Spell, ...]] = dict.fromkeys(shown & of, (ALWAYS,))
    through = {pk: own[pk].name for pk in times}
    for cluster in looked_at:
        for pk, in_cluster in spells[cluster.pk].items():
            if pk in of and pk not in shown:
                times[pk] = times.get(pk, ()) + in_cluster
                through.setdefault(pk, cluster.name)
    return Sight(
        viewer=viewer,
        at=at,
        places=places,
        chosen=place,
        organisations={pk: _latest_end(found) for pk, found in times.items()},
        own=frozenset(own) & of,
        clusters=kept,
        times={pk: found for pk, found in times.items() if ALWAYS not in found},
        through=through,
    )


def _managed(viewer: User, on: date, *, with_closed: bool) -> tuple[dict[int, Place], set[int]]:
    """Return the organisations somebody manages, by name, and those of them that show what people do. Cost: 1 query."""
    rows = (
        Membership.objects.filter(scope.mark(), _runs_on(on), user=viewer, role=Membership.Role.MANAGER)
        .filter(Q() if with_closed else Q(organisation__shows_people=True))
        .order_by("organisation__name", "organisation")
        .values_list("organisation", "organisation__public_id", "organisation__name", "organisation__shows_people")
    )
    own, shown = {}, set()
    for pk, public_id, name, shows_people in rows:
        own[pk] = Place(public_id, name, is_cluster=False, is_own=True)
        if shows_people:
            shown.add(pk)
    return own, shown


def _members_of(clusters: list[Cluster], on: date) -> tuple[dict[int, dict[int, tuple[Spell, ...]]], dict[int, Place]]:
    """Return, by cluster, the times of its organisations in it, and these organisations. Cost: 1 query, none without."""
    spells: dict[int, dict[int, tuple[Spell, ...]]] = {cluster.pk: {} for cluster in clusters}
    members: dict[int, Place] = {}
    if not clusters:
        return spells, members
    found: dict[tuple[int, int], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    rows = ClusterMembership.objects.filter(
        cluster__in=clusters, start_date__lte=on, organisation__shows_people=True
    ).order_by("organisation__name", "organisation", "start_date", "pk")
    for cluster, pk, public_id, name, start, end in rows.values_list(
        "cluster", "organisation", "organisation__public_id", "organisation__name", "start_date", "end_date"
    ):
        members[pk] = Place(public_id, name, is_cluster=False, is_own=False)
        found[cluster, pk].append((_midnight(start), _midnight(end) if end else None))
    for (cluster, pk), times in found.items():
        spells[cluster][pk] = spells_in_cluster(times)
    return spells, members


def _in_order(own: Mapping[int, Place], clusters: list[Cluster], members: Mapping[int, Place]) -> tuple[Place, ...]:
    return (
        *own.values(),
        *(Place(cluster.public_id, cluster.name, is_cluster=True, is_own=False) for cluster in clusters),
        *(place for pk, place in members.items() if pk not in own),
    )


def _has_manager(viewer: User, on: date) -> Exists:
    return Exists(ClusterManager.objects.filter(_runs_on(on), user=viewer, cluster=OuterRef("pk")))


def _runs_on(on: date) -> Q:
    """Return what picks roles that are held on a day: its last day is the one before its end."""
    return Q(start_date__lte=on) & (Q(end_date=None) | Q(end_date__gt=on))


def _runs(at: datetime) -> Q:
    return Q(ended_at=None) | Q(ended_at__gt=at)


def _last(steps: QuerySet[ItemCompletion]) -> Subquery:
    return Subquery(steps.order_by("-completed_at").values("completed_at")[:1])


def _how_many(steps: QuerySet[ItemCompletion]) -> Subquery:
    return Subquery(steps.order_by().values("enrolment").annotate(n=Count("pk")).values("n"))


def _latest_end(spells: Iterable[Spell]) -> datetime | None:
    ends = [spell.ended_at for spell in spells]
    return None if None in ends else max(end for end in ends if end is not None)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))
