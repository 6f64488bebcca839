from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.validity import Renewal, add_months, first_day_to_renew, last_day, window_of

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))
MONTHS = st.integers(min_value=-240, max_value=240)


@given(day=DAYS, months=MONTHS)
def test_some_months_later_is_that_month_and_never_a_later_day_of_it(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(earlier=DAYS, later=DAYS, months=MONTHS)
def test_who_got_it_earlier_has_it_no_longer(earlier, later, months):
    earlier, later = sorted((earlier, later))

    assert add_months(earlier, months) <= add_months(later, months)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 36, date(2029, 8, 31)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_ends_of_months(day, months, expected):
    assert add_months(day, months) == expected


def test_without_months_it_does_not_expire_and_is_never_renewed():
    assert last_day(date(2026, 11, 24), validity_months=0) is None
    assert first_day_to_renew(date(2026, 11, 24), None, recertification_months=6) is None
    assert first_day_to_renew(date(2026, 11, 24), date(2029, 11, 24), recertification_months=0) is None


def test_it_is_renewed_from_some_months_before_its_last_day_and_not_before_its_issue():
    issued, ends = date(2026, 11, 24), date(2027, 11, 24)

    assert first_day_to_renew(issued, ends, recertification_months=6) == date(2027, 5, 24)
    assert first_day_to_renew(issued, ends, recertification_months=24) == issued


@pytest.mark.parametrize(
    ("today", "stands", "renewal"),
    [
        (date(2027, 5, 23), True, Renewal.NOT_YET),
        (date(2027, 5, 24), True, Renewal.NOW),
        (date(2031, 1, 1), True, Renewal.NOW),
        (date(2027, 5, 24), False, Renewal.NEVER),
    ],
)
def test_the_window_opens_on_its_first_day_and_stays_open(today, stands, renewal):
    window = window_of(renewable_from=date(2027, 5, 24), stands=stands, today=today)

    assert window.renewal is renewal


def test_without_a_first_day_there_is_no_window():
    assert window_of(renewable_from=None, stands=True, today=date(2027, 5, 24)).renewal is Renewal.NEVER
