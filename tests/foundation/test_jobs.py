"""Long work: begun once, gone on with where it stopped, whatever stops it."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from foundation import jobs, operations
from foundation.models import Heartbeat, Job
from foundation.queries import JobState, job_progress

NOON = datetime(2096, 11, 20, 12, 0, tzinfo=UTC)  # a real worker that runs beside these tests finds nothing due
SECOND = timedelta(seconds=1)
ROWS = 10

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
committing = pytest.mark.django_db(transaction=True)


class Boom(Exception):
    """What the steps of these tests raise."""


class Clock:
    """Moves on by a second each time it is read."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        self.at += SECOND
        return self.at


def add_hearts(payload, cursor, *, at):
    """Write one row a step: ten in all. What it writes is undone with its step."""
    Heartbeat.objects.create(name=f"row {cursor + 1}", beat_at=at)
    return jobs.Step(cursor=cursor + 1, done=1, finished=cursor + 1 == ROWS)


class Failing:
    """Fails after it wrote, as often as it is told to, at one place."""

    def __init__(self, at_cursor, times):
        self.at_cursor, self.times = at_cursor, times

    def __call__(self, payload, cursor, *, at):
        step = add_hearts(payload, cursor, at=at)
        if cursor == self.at_cursor and self.times:
            self.times -= 1
            raise Boom("the disk is full")
        return step


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    """Leave the kinds of the real apps alone."""
    monkeypatch.setattr(jobs, "_kinds", {})
    jobs.register_job("test.hearts", step=add_hearts, count=lambda payload: ROWS)


@pytest.fixture(autouse=True)
def published(monkeypatch):
    """The jobs the broker took, in order; nothing is sent anywhere."""
    sent: list[int] = []
    monkeypatch.setattr(jobs, "publish", sent.append)
    return sent


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Do what follows the commit of what is inside."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def worker_environment():
    """Where a process of its own finds the database of the tests."""
    name = str(connection.settings_dict["NAME"])
    if database_url := os.environ.get("DATABASE_URL"):
        return {**os.environ, "DATABASE_URL": database_url.rsplit("/", 1)[0] + "/" + name}
    return {**os.environ, "PORTAL_SQLITE": name}


def start(key="k", kind="test.hearts", **kwargs):
    return operations.start_job(kind=kind, key=key, payload={"n": 1}, at=NOON, **kwargs)


def run(job, at=NOON, **kwargs):
    return operations.run_job(job_id=job.pk, clock=Clock(at), **kwargs)


def rows():
    return sorted(Heartbeat.objects.values_list("name", flat=True))


ALL_ROWS = sorted(f"row {number}" for number in range(1, ROWS + 1))


def test_a_job_is_published_after_the_commit_and_not_before(published, commit):
    with commit():
        job = start()
        published_before_commit = list(published)

    assert published_before_commit == []
    assert published == [job.pk]


def test_starting_twice_leaves_one_job(published, commit):
    with commit():
        first, second = start(), start()

    assert first == second
    assert Job.objects.count() == 1
    assert published == [first.pk]


def test_starting_what_is_done_has_no_effect():
    job = start()
    run(job)

    again = start()

    assert again.finished_at is not None
    assert run(again) is True
    assert rows() == ALL_ROWS


def test_a_kind_nobody_registered_is_refused_at_once():
    with pytest.raises(jobs.UnknownJob):
        start(kind="test.unknown")


def test_a_job_is_done_step_by_step_to_the_end():
    job = start()

    finished = run(job)

    job.refresh_from_db()
    assert finished is True
    assert (job.cursor, job.done_count, job.total_count, job.problem) == (ROWS, ROWS, ROWS, "")
    assert job.finished_at is not None
    assert rows() == ALL_ROWS


def test_a_job_for_later_waits_for_its_time(published, commit):
    with commit():
        job = start(due_at=NOON + 60 * SECOND)

    early, swept_early = run(job), operations.sweep_jobs(at=NOON + 59 * SECOND)
    swept = operations.sweep_jobs(at=NOON + 80 * SECOND)

    assert (early, swept_early, swept, published) == (False, 0, 1, [job.pk])
    assert run(job, at=NOON + 81 * SECOND) is True


def test_a_step_that_goes_wrong_is_undone_and_tried_again_where_it_stopped():
    jobs.register_job("test.hearts", step=Failing(at_cursor=4, times=1), count=lambda payload: ROWS)
    job = start()

    first = run(job)
    rows_after_the_failure = len(rows())
    second = run(job, at=NOON + timedelta(minutes=1))

    job.refresh_from_db()
    assert (first, rows_after_the_failure, second) == (False, 4, True)
    assert (job.done_count, job.failure_count, job.problem) == (ROWS, 0, "")
    assert rows() == ALL_ROWS


def test_each_failure_doubles_the_wait():
    jobs.register_job("test.hearts", step=Failing(at_cursor=0, times=99), count=lambda payload: ROWS)
    job = start()
    waits = []
    at = NOON
    for _ in range(11):
        clock = Clock(at)
        operations.run_job(job_id=job.pk, clock=clock)
        job.refresh_from_db()
        waits.append((job.due_at - clock.at) / SECOND)
        at = job.due_at

    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert job.problem == "Boom: the disk is full"


