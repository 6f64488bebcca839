"""Who may be reminded and when it goes out, over all clocks and nights; and what is sent of a manager's words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.rules.reminding import (
    LONGEST_TEXT,
    Facts,
    Reason,
    cleaned_text,
    goes_out_at,
    is_quiet,
    reason_not_to_remind,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = st.sampled_from(["Europe/Brussels", "Europe/Lisbon", "Europe/Helsinki", "UTC", "America/St_Johns"]).map(
    ZoneInfo
)
# Both nights of 2026 when clocks change in Europe, and any other moment.
_SECONDS = [
    st.integers(0, round(days * 86_400)).map(lambda seconds, begin=begin: begin + timedelta(seconds=seconds))
    for begin, days in (
        (datetime(2026, 3, 28, tzinfo=UTC), 2),
        (datetime(2026, 10, 24, tzinfo=UTC), 2),
        (datetime(2026, 1, 1, tzinfo=UTC), 730),
    )
]
MOMENTS = st.one_of(_SECONDS)
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(MOMENTS, CLOCKS, CLOCKS, ZONES)
def test_it_never_goes_out_in_quiet_hours_nor_before_it_was_sent_nor_days_later(moment, quiet_from, quiet_until, zone):
    quiet = {"quiet_from": quiet_from, "quiet_until": quiet_until, "zone": zone}
    going = goes_out_at(moment, **quiet)

    assert going >= moment
    assert going - moment <= timedelta(days=2, hours=1)
    # Quiet all day but for an hour that one night does not have is the one case where it is quiet still.
    assert not is_quiet(going, **quiet) or going - moment > timedelta(days=1)


@given(MOMENTS, CLOCKS, CLOCKS, ZONES)
def test_outside_of_quiet_hours_it_goes_out_at_once(moment, quiet_from, quiet_until, zone):
    quiet = {"quiet_from": quiet_from, "quiet_until": quiet_until, "zone": zone}
    if not is_quiet(moment, **quiet):
        assert goes_out_at(moment, **quiet) == moment


@pytest.mark.parametrize(
    ("day", "clock", "goes_out"),
    [
        (date(2026, 11, 24), time(12), "2026-11-24T12:00:00+01:00"),
        (date(2026, 11, 24), time(18), "2026-11-25T08:00:00+01:00"),
        (date(2026, 11, 24), time(7, 59), "2026-11-24T08:00:00+01:00"),
        (date(2026, 3, 28), time(20), "2026-03-29T08:00:00+02:00"),
        (date(2026, 10, 24), time(20), "2026-10-25T08:00:00+01:00"),
    ],
    ids=["noon", "evening", "early", "clocks go on", "clocks go back"],
)
def test_the_clock_on_the_wall_counts_also_when_clocks_change(day, clock, goes_out):
    going = goes_out_at(
        datetime.combine(day, clock, tzinfo=BRUSSELS), quiet_from=time(18), quiet_until=time(8), zone=BRUSSELS
    )

    assert going == datetime.fromisoformat(goes_out)


def test_the_same_time_twice_means_no_quiet_hours():
    night = datetime(2026, 11, 24, 2, tzinfo=UTC)

    assert goes_out_at(night, quiet_from=time(8), quiet_until=time(8), zone=BRUSSELS) == night


@given(st.builds(Facts, reminders=st.integers(0, 9)), st.integers(0, 7))
def test_nobody_who_is_done_left_or_said_no_is_reminded_and_nobody_too_often(facts, at_most):
    reason = reason_not_to_remind(facts, at_most=at_most)

    may = (
        not facts.is_done
        and not facts.has_left
        and facts.is_active
        and facts.has_address
        and facts.is_wanted
        and facts.reminders < at_most
    )
    assert (reason is None) == may


def test_the_reason_that_stays_true_longest_is_told():
    assert reason_not_to_remind(Facts(is_done=True, has_address=False, reminders=9), at_most=1) is Reason.DONE
    assert reason_not_to_remind(Facts(reminders=1), at_most=1) is Reason.HAD_ENOUGH


@given(st.text(max_size=1500))
def test_what_is_sent_is_plain_lines_and_the_same_when_cleaned_twice(text):
    cleaned = cleaned_text(text)

    assert len(cleaned) <= LONGEST_TEXT
    assert all(sign.isprintable() or sign == "\n" or sign.isspace() for sign in cleaned)
    assert "\n\n\n" not in cleaned
    assert not {"\r", "\0", "\u202e", "\u200f"} & set(cleaned)


def test_lines_and_words_of_a_manager_stay():
    assert cleaned_text("  Dear all,\r\n\r\n\r\n\tsee  you\u202e on Friday \r\n") == "Dear all,\n\nsee you on Friday"
