"""What the entry point costs with 10,000 enrolments in one organisation: figures for `make prove`, none of them asserted."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership, User
from cockpit.queries.scope import sight_of
from progress.models import Enrolment, ItemCompletion
from tests.certificates.rows import make_bare_course
from tests.people import LONG_AGO, make_manager, make_organisation
from tests.progress.builders import NOON

SIZE = 10_000
STEPS = 8
LATER = NOON + timedelta(days=3)


@pytest.mark.full
@pytest.mark.django_db
def test_ten_thousand_enrolments_of_one_organisation_are_read_through_the_entry_point(capsys: Any) -> None:
    hub = make_organisation()
    manager, course = make_manager(organisation=hub), make_bare_course()
    fill(hub, course)
    sight = sight_of(manager, at=LATER)
    rows = sight.enrolments().select_related("learner", "organisation")
    figures = {
        "first 50 by name": lambda: list(rows.order_by("learner__display_name", "pk")[:50]),
        "first 50 by the last step": lambda: list(rows.order_by("-last_step_at", "pk")[:50]),
        "how many": lambda: rows.count(),
        "how many have not started": lambda: rows.filter(seen_steps=0).count(),
        "everything": lambda: sum(1 for _row in rows.order_by("pk").iterator(chunk_size=2000)),
        "people": lambda: sight.people().count(),
        "steps": lambda: sight.steps().count(),
    }
    told = {name: timed(read) for name, read in figures.items()}

    assert (told["how many"][0], told["everything"][0], told["people"][0]) == (SIZE, SIZE, SIZE + 1)
    assert told["how many have not started"][0] == SIZE // 10
    assert told["steps"][0] == told_steps()
    words = ", ".join(f"{name} {1000 * seconds:.0f} ms" for name, (_answer, seconds) in told.items())
    with capsys.disabled():
        print(f"\nentry point, {SIZE:,} enrolments: {words}")  # noqa: T201 - for `make prove`


def timed(read: Callable[[], Any]) -> tuple[Any, float]:
    begun = perf_counter()
    answer = read()
    return answer, perf_counter() - begun


def told_steps() -> int:
    """Return how many steps are seen: of nine in ten, and of one in a hundred only the first four."""
    return (SIZE - SIZE // 10 - SIZE // 100) * STEPS + (SIZE // 100) * 4


def fill(hub: Any, course: Any) -> None:
    """Add people: one in ten has not started, one in a hundred left half-way."""
    people = User.objects.bulk_create(
        User(username=f"many-{number}", display_name=f"Person {number:05}", password="!") for number in range(SIZE)
    )
    left = NOON + timedelta(hours=4, minutes=30)
    Membership.objects.bulk_create(
        Membership(
            user=person,
            organisation=hub,
            role="learner",
            start_date=NOON.date(),
            told_at=LONG_AGO,
            ended_at=left if number % 100 == 1 else None,
            end_date=left.date() if number % 100 == 1 else None,
        )
        for number, person in enumerate(people)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            learner=person, course=course, organisation=hub, start_edition=course.current_edition, enrolled_at=NOON
        )
        for person in people
    )
    ItemCompletion.objects.bulk_create(
        (
            ItemCompletion(
                enrolment=enrolment,
                item_key=uuid.uuid4(),
                completed_at=NOON + timedelta(hours=step + 1),
                language="en",
                edition=course.current_edition,
                evidence="marked",
            )
            for number, enrolment in enumerate(enrolments)
            if number % 10
            for step in range(STEPS)
        ),
        batch_size=5000,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