def test_a_job_that_failed_is_not_tried_before_its_time():
    jobs.register_job("test.hearts", step=Failing(at_cursor=0, times=1), count=lambda payload: ROWS)
    job = start()
    run(job)

    run(job, at=NOON + 5 * SECOND)

    assert rows() == []


def test_a_count_that_goes_wrong_is_tried_again_too():
    counts = iter([Boom("no"), ROWS])

    def count(payload):
        outcome = next(counts)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    jobs.register_job("test.hearts", step=add_hearts, count=count)
    job = start()

    assert run(job) is False
    assert run(job, at=NOON + timedelta(minutes=1)) is True
    assert rows() == ALL_ROWS


def test_a_long_job_makes_room_for_other_work_and_goes_on(published):
    job = start()

    first = run(job, at_most=4 * SECOND)
    done_at_first = Job.objects.get().done_count

    assert (first, published) == (False, [job.pk])
    assert 0 < done_at_first < ROWS
    assert run(job, at=NOON + 60 * SECOND) is True
    assert rows() == ALL_ROWS


def test_a_broker_that_is_down_loses_nothing(monkeypatch, commit):
    def refuse(job_id):
        raise ConnectionError("the broker is down")

    monkeypatch.setattr(jobs, "publish", refuse)
    with commit():
        job = start()
    swept_while_down = operations.sweep_jobs(at=NOON + 60 * SECOND)
    taken: list[int] = []
    monkeypatch.setattr(jobs, "publish", taken.append)

    operations.sweep_jobs(at=NOON + 120 * SECOND)

    assert (swept_while_down, taken) == (0, [job.pk])


def test_the_sweep_leaves_alone_what_was_published_a_moment_ago(published):
    start()

    operations.sweep_jobs(at=NOON + 5 * SECOND)

    assert published == []


@committing
def test_two_runners_at_once_do_each_row_once():
    """On PostgreSQL the second finds the row locked and leaves; on SQLite they take turns. Neither does a row twice."""
    job = start()
    both_are_here = threading.Barrier(2)
    problems: list[BaseException] = []

    def work():
        try:
            both_are_here.wait()
            run(job)
        except BaseException as error:  # noqa: BLE001 - said by the test
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run(job, at=NOON + timedelta(minutes=5))  # should each have left the rest to the other, the sweep comes

    assert problems == []
    assert rows() == ALL_ROWS
    assert Job.objects.get().done_count == ROWS


@committing
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks no rows")
def test_who_finds_the_job_in_other_hands_leaves_it_alone(published):
    job = start()
    published.clear()
    outcomes = []

    def look():
        outcomes.append(run(job))
        outcomes.append(operations.sweep_jobs(at=NOON + timedelta(minutes=5)))
        connection.close()

    with transaction.atomic():
        Job.objects.select_for_update().get()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    assert (outcomes, published, rows()) == ([False, 0], [], [])


KILLED = """
import sys
import django
django.setup()
from foundation import jobs, operations
from tests.foundation.test_jobs import Clock, add_hearts

def step(payload, cursor, *, at):
    done = add_hearts(payload, cursor, at=at)
    if cursor == 6:  # it wrote its row, and has not committed
        print("in the step", flush=True)
        sys.stdin.read()
    return done

jobs.register_job("test.hearts", step=step, count=lambda payload: 10)
operations.run_job(job_id=int(sys.argv[1]), clock=Clock())
"""


@committing
def test_a_worker_killed_in_the_middle_of_a_step_costs_that_step_and_nothing_else(worker_environment):
    job = start()
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(job.pk)],
        cwd=settings.BASE_DIR,
        env=worker_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = worker.stdout.readline()
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()

    rows_after_the_kill = len(rows())
    finished = run(job, at=NOON + timedelta(minutes=1))

    assert (said, rows_after_the_kill, finished) == ("in the step\n", 6, True)
    assert rows() == ALL_ROWS
    assert Job.objects.get().done_count == ROWS


def test_what_a_job_is_at_is_said_in_words_and_figures():
    waiting = Job(due_at=NOON)
    running = Job(total_count=5000, done_count=1240, cursor=1300)
    retrying = Job(total_count=5000, done_count=1240, failure_count=1)
    done = Job(total_count=5000, done_count=5003, finished_at=NOON)

    seen = [job_progress(job) for job in (waiting, running, retrying, done)]

    assert [progress.state for progress in seen] == [
        JobState.WAITING,
        JobState.RUNNING,
        JobState.RETRYING,
        JobState.DONE,
    ]
    assert [(progress.done, progress.total, progress.percentage) for progress in seen] == [
        (0, 0, 0),
        (1240, 5000, 24),
        (1240, 5000, 24),
        (5003, 5003, 100),
    ]


def test_the_bar_says_how_far_it_is_without_scripts():
    progress = job_progress(Job(total_count=5000, done_count=1240))
    with translation.override("en"):
        html = render_to_string(
            "components/job.html", {"progress": progress, "job_title": "Marking again", "refresh_url": "/here/"}
        )

    assert "1,240 of 5,000" in html
    assert 'value="24"' in html
    assert '<a href="/here/">Refresh</a>' in html


def test_a_finished_bar_asks_for_nothing():
    progress = job_progress(Job(total_count=2, done_count=2, finished_at=NOON))
    html = render_to_string("components/job.html", {"progress": progress, "job_title": "x", "refresh_url": "/here/"})

    assert "/here/" not in html
