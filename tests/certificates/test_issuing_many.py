"""Issuing for many: few queries, and exactly once however often it is stopped."""

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from certificates.models import Achievement, Certificate, CertificateEvent
from certificates.operations import issuing
from foundation.models import OutboxMessage
from tests.certificates.builders import NOON
from tests.certificates.crowds import complete_crowd
from tests.courses.builders import make_course, offer_achievement
from tests.progress.builders import counted_queries


def work(ids: list[int], heard: int) -> None:
    """Issue for all, in a process of its own; say each statement before the database gets it."""

    def say(execute: Callable[..., Any], *arguments: Any) -> Any:
        os.write(heard, b".")
        return execute(*arguments)

    with connection.execute_wrapper(say):
        issuing.issue_many(enrolment_ids=ids, at=NOON)


def work_and_be_killed(ids: list[int], *, after: int) -> bool:
    """Have a process issue and kill it once it said `after` statements; return whether it was still at it."""
    connections.close_all()  # a process that is forked must not share one
    hears, heard = os.pipe()
    worker = multiprocessing.get_context("fork").Process(target=work, args=(ids, heard))
    worker.start()
    os.close(heard)
    said = 0
    while said < after and (some := os.read(hears, after - said)):
        said += len(some)
    worker.kill()
    worker.join()
    os.close(hears)
    return worker.exitcode != 0


def prove(ids: list[int], *, kills: int) -> float:
    """Kill who issues again and again; then each has one certificate, with one event and one badge to be signed."""
    chance = random.Random(11)
    begun = time.perf_counter()
    for _kill in range(kills):
        work_and_be_killed(ids, after=chance.randint(1, 24))
    work_and_be_killed(ids, after=10**9)
    seconds = time.perf_counter() - begun

    assert sorted(Certificate.objects.values_list("enrolment_id", flat=True)) == ids
    assert CertificateEvent.objects.filter(kind="issued").values("certificate").distinct().count() == len(ids)
    assert CertificateEvent.objects.count() == len(ids)
    signed = OutboxMessage.objects.filter(kind="certificates.badge").values_list("payload", flat=True)
    assert sorted(pk for payload in signed for pk in payload["certificates"]) == sorted(
        Certificate.objects.values_list("pk", flat=True)
    )
    assert Achievement.objects.count() == 1
    return seconds


@pytest.mark.django_db
def test_five_hundred_take_as_many_queries_as_fifty_and_at_most_five_for_a_hundred():
    course = offer_achievement(make_course(lesson_count=1))
    few, many = complete_crowd(course, 50), complete_crowd(course, 150)
    issuing.issue_many(enrolment_ids=complete_crowd(course, 1), at=NOON)

    with counted_queries() as first:
        assert issuing.issue_many(enrolment_ids=few, at=NOON) == 50
    with counted_queries() as second:
        assert issuing.issue_many(enrolment_ids=many, at=NOON) == 150

    # One more statement for each hundred certificates that are written: 500 take 4 more than 100.
    assert len(second) == len(first) + 1
    assert len(first) + 4 <= 25


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_five_times_issues_each_certificate_once(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite the lock of a killed process is the file's, and the next one waits for nothing.")
    monkeypatch.setattr(issuing, "BLOCK", 4)
    course = offer_achievement(make_course(lesson_count=1))

    prove(complete_crowd(course, 24), kills=5)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_two_hundred_times_while_it_issues_three_thousand_certificates(monkeypatch, capsys):
    monkeypatch.setattr(issuing, "BLOCK", 50)
    course = offer_achievement(make_course(lesson_count=1))

    seconds = prove(complete_crowd(course, 3000), kills=200)

    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\n3,000 certificates, worker killed 200 times: each issued once, {seconds:.1f} s with all restarts"
        )
