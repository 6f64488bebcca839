"""Several workers make the log of certificates: one at a time adds to it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from certificates.operations import chaining
from certificates.operations.chaining import chain_events
from tests.certificates.builders import earn
from tests.courses.builders import make_course

LATER = datetime(2026, 11, 24, 12, 0, tzinfo=UTC) + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_one_worker_adds_at_a_time():
    if connection.vendor != "postgresql":
        pytest.skip("on the embedded database one transaction writes at a time")
    other = connection.copy()
    earn(make_course(lesson_count=1))
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chaining._LOCK])
        assert chain_events(at=LATER) == 0
        cursor.execute("COMMIT")
    other.close()
    assert chain_events(at=LATER) == 1
