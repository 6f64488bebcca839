from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.status import Event, EventKind, State, fold_status

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def _status(*kinds: EventKind, valid_until: date | None = None, is_intact: bool = True, today: date = TODAY):
    events = [Event(kind, NOON + timedelta(days=number)) for number, kind in enumerate(kinds)]
    return fold_status(events, valid_until=valid_until, today=today, is_intact=is_intact)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([EventKind.ISSUED], State.VALID),
        ([EventKind.ISSUED, EventKind.REVOKED], State.WITHDRAWN),
        ([EventKind.ISSUED, EventKind.REVOKED, EventKind.RESTORED], State.VALID),
        ([EventKind.ISSUED, EventKind.REISSUED], State.REPLACED),
        ([EventKind.ISSUED, EventKind.REISSUED, EventKind.REVOKED], State.WITHDRAWN),
        ([EventKind.ISSUED, EventKind.REVOKED, EventKind.REISSUED], State.WITHDRAWN),
        ([EventKind.ISSUED, EventKind.EXPIRED], State.EXPIRED),
        ([EventKind.ISSUED, EventKind.EXPIRED, EventKind.RESTORED], State.VALID),
        ([], State.UNCONFIRMED),
        ([EventKind.RESTORED], State.UNCONFIRMED),
    ],
)
def test_the_state_is_the_fold_of_the_events(kinds, state):
    assert _status(*kinds).state is state


def test_a_certificate_counts_to_the_end_of_its_last_day():
    assert _status(EventKind.ISSUED, valid_until=TODAY).state is State.VALID
    assert _status(EventKind.ISSUED, valid_until=TODAY, today=TODAY + timedelta(days=1)).state is State.EXPIRED


def test_nothing_is_vouched_for_when_the_payload_is_not_what_was_issued():
    assert _status(EventKind.ISSUED, is_intact=False).state is State.UNCONFIRMED
    assert not _status(EventKind.ISSUED, is_intact=False).shows_contents


def test_a_withdrawn_certificate_says_since_when_and_shows_nothing_more():
    status = _status(EventKind.ISSUED, EventKind.REVOKED)

    assert status.since == NOON + timedelta(days=1)
    assert not status.shows_contents


@given(st.lists(st.sampled_from(EventKind)), st.booleans())
def test_valid_means_issued_intact_and_not_withdrawn_last(kinds, is_intact):
    status = _status(*kinds, is_intact=is_intact)

    if status.is_valid:
        assert is_intact
        assert EventKind.ISSUED in kinds
        ended = [kind for kind in kinds if kind in {EventKind.REVOKED, EventKind.RESTORED}]
        assert not ended or ended[-1] is EventKind.RESTORED
