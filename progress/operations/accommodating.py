"""Set what a person needs to be assessed fairly."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from progress.models import Accommodation, Attempt
from progress.rules.timing import deadline_of, is_over, moved_deadline


class OwnAccommodation(Exception):
    """Nobody says themselves what they need to be assessed fairly."""


def set_accommodation(
    *,
    person: User,
    extra_time_percentage: int,
    extra_attempts: int,
    one_question_a_page: bool,
    by: User | None,
    at: datetime,
) -> Accommodation | None:
    """Set what a person is granted in every course, and return it; None where that is nothing: then no row is kept.

    It acts on attempts that are running too: their deadlines move, never to earlier than they were. An attempt whose
    time is over stays over. Cost: 4 queries, and 1 for each attempt whose deadline moves.

    :raises OwnAccommodation: if somebody sets their own.
    """
    if by is not None and by.pk == person.pk:
        raise OwnAccommodation
    with transaction.atomic():
        lock_person(person.pk)
        granted = None
        if extra_time_percentage or extra_attempts or one_question_a_page:
            granted, _is_new = Accommodation.objects.update_or_create(
                person=person,
                defaults={
                    "extra_time_percentage": extra_time_percentage,
                    "extra_attempts": extra_attempts,
                    "one_question_a_page": one_question_a_page,
                    "set_by": by,
                    "set_at": at,
                },
            )
        else:
            Accommodation.objects.filter(person=person).delete()
        _move_deadlines(person, extra_time_percentage=extra_time_percentage, at=at)
        return granted


def lock_person(pk: int) -> None:
    """Lock a person until the transaction ends. Cost: 1 query.

    Who starts an attempt with a time limit does so under this lock as well: else one could start with the old extra time
    while a new one is being set, and neither would see the other.
    """
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)


def _move_deadlines(person: User, *, extra_time_percentage: int, at: datetime) -> None:
    running = (
        Attempt.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment__learner=person, state=Attempt.State.OPEN, deadline_at__isnull=False)
        .annotate(limit=F("quiz_version__body__time_limit_minutes"))
        .defer("form")
        .order_by("pk")
    )
    for attempt in running:
        if attempt.deadline_at is None or is_over(attempt.deadline_at, at=at):
            continue
        granted = deadline_of(
            attempt.started_at, limit_minutes=attempt.limit or 0, extra_time_percentage=extra_time_percentage
        )
        moved = moved_deadline(attempt.deadline_at, granted=granted)
        if moved != attempt.deadline_at:
            Attempt.objects.filter(pk=attempt.pk).update(deadline_at=moved)
