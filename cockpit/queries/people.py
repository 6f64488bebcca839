"""Enrolments as managers follow them: where each is, when its last step was, since when nothing more is known.

All of it goes out from `Sight`, so nothing is told that the viewer may not know; of an enrolment that is whole in sight
the figures come without asking for every step who may know it, which is what makes 100,000 of them countable.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from accounts.models import Invitation, Membership
from cockpit.queries.scope import Sight
from cockpit.rules.people import STUCK_AFTER, State
from progress.models import Cohort, CohortMember, CourseCompletion, Enrolment, EnrolmentShare, ItemCompletion

NO_MOMENT = Value(None, output_field=DateTimeField())


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list of people is narrowed to, and how it is sorted; what is empty narrows nothing."""

    course: str = ""
    cohort: str = ""
    status: str = ""
    organisation: str = ""
    name: str = ""
    sort: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.course or self.cohort or self.status or self.organisation or self.name)


def people_in_sight(sight: Sight) -> int:
    """Return how many people somebody sees: members who were told so, and whoever has an enrolment in sight. 1 query."""
    enrolled = sight.enrolments().order_by().values("learner")
    return members_now(sight).order_by().values("user").union(enrolled).count()


def members_now(sight: Sight) -> QuerySet[Membership]:
    """Return memberships of people who belong to the viewer's own organisations today and know who sees what."""
    running = Q(ended_at=None) | Q(ended_at__gt=sight.at)
    return sight.memberships().filter(running, told_at__isnull=False, user__erased_at=None)


def members_without_a_course(sight: Sight) -> QuerySet[Membership]:
    """Return memberships of learners who are in no course that the viewer sees."""
    enrolled = Enrolment.objects.filter(sight.seen("enrolled_at"), learner=OuterRef("user"))
    return members_now(sight).filter(~Exists(enrolled), role=Membership.Role.LEARNER)


def invited(sight: Sight) -> QuerySet[Invitation]:
    """Return invitations that wait and are open still."""
    return sight.invitations().filter(state=Invitation.State.WAITING, expires_at__gt=sight.at)


def followed(sight: Sight) -> QuerySet[Any]:
    """Return enrolments in sight with `status` (a `State`), `left_at` and `pause_from`. No query of its own.

    `pause_from`: when the last step was done, or the enrolment made: what somebody waits since.
    """
    rows = sight.enrolments().annotate(left_at=_left_at(sight))
    return rows.annotate(status=_status(sight), pause_from=Coalesce(F("last_step_at"), F("enrolled_at")))


def cohorts_in_sight(sight: Sight) -> QuerySet[Cohort]:
    """Return the cohorts of the viewer's organisations, each with what says which courses it takes."""
    return sight.cohorts().select_related("path__current_edition")


def narrowed(rows: QuerySet[Any], chosen: Chosen, *, cohort: Cohort | None) -> QuerySet[Any]:
    """Return the enrolments that fit what was chosen; `cohort` is the one that `chosen` names, out of the sight."""
    if chosen.course:
        rows = rows.filter(course__key=chosen.course)
    if chosen.organisation:
        rows = rows.filter(organisation__public_id=chosen.organisation)
    if cohort is not None:
        members = CohortMember.objects.filter(cohort=cohort, person=OuterRef("learner"), left_at=None)
        rows = rows.filter(_of_courses(cohort), Exists(members), organisation=cohort.organisation_id)
    if chosen.name:
        rows = rows.filter(
            Q(learner__display_name__icontains=chosen.name) | Q(learner__username__icontains=chosen.name)
        )
    if chosen.status:
        rows = rows.filter(status=chosen.status)
    return rows


def _of_courses(cohort: Cohort) -> Q:
    if cohort.course_id is not None:
        return Q(course=cohort.course_id)
    edition = cohort.path.current_edition if cohort.path else None
    return Q(course__key__in=edition.body["courses"] if edition else [])


def _left_at(sight: Sight) -> Combinable:
    """Return when the person left the course, or what made it seen ended; NULL while neither is so."""
    told = Membership.objects.filter(
        user=OuterRef("learner"), organisation=OuterRef("organisation"), told_at__isnull=False
    )
    shares = EnrolmentShare.objects.filter(enrolment=OuterRef("pk"), organisation__in=list(sight.organisations))
    ended = [
        When(organisation=organisation, then=Value(until, output_field=DateTimeField()))
        for organisation, until in sight.organisations.items()
        if until is not None
    ]
    place_end = Case(*ended, default=NO_MOMENT, output_field=DateTimeField())
    member_end = Subquery(told.order_by("-ended_at").values("ended_at")[:1])
    share_end = Subquery(shares.order_by("-ended_at").values("ended_at")[:1])
    running = Q(ended_at=None) | Q(ended_at__gt=sight.at)
    end = Case(
        When(is_whole=True, then=NO_MOMENT),
        When(Exists(shares.filter(running)), then=NO_MOMENT),
        When(Exists(told.filter(running)), then=place_end),
        default=Coalesce(_earlier(place_end, member_end), share_end),
        output_field=DateTimeField(),
    )
    return _earlier(F("withdrawn_at"), end)


def _earlier(first: Combinable, second: Combinable) -> Combinable:
    # Databases differ in what the least of a moment and NULL is.
    return Least(Coalesce(first, second), Coalesce(second, first), output_field=DateTimeField())


def _status(sight: Sight) -> Case:
    """Return the rule `state_of` as SQL: steps are looked for, not compared, so that few rows of each are read."""
    steps = ItemCompletion.objects.filter(enrolment=OuterRef("pk"))
    completed = CourseCompletion.objects.filter(enrolment=OuterRef("pk"))
    recent = Q(completed_at__gt=sight.at - STUCK_AFTER)
    seen = sight.seen("completed_at", enrolment="enrolment")
    return Case(
        When(is_whole=True, then=_state(completed, steps, recent, Q(withdrawn_at__isnull=False))),
        default=_state(completed.filter(seen), steps.filter(seen), recent, Q(left_at__lte=sight.at)),
        output_field=CharField(),
    )


def _state(completed: QuerySet[Any], steps: QuerySet[Any], recent: Q, left: Q) -> Case:
    return Case(
        When(Exists(completed), then=Value(State.DONE.value)),
        When(left, then=Value(State.LEFT.value)),
        When(~Exists(steps), then=Value(State.NOT_STARTED.value)),
        When(~Exists(steps.filter(recent)), then=Value(State.STUCK.value)),
        default=Value(State.ON_THE_WAY.value),
        output_field=CharField(),
    )
