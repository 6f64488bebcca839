"""When a person may be asked to check a result."""

from datetime import timedelta

import pytest

from progress.rules.checking import NoCheck, why_no_check
from tests.progress.builders import NOON

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("score", "waits", "checked_at", "marked_at", "why"),
    [
        (3, False, None, NOON, None),
        (4, False, None, NOON, NoCheck.FULL_MARKS),
        (4, True, None, NOON, NoCheck.FULL_MARKS),
        (3, True, None, NOON, NoCheck.PERSON_LOOKS_ANYWAY),
        (3, False, LATER, NOON, NoCheck.CHECKED_ALREADY),
        (3, False, NOON, NOON, NoCheck.CHECKED_ALREADY),
        (3, False, NOON, LATER, None),
    ],
)
def test_who_may_ask(score, waits, checked_at, marked_at, why):
    asked = why_no_check(score=score, max_score=4, waits_for_person=waits, checked_at=checked_at, marked_at=marked_at)

    assert asked == why
