"""A worker that is killed while it marks again: the same marks as undisturbed, and each learner told once."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.db import connection, connections
from django.db.models import F, Value
from django.db.models.functions import Concat

from accounts.models import User
from courses.models import Course
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message, run_job
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent, Notice, Regrade
from progress.operations import noticing, regrading
from progress.rules.regrading import Policy
from tests.courses.builders import make_course
from tests.progress.builders import lessons_of
from tests.progress.crowds import make_crowd
from tests.progress.regrades import RELEASED, change_key, send_from_crowd

LATER = RELEASED + timedelta(hours=1)
QUESTIONS = 5


@dataclass(frozen=True)
class Twin:
    """A course whose learners answered as those of its twin did, with the decision to mark them again."""

    course: Course
    enrolments: list[int]
    regrade: Regrade


@pytest.fixture
def _purged():
    yield
    if current_app.conf.broker_url.startswith("redis"):
        current_app.control.purge()  # what no worker of the tests is to look for


def make_twin(name: str, size: int) -> Twin:
    course = make_course(slug=name, title=name.capitalize(), question_count=QUESTIONS)
    enrolments = make_crowd(course, size, done=lessons_of(course))
    User.objects.filter(enrolments__in=enrolments).update(email=Concat(F("username"), Value("@learn.example")))
    send_from_crowd(enrolments, course, seed=7)
    # In the first question the other answer is right now, in the fifth one answer is enough of two.
    regrade = change_key(course, Policy.EVEN_IF_LOWER, {1: ["wrong"], 5: ["right"]})
    return Twin(course, enrolments, regrade)


def work(job_id: int, heard: int) -> None:
    """Go on with a job until it is done, in a process of its own; say each statement before the database gets it."""

    def say(execute: Callable[..., Any], *arguments: Any) -> Any:
        os.write(heard, b".")
        return execute(*arguments)

    with connection.execute_wrapper(say):
        # Not at once where the statement of a worker that was killed still runs: it holds the job until it ends.
        while not run_job(job_id=job_id, clock=lambda: RELEASED):
            pass


def work_and_be_killed(job: Job, *, after: int) -> bool:
    """Have a process do the job and kill it once it said `after` statements; return whether it was still at it."""
    connections.close_all()  # a process that is forked must not share one
    hears, heard = os.pipe()
    worker = multiprocessing.get_context("fork").Process(target=work, args=(job.pk, heard))
    worker.start()
    os.close(heard)
    said = 0
    while said < after and (some := os.read(hears, after - said)):
        said += len(some)
    worker.kill()
    worker.join()
    os.close(hears)
    return worker.exitcode != 0


def fate(twin: Twin) -> list[Any]:
    """Return what became of each learner, in order: every marking, what is kept, what is done, what was told."""
    enrolments = Enrolment.objects.filter(pk__in=twin.enrolments).order_by("pk")
    marks: dict[int, list[Any]] = {pk: [] for pk in twin.enrolments}
    events = MarkEvent.objects.filter(attempt__enrolment__in=twin.enrolments).order_by("marked_at", "pk")
    for event in events.select_related("attempt"):
        marks[event.attempt.enrolment_id].append(
            (event.policy, event.score, event.max_score, event.pass_mark, event.passed, event.score_before)
        )
    kept = dict(Attempt.objects.filter(enrolment__in=twin.enrolments).values_list("enrolment_id", "cached_score"))
    steps = set(ItemCompletion.objects.filter(evidence="attempt").values_list("enrolment_id", flat=True))
    completed = set(CourseCompletion.objects.values_list("enrolment_id", flat=True))
    told = list(Notice.objects.values_list("enrolment_id", flat=True))
    return [
        (
            marks[row.pk],
            kept[row.pk],
            row.pk in steps,
            row.pk in completed,
            told.count(row.pk) if row.pk in told else 0,
            row.cached_percentage,
            row.cached_state,
        )
        for row in enrolments
    ]


@dataclass(frozen=True)
class Outcome:
    kills: int
    changed: int
    told: int
    seconds: float


def prove(*, size: int, kills: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.setattr(regrading, "MARKED_AT_ONCE", at_once)
    undisturbed, disturbed = make_twin("undisturbed", size), make_twin("disturbed", size)
    assert run_job(job_id=undisturbed.regrade.job_id, clock=lambda: RELEASED)
    chance = random.Random(11)
    job = disturbed.regrade.job
    begun = time.perf_counter()
    killed = 0
    while killed < kills:
        # In the middle of a step or between two: one takes about 30 statements, and more for courses that it completes.
        was_at_it = work_and_be_killed(job, after=chance.randint(1, 60 + 8 * at_once))
        assert was_at_it, "the job was done before it was killed as often as it should"
        killed += 1
    assert not Job.objects.get(pk=job.pk).finished_at
    work_and_be_killed(job, after=10**9)
    seconds = time.perf_counter() - begun
    job.refresh_from_db()

    assert job.finished_at is not None
    assert (job.done_count, job.total_count) == (size, size)
    assert fate(disturbed) == fate(undisturbed)
    changed = MarkEvent.objects.filter(regrade=disturbed.regrade).count()
    told = Notice.objects.filter(regrade=disturbed.regrade).count()
    assert 0 < told < changed <= size
    notices = list(Notice.objects.filter(regrade=disturbed.regrade).values_list("pk", flat=True))
    for message in OutboxMessage.objects.filter(kind=noticing.MAIL, payload__notice__in=notices).order_by("pk"):
        assert deliver_message(message_id=message.pk, at=LATER)
    people = [address for message in mail.outbox for address in message.to]
    assert len(people) == len(set(people)) == told
    return Outcome(killed, changed, told, seconds)


@pytest.mark.usefixtures("_purged")
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_six_times_marks_as_one_that_was_left_alone(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite the lock of a killed process is the file's, and the next one waits for nothing.")
    prove(size=120, kills=6, at_once=6, monkeypatch=monkeypatch)


@pytest.mark.full
@pytest.mark.usefixtures("_purged")
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_fifty_times_while_it_marks_five_thousand_attempts_again(monkeypatch, capsys):
    outcome = prove(size=5000, kills=50, at_once=40, monkeypatch=monkeypatch)
    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\nregrade of 5,000 attempts, worker killed {outcome.kills} times: marks as undisturbed, "
            f"{outcome.changed:,} attempts changed, {outcome.told:,} learners told once each, "
            f"{outcome.seconds:.1f} s with all restarts"
        )
