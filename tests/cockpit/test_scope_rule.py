"""The rule of time in SQL says what the pure rule says, whatever somebody's times, a cluster's times and shares are."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils.timezone import make_aware
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ClusterMembership, Membership, User
from accounts.rules.sight import ALWAYS, Spell, is_in_sight, spells_in_cluster
from cockpit.queries.scope import sight_of
from progress.models import CourseCompletion, Enrolment, EnrolmentShare, ItemCompletion
from tests.certificates.rows import make_bare_course
from tests.people import LONG_AGO, make_cluster, make_cluster_manager, make_learner, make_manager, make_organisation

FIRST = datetime(2026, 1, 1, 6, tzinfo=UTC)
AFTER_ALL = FIRST + timedelta(days=40)
moments = st.integers(0, 40).map(lambda halves: FIRST + timedelta(hours=12 * halves))
days = st.integers(0, 20).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
spells = st.tuples(st.booleans(), st.none() | moments, st.none() | moments)
cluster_times = st.tuples(days, st.none() | days).map(
    lambda pair: (min(pair), max(pair)) if pair[1] is not None else pair
)
lives = st.fixed_dictionaries(
    {
        "for_it": st.booleans(),
        "enrolled_at": moments,
        "memberships": st.lists(spells, max_size=3),
        "steps": st.lists(moments, max_size=4),
        "completed_at": st.none() | moments,
        "shares": st.lists(st.none() | moments, max_size=1),
        "times": st.lists(cluster_times, max_size=3),
    }
)


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    hub = make_organisation()
    cluster = make_cluster()
    return {
        "hub": hub,
        "cluster": cluster,
        "learner": make_learner(),
        "course": make_bare_course(),
        "manager": make_manager(organisation=hub),
        "of_cluster": make_cluster_manager(cluster=cluster),
    }


def live(people: dict[str, Any], life: dict[str, Any]) -> Enrolment:
    """Write down one life as rows, some of which no operation would make: the two must agree on these, too."""
    hub, learner, edition = people["hub"], people["learner"], people["course"].current_edition
    roles = list(Membership.Role)
    Membership.objects.bulk_create(
        Membership(
            user=learner,
            organisation=hub,
            role=roles[number],
            start_date=FIRST.date(),
            told_at=LONG_AGO if told else None,
            sees_from=sees_from,
            ended_at=ended_at,
            end_date=ended_at.date() if ended_at else None,
        )
        for number, (told, sees_from, ended_at) in enumerate(life["memberships"])
    )
    enrolment = Enrolment.objects.create(
        learner=learner,
        course=people["course"],
        organisation=hub if life["for_it"] else None,
        start_edition=edition,
        enrolled_at=life["enrolled_at"],
    )
    ItemCompletion.objects.bulk_create(
        ItemCompletion(
            enrolment=enrolment,
            item_key=uuid.uuid4(),
            completed_at=at,
            language="en",
            edition=edition,
            evidence="marked",
        )
        for at in life["steps"]
    )
    if life["completed_at"]:
        CourseCompletion.objects.bulk_create(
            [CourseCompletion(enrolment=enrolment, completed_at=life["completed_at"], edition=edition, cause="item")]
        )
    EnrolmentShare.objects.bulk_create(
        EnrolmentShare(enrolment=enrolment, organisation=hub, shared_at=LONG_AGO, ended_at=ended)
        for ended in life["shares"]
    )
    begun = [times for times in life["times"] if times[1] is not None] + [t for t in life["times"] if t[1] is None][:1]
    ClusterMembership.objects.bulk_create(
        ClusterMembership(cluster=people["cluster"], organisation=hub, start_date=start, end_date=end)
        for start, end in begun
    )
    life["times"] = begun
    return enrolment


def told_by_the_rule(life: dict[str, Any], *, of_cluster: bool) -> tuple[Any, ...]:
    person = (
        [Spell(sees_from, ended) for told, sees_from, ended in life["memberships"] if told] if life["for_it"] else []
    )
    belongs = any(told and (ended is None or ended > AFTER_ALL) for told, _from, ended in life["memberships"])
    is_shown = not of_cluster and belongs and life["shares"] == [None]
    place = [ALWAYS]
    if of_cluster:
        place = list(
            spells_in_cluster((midnight(start), midnight(end) if end else None) for start, end in life["times"])
        )

    def sees(moment: datetime) -> bool:
        return is_in_sight(moment, person=person, place=place, is_shown=is_shown)

    steps = sorted(filter(sees, life["steps"]))
    completed = life["completed_at"] if life["completed_at"] and sees(life["completed_at"]) else None
    listed = [(len(steps), max(steps, default=None), completed)] if sees(life["enrolled_at"]) else []
    return listed, steps, [completed] if completed else []


def told_by_the_database(viewer: User) -> tuple[Any, ...]:
    sight = sight_of(viewer, at=AFTER_ALL)
    listed = [(row.seen_steps, row.last_step_at, row.seen_completion) for row in sight.enrolments()]
    steps = sorted(sight.steps().values_list("completed_at", flat=True))
    return listed, steps, list(sight.completions().values_list("completed_at", flat=True))


def midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


@pytest.mark.both_databases
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=lives)
def test_the_database_shows_what_the_rule_says(people: dict[str, Any], life: dict[str, Any]) -> None:
    with transaction.atomic():
        live(people, life)
        for viewer, of_cluster in ((people["manager"], False), (people["of_cluster"], True)):
            assert told_by_the_database(viewer) == told_by_the_rule(life, of_cluster=of_cluster)
        transaction.set_rollback(True)
