"""How far somebody is, as a manager is told it: a rule of dates alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cockpit.rules.people import STITCHES, STUCK_AFTER, State, state_of, stitch_worth

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
past = st.none() | st.integers(0, 400 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))


@given(past, past, past)
def test_every_state_has_its_one_reason(step: datetime | None, done: datetime | None, left: datetime | None) -> None:
    state = state_of(last_step_at=step, completed_at=done, left_at=left, at=NOW)

    assert (state is State.DONE) == (done is not None)
    assert (state is State.LEFT) == (done is None and left is not None)
    if done is None and left is None:
        assert (state is State.NOT_STARTED) == (step is None)
        assert (state is State.STUCK) == (step is not None and NOW - step >= STUCK_AFTER)


@given(past, st.integers(0, 100 * 24 * 60))
def test_without_a_new_step_time_only_ever_makes_somebody_stuck(step: datetime | None, minutes: int) -> None:
    before = state_of(last_step_at=step, completed_at=None, left_at=None, at=NOW)
    after = state_of(last_step_at=step, completed_at=None, left_at=None, at=NOW + timedelta(minutes=minutes))

    assert after in {before, State.STUCK}


def test_fourteen_days_to_the_minute_are_stuck_and_a_minute_less_is_not() -> None:
    def state(pause: timedelta) -> State:
        return state_of(last_step_at=NOW - pause, completed_at=None, left_at=None, at=NOW)

    assert state(STUCK_AFTER) is State.STUCK
    assert state(STUCK_AFTER - timedelta(minutes=1)) is State.ON_THE_WAY


def test_an_end_that_is_to_come_changes_nothing_yet() -> None:
    state = state_of(last_step_at=NOW, completed_at=None, left_at=NOW + timedelta(days=1), at=NOW)

    assert state is State.ON_THE_WAY


@given(st.integers(0, 10_000_000))
def test_a_line_of_the_chart_never_has_more_stitches_than_fit(most: int) -> None:
    worth = stitch_worth(most)

    assert -(-most // worth) <= STITCHES
    assert worth == 1 or str(worth).strip("0") in {"1", "2", "5"}
    if worth > 1:  # no fewer people a stitch would have done, by a factor of 2.5 at most
        assert most > STITCHES * worth / 2.5
