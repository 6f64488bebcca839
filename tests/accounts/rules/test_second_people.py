"""Whoever has rights over accounts cannot make a second person of anybody within a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.second_people import SETTLING, Standing, counts_from, is_second_person

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=400)
PIOTR, HOLDER = 1, 2
MARTA = Standing(person=3, joined_at=LONG_AGO, right_since=LONG_AGO)
moments = st.sampled_from([NOON + timedelta(hours=hours) for hours in range(-48, 49)])


def may(standing: Standing, *, at: datetime = NOON) -> bool:
    return is_second_person(standing, apart={PIOTR, HOLDER}, at=at)


def test_a_colleague_of_long_standing_counts_and_who_asked_and_the_holder_never_do():
    assert may(MARTA)
    assert not may(replace(MARTA, person=PIOTR))
    assert not may(replace(MARTA, person=HOLDER))


@pytest.mark.parametrize("fact", ["joined_at", "right_since", "access_changed_at"])
def test_a_new_account_a_new_right_and_an_address_changed_by_another_count_24_hours_later_and_not_a_second_before(fact):
    new = replace(MARTA, **{fact: NOON})

    assert not may(new, at=NOON + timedelta(hours=24, seconds=-1))
    assert may(new, at=NOON + timedelta(hours=24))


def test_who_was_never_seen_with_the_right_does_not_count():
    assert not may(replace(MARTA, right_since=None))
    assert counts_from(replace(MARTA, right_since=None)) is None


@given(joined=moments, right=moments, changed=st.none() | moments, at=moments)
def test_nobody_counts_while_anything_about_them_is_younger_than_a_day(joined, right, changed, at):
    standing = Standing(person=3, joined_at=joined, right_since=right, access_changed_at=changed)

    facts = [moment for moment in (joined, right, changed) if moment is not None]
    assert may(standing, at=at) == all(at - moment >= SETTLING for moment in facts)
