"""What a quiz asks of somebody before they start it: how often they may try, how long it lasts, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.rules.outline import Outline, OutlineItem
from progress.models import Accommodation, Attempt, Enrolment, MarkEvent
from progress.queries.accommodations import accommodation_of
from progress.rules.timing import minutes_until, with_extra_time
from progress.rules.tries import UNLIMITED, Allowance, PastTry, allowance_of, counting_attempt, limits_tries


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a quiz for one person, with what they are granted.

    `most`: tries altogether or in seven days, None for as many as they like. `minutes`: the time limit, 0 for none;
    `granted_minutes` of them are extra time, `granted_tries` of the tries are extra ones. `is_on_one_page`: all
    questions are, and nothing granted asks for one at a time.
    """

    allowance: Allowance
    most: int | None
    is_weekly: bool
    wait_minutes: int
    minutes: int
    granted_minutes: int
    granted_tries: int
    is_on_one_page: bool


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How an attempt with a time limit stands on the clock of the server. Minutes are whole, those left rounded down."""

    deadline_at: datetime
    now: datetime
    minutes: int
    minutes_left: int

    @property
    def minutes_used(self) -> int:
        return self.minutes - self.minutes_left

    @property
    def is_another_day(self) -> bool:
        """Whether it ends on another day than today, so that the hour alone would not do. Both are UTC, so nearly."""
        return self.deadline_at - self.now > timedelta(hours=12)


def allowance_at(
    enrolment: Enrolment, item: OutlineItem, *, at: datetime, attempts: Iterable[Attempt] | None = None
) -> Allowance:
    """Return what a quiz allows an enrolment at this moment. `attempts`: those at the quiz, where they are read already.

    Cost: none where the quiz limits no tries; else 1 query, and 1 more without `attempts`.
    """
    if not limits_tries(item):
        return UNLIMITED
    granted = accommodation_of(enrolment.learner_id)
    return allowance_of(item, _past(enrolment, item, attempts), at=at, extra_attempts=granted.extra_attempts)


def terms_at(
    enrolment: Enrolment, item: OutlineItem, *, is_on_one_page: bool, at: datetime, attempts: Iterable[Attempt]
) -> Terms:
    """Return the terms of a quiz for an enrolment, whose attempts at it are read already.

    `is_on_one_page`: the quiz shows all its questions on one. Cost: none where it limits neither tries nor time and is
    not on one page, else 1 query.
    """
    asks_for_it = limits_tries(item) or item.time_limit_minutes > 0 or is_on_one_page
    granted = accommodation_of(enrolment.learner_id) if asks_for_it else Accommodation()
    extra_tries = granted.extra_attempts if item.max_attempts else 0
    minutes = with_extra_time(item.time_limit_minutes, granted.extra_time_percentage)
    return Terms(
        allowance=allowance_of(item, _past(enrolment, item, attempts), at=at, extra_attempts=granted.extra_attempts),
        most=item.max_attempts + extra_tries or None,
        is_weekly=item.tries_period == "week",
        wait_minutes=item.wait_minutes,
        minutes=minutes,
        granted_minutes=minutes - item.time_limit_minutes,
        granted_tries=extra_tries,
        is_on_one_page=is_on_one_page and not granted.one_question_a_page,
    )


def counting_marks(marked: Iterable[MarkEvent], outline: Outline) -> dict[str, MarkEvent]:
    """Return, by item key, the marking that counts of those that the attempts of an enrolment stand by. No query.

    `marked` come with their attempts. Of an item that the outline does not have the best one counts.
    """
    by_item: dict[str, list[_Try]] = {}
    for event in marked:
        tried = _Try(event.attempt.number, event.passed, event.score, event.max_score, event)
        by_item.setdefault(str(event.attempt.item_key), []).append(tried)
    counting = {}
    for key, tries in by_item.items():
        item = outline.by_key.get(key)
        found = counting_attempt(tries, counting=item.counting if item else "best")
        if found is not None:
            counting[key] = found.event
    return counting


@dataclass(frozen=True, slots=True)
class _Try:
    """A try that was sent, with the marking it stands by, as counting compares it."""

    number: int
    passed: bool
    score: int
    max_score: int
    event: MarkEvent


def time_left(attempt: Attempt, *, at: datetime) -> TimeLeft | None:
    """Return how an open attempt stands on the clock; None where it has no time limit. No query."""
    if attempt.deadline_at is None or attempt.state != Attempt.State.OPEN:
        return None
    return TimeLeft(
        deadline_at=attempt.deadline_at,
        now=at,
        minutes=minutes_until(attempt.deadline_at, at=attempt.started_at),
        minutes_left=minutes_until(attempt.deadline_at, at=at),
    )


def _past(enrolment: Enrolment, item: OutlineItem, attempts: Iterable[Attempt] | None) -> list[PastTry]:
    if attempts is None:
        rows = Attempt.objects.filter(enrolment=enrolment, item_key=item.key).order_by("number")
        return [PastTry(*row) for row in rows.values_list("started_at", "submitted_at")]
    return [PastTry(attempt.started_at, attempt.submitted_at) for attempt in attempts]
