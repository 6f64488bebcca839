"""The plan of a cohort: every step once, in order, no day outside."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from progress.rules.planning import propose_plan, standing_of, this_week, weeks_between

DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31))
SPANS = st.tuples(DAYS, st.integers(min_value=0, max_value=400)).map(
    lambda pair: (pair[0], pair[0] + timedelta(pair[1]))
)
MINUTES = st.lists(st.integers(min_value=1, max_value=240), max_size=60)


@given(SPANS, MINUTES)
def test_every_step_is_planned_once_in_order_and_no_day_lies_outside(span, minutes):
    start, end = span
    steps = [(number, each) for number, each in enumerate(minutes)]
    plan = propose_plan(steps, start=start, end=end)
    assert [key for key, _day in plan] == [key for key, _each in steps]
    days = [day for _key, day in plan]
    assert days == sorted(days)
    assert all(start <= day <= end for day in days)
    assert set(days) <= {last for _first, last in weeks_between(start, end)}


@given(SPANS, MINUTES)
def test_no_week_gets_more_than_its_share_and_one_step(span, minutes):
    start, end = span
    weeks = len(weeks_between(start, end))
    plan = dict(propose_plan(list(enumerate(minutes)), start=start, end=end))
    for day in set(plan.values()):
        asked = sum(each for number, each in enumerate(minutes) if plan[number] == day)
        assert asked <= sum(minutes) / weeks + max(minutes)


@given(SPANS)
def test_weeks_cover_every_day_once(span):
    start, end = span
    days = [
        first + timedelta(step) for first, last in weeks_between(start, end) for step in range((last - first).days + 1)
    ]
    assert days == [start + timedelta(step) for step in range((end - start).days + 1)]


@given(SPANS, MINUTES, DAYS)
def test_what_is_behind_is_planned_and_not_done(span, minutes, on):
    start, end = span
    plan = dict(propose_plan(list(enumerate(minutes)), start=start, end=end))
    done = {number for number in plan if number % 2}
    standing = standing_of(plan, done, on=on)
    assert standing.behind == sum(day <= on and number not in done for number, day in plan.items())
    assert standing.done + standing.ahead == len(done)


def test_four_equal_steps_in_two_weeks_are_two_and_two():
    plan = propose_plan([(key, 10) for key in "abcd"], start=date(2026, 11, 23), end=date(2026, 12, 6))
    assert plan == [(key, date(2026, 11, 29)) for key in "ab"] + [(key, date(2026, 12, 6)) for key in "cd"]


def test_this_week_is_the_first_before_the_start_and_nothing_after_the_end():
    start, end = date(2026, 11, 23), date(2026, 12, 6)
    plan = propose_plan([(key, 10) for key in "abcd"], start=start, end=end)
    assert this_week(plan, start=start, end=end, on=date(2026, 11, 1)) == ["a", "b"]
    assert this_week(plan, start=start, end=end, on=date(2026, 11, 30)) == ["c", "d"]
    assert this_week(plan, start=start, end=end, on=date(2026, 12, 7)) == []
