"""An import that breaks off anywhere, and is begun again: nobody is missing, nobody is there twice."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection, connections

from accounts.models import Invitation, Notification, SignInCard, User
from cockpit.models import ImportedRow, PeopleImport
from cockpit.operations import importing, importing_steps
from cockpit.queries.importing import IMPORT
from foundation.models import Job, OutboxMessage
from foundation.operations import run_job
from tests.cockpit.import_files import people
from tests.cockpit.test_importing import looked_over
from tests.people import make_manager, make_organisation
from tests.progress.builders import NOON


class Killed(Exception):
    pass


@pytest.fixture
def _purged():
    yield
    if current_app.conf.broker_url.startswith("redis"):
        current_app.control.purge()  # what no worker of the tests is to look for


def begun(size: int) -> PeopleImport:
    """Begin an import of so many people, every fifth of them without an address."""
    hub = make_organisation()
    rows = [(f"Card {number}", "") if number % 5 == 0 else row for number, row in enumerate(people(size))]
    record = looked_over(hub, make_manager(organisation=hub), *rows)
    return importing.start_import(record=record, at=NOON)


def assert_each_once(record: PeopleImport, size: int) -> None:
    record.refresh_from_db()
    cards = -(-size // 5)
    assert record.state == PeopleImport.State.DONE
    assert record.rows.filter(state=ImportedRow.State.ADDED, invitation__isnull=False).count() == size
    invited = Invitation.objects.filter(organisation=record.organisation)
    assert invited.count() == size
    assert invited.exclude(email="").values("email").distinct().count() == size - cards
    assert User.objects.filter(invitations__in=invited).count() == cards
    assert SignInCard.objects.filter(organisation=record.organisation, revoked_at=None).count() == cards
    assert Notification.objects.filter(kind="accounts.invitation").count() == size - cards
    assert OutboxMessage.objects.filter(kind="accounts.notification").count() == size - cards
    job = Job.objects.get(kind=IMPORT)
    assert (job.done_count, job.total_count) == (size, size)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_an_import_that_breaks_off_at_six_rows_adds_everybody_once(monkeypatch):
    size = 80
    monkeypatch.setattr(importing_steps, "AT_ONCE", 10)
    record = begun(size)
    job = Job.objects.get(kind=IMPORT)
    chance, at, breaks = random.Random(7), NOON, 0
    left = 0

    def watched(name: str) -> None:
        """Have a function of the steps break off once it did its work, when the time has come."""
        real: Callable[..., Any] = getattr(importing_steps, name)

        def does(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            done = real(*arguments, **named)
            left -= 1
            if left == 0:
                raise Killed
            return done

        monkeypatch.setattr(importing_steps, name, does)

    for name in ("make_cards", "invite_many", "known_of", "check", "_save"):
        watched(name)
    while breaks < 6:
        left = chance.randint(1, 9)
        at += timedelta(hours=2)
        assert not run_job(job_id=job.pk, clock=lambda now=at: now)
        breaks += 1
    left = -1

    assert run_job(job_id=job.pk, clock=lambda: at + timedelta(hours=2))
    assert_each_once(record, size)


def work(job_id: int, heard: int) -> None:
    """Go on with a job until it is done, in a process of its own; say each statement before the database gets it."""

    def say(execute: Callable[..., Any], *arguments: Any) -> Any:
        os.write(heard, b".")
        return execute(*arguments)

    with connection.execute_wrapper(say):
        while not run_job(job_id=job_id, clock=lambda: NOON):  # the one that was killed may hold the row for a moment
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


@pytest.mark.full
@pytest.mark.usefixtures("_purged")
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_fifty_times_adds_a_thousand_people_once_each(monkeypatch, capsys):
    size, kills = 1000, 50
    monkeypatch.setattr(importing_steps, "AT_ONCE", 10)
    record = begun(size)
    job = Job.objects.get(kind=IMPORT)
    chance, began = random.Random(11), time.perf_counter()
    for _kill in range(kills):
        # A step of ten rows takes some 45 statements: the kill is in the middle of one, or in the next.
        assert work_and_be_killed(job, after=chance.randint(1, 75)), "it was done before it was killed so often"
    work_and_be_killed(job, after=10**9)

    assert_each_once(record, size)
    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\nimport of {size:,} people, worker killed {kills} times: each added once, "
            f"{time.perf_counter() - began:.1f} s with all restarts"
        )
