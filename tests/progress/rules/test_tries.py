from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from progress.rules.tries import UNLIMITED, WEEK, PastTry, allowance_of, counting_attempt
from tests.progress.outlines import make_item

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def quiz(**rules):
    return make_item("quiz", "quiz", **rules)


def tried(*days_ago, minutes=10):
    return [PastTry(NOON - days * DAY, NOON - days * DAY + minutes * MINUTE) for days in days_ago]


def test_without_a_limit_people_try_as_often_as_they_like():
    assert allowance_of(quiz(), tried(3, 2, 1, 1, 1), at=NOON) == UNLIMITED


@given(most=st.integers(1, 5), extra=st.integers(0, 5), used=st.integers(0, 12))
def test_extra_tries_are_added_to_the_limit(most, extra, used):
    allowance = allowance_of(quiz(max_attempts=most), tried(*[1] * used), at=NOON, extra_attempts=extra)
    assert allowance.left == max(most + extra - used, 0)
    assert allowance.is_used_up == (used >= most + extra)


def test_extra_tries_are_no_limit_where_there_is_none():
    assert allowance_of(quiz(), tried(1, 1), at=NOON, extra_attempts=1) == UNLIMITED


def test_a_try_counts_until_seven_times_24_hours_after_it_began():
    weekly = quiz(max_attempts=2, tries_period="week")
    first, second = NOON - 6 * DAY, NOON - DAY
    tries = [PastTry(first, first + MINUTE), PastTry(second, second + MINUTE)]
    assert allowance_of(weekly, tries, at=NOON).opens_at == first + WEEK
    assert allowance_of(weekly, tries, at=first + WEEK - timedelta(microseconds=1)).left == 0
    assert allowance_of(weekly, tries, at=first + WEEK).left == 1
    assert allowance_of(weekly, tries, at=second + WEEK).left == 2


def test_tries_of_the_week_come_back_so_they_are_never_used_up_for_good():
    allowance = allowance_of(quiz(max_attempts=1, tries_period="week"), tried(1), at=NOON)
    assert (allowance.left, allowance.is_used_up, allowance.waits) == (0, False, False)


@given(
    most=st.integers(1, 4),
    extra=st.integers(0, 2),
    hours_ago=st.lists(st.integers(0, 24 * 20), max_size=12),
)
def test_when_the_next_try_is_said_to_open_it_opens_and_not_before(most, extra, hours_ago):
    weekly = quiz(max_attempts=most, tries_period="week")
    tries = [PastTry(NOON - hours * MINUTE * 60, NOON) for hours in hours_ago]
    allowance = allowance_of(weekly, tries, at=NOON, extra_attempts=extra)
    if allowance.opens_at is not None:
        assert allowance_of(weekly, tries, at=allowance.opens_at - MINUTE, extra_attempts=extra).left == 0
        assert allowance_of(weekly, tries, at=allowance.opens_at, extra_attempts=extra).left > 0


def test_a_wait_runs_from_when_the_answers_were_sent():
    waiting = quiz(wait_minutes=60)
    tries = [PastTry(NOON - 50 * MINUTE, NOON - 20 * MINUTE)]
    allowance = allowance_of(waiting, tries, at=NOON)
    assert (allowance.left, allowance.opens_at, allowance.waits) == (None, NOON + 40 * MINUTE, True)
    assert allowance_of(waiting, tries, at=NOON + 40 * MINUTE) == UNLIMITED


def test_nobody_waits_for_a_try_that_there_is_not():
    allowance = allowance_of(quiz(max_attempts=2, wait_minutes=10_000), tried(1, 1), at=NOON)
    assert (allowance.left, allowance.opens_at, allowance.is_used_up) == (0, None, True)


def test_of_a_wait_and_a_full_week_the_later_one_is_named():
    weekly = quiz(max_attempts=1, tries_period="week", wait_minutes=60)
    assert allowance_of(weekly, tried(1), at=NOON).opens_at == NOON + 6 * DAY
    long_try = [PastTry(NOON - 7 * DAY + MINUTE, NOON)]
    allowance = allowance_of(weekly, long_try, at=NOON)
    assert (allowance.opens_at, allowance.waits) == (NOON + 60 * MINUTE, True)


@dataclass(frozen=True)
class Marks:
    number: int
    passed: bool
    score: int
    max_score: int


marks = st.lists(
    st.builds(Marks, st.integers(1, 50), st.booleans(), st.integers(0, 9), st.integers(1, 9)),
    unique_by=lambda entry: entry.number,
)


@given(tries=marks, data=st.data())
def test_which_try_counts_does_not_depend_on_the_order_they_are_read_in(tries, data):
    for counting in ("best", "last"):
        shuffled = data.draw(st.permutations(tries))
        assert counting_attempt(shuffled, counting=counting) == counting_attempt(tries, counting=counting)


@given(tries=marks)
def test_no_try_is_better_than_the_best_and_none_is_later_than_the_last(tries):
    best, last = counting_attempt(tries, counting="best"), counting_attempt(tries, counting="last")
    for entry in tries:
        assert (best.passed, best.score * entry.max_score) >= (entry.passed, entry.score * best.max_score)
        assert last.number >= entry.number


def test_of_equal_tries_the_later_one_counts_and_thirds_are_equal_to_sixths():
    first, second = Marks(1, False, 1, 3), Marks(2, False, 2, 6)
    assert counting_attempt([first, second], counting="best") is second


def test_a_pass_counts_before_a_larger_share_that_does_not_pass():
    passed, larger = Marks(1, True, 5, 9), Marks(2, False, 8, 9)
    assert counting_attempt([passed, larger], counting="best") is passed
    assert counting_attempt([passed, larger], counting="last") is larger


def test_nothing_counts_where_nothing_was_sent():
    assert counting_attempt([], counting="best") is None
