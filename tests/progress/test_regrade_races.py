"""Learners who send their answers while a release changes the key: whoever comes first, nobody falls between."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from foundation.models import Job
from progress import operations
from progress.models import ItemCompletion, MarkEvent
from progress.operations.regrading import REGRADE
from progress.rules.regrading import Policy
from tests.courses.builders import make_course
from tests.progress.builders import enrol
from tests.progress.regrades import RELEASED, begin, change_key, marks, run_jobs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}


def test_attempts_sent_while_the_key_changes_are_marked_by_the_old_key_and_then_by_the_decision():
    course = make_course()
    attempts = [begin(enrol(course), ONE_RIGHT) for _ in range(12)]

    def send_some(own: list) -> None:
        try:
            for attempt in own:
                operations.submit_attempt(attempt=attempt, at=RELEASED)
        finally:
            connection.close()

    def release() -> None:
        try:
            change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]})
            run_jobs()
        finally:
            connection.close()

    random.Random(5).shuffle(attempts)
    with ThreadPoolExecutor(max_workers=3) as pool:
        acts = [pool.submit(send_some, attempts[:6]), pool.submit(release), pool.submit(send_some, attempts[6:])]
        for act in acts:
            act.result(timeout=120)

    assert Job.objects.get(kind=REGRADE).finished_at is not None
    assert [marks(attempt) for attempt in attempts] == [[("", 1, 3, False), ("never-lower", 2, 3, True)]] * 12
    assert ItemCompletion.objects.count() == 12


def test_a_job_waits_for_an_attempt_that_is_being_sent_and_then_marks_it():
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite nobody writes while somebody else does.")
    from django.db import transaction

    course = make_course()
    attempt = begin(enrol(course), ONE_RIGHT)

    def carry_out() -> None:
        try:
            change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]})
            run_jobs()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            operations.submit_attempt(attempt=attempt, at=RELEASED)  # before anything is decided, not committed yet
            job = pool.submit(carry_out)
            end = time.monotonic() + 60
            while not _somebody_waits():
                assert not job.done()
                assert time.monotonic() < end
        job.result(timeout=120)

    assert marks(attempt) == [("", 1, 3, False), ("never-lower", 2, 3, True)]
    assert MarkEvent.objects.count() == 2


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees others as it saw them first
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        return cursor.fetchone() is not None
