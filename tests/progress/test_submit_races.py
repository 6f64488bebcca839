"""The last quiz of a course, sent four times at the same moment: one result and one certificate each, and no error."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from celery import current_app
from django.db import connections
from django.db.models import Count

from certificates.models import Certificate, CertificateEvent, HolderName
from foundation.models import OutboxMessage
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent
from progress.operations import submit_attempt
from tests.courses.builders import make_course
from tests.progress.builders import NOON, lessons_of, quizzes_of
from tests.progress.crowds import make_crowd, open_attempts

SENDERS = 4  # tabs of one learner, each a thread with a connection of its own


@dataclass(frozen=True)
class Outcome:
    sent: int
    errors: list[str]
    answers: set[int]
    seconds: float


@pytest.fixture
def attempts(request) -> list[Attempt]:
    """Learners who did all lessons, confirmed their name and answered the whole quiz: sending completes the course."""
    course = make_course()
    enrolments = make_crowd(course, request.param, done=lessons_of(course))
    HolderName.objects.bulk_create(
        HolderName(enrolment_id=pk, name=f"Learner {number}", confirmed_at=NOON)
        for number, pk in enumerate(enrolments, start=1)
    )
    open_attempts(enrolments, quizzes_of(course)[0])
    yield list(Attempt.objects.order_by("pk"))
    if current_app.conf.broker_url.startswith("redis"):
        current_app.control.purge()  # what no worker of the tests is to look for


def send_at_once(attempts: list[Attempt]) -> Outcome:
    """Send each attempt from four threads that wait for each other before each, so that they meet on its row."""
    meet = Barrier(SENDERS, timeout=120)
    errors: list[str] = []

    def send_all(_number: int) -> set[int]:
        events = set()
        try:
            for attempt in attempts:
                meet.wait()
                try:
                    events.add(submit_attempt(attempt=attempt, at=NOON).pk)
                except Exception as error:  # noqa: BLE001 - every error counts
                    errors.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()
        return events

    begun = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        answers = set().union(*pool.map(send_all, range(SENDERS)))
    return Outcome(len(attempts) * SENDERS, errors, answers, time.perf_counter() - begun)


def duplicates(rows, *, by: str) -> int:
    return rows.order_by().values(by).annotate(times=Count("pk")).filter(times__gt=1).count()


def prove(attempts: list[Attempt]) -> Outcome:
    outcome = send_at_once(attempts)
    size = len(attempts)

    assert outcome.errors == []
    # All four were told of the one marking.
    assert outcome.answers == set(MarkEvent.objects.values_list("pk", flat=True))
    assert {model: model.objects.count() for model in (MarkEvent, CourseCompletion, Certificate, CertificateEvent)} == {
        MarkEvent: size,
        CourseCompletion: size,
        Certificate: size,
        CertificateEvent: size,
    }
    assert ItemCompletion.objects.filter(evidence="attempt").count() == size
    assert duplicates(MarkEvent.objects, by="attempt") == duplicates(Certificate.objects, by="enrolment") == 0
    assert Attempt.objects.filter(state="submitted", cached_score=3, cached_passed=True).count() == size
    assert Enrolment.objects.filter(cached_percentage=100, cached_state="completed").count() == size
    issuing = OutboxMessage.objects.filter(kind="certificates.issue")
    assert (issuing.count(), issuing.filter(done_at=None).count()) == (size, 0)
    return outcome


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.parametrize("attempts", [40], indirect=True)
def test_sent_four_times_at_once_each_last_quiz_gives_one_result_and_one_certificate(attempts):
    prove(attempts)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempts", [10_000], indirect=True)
def test_ten_thousand_learners_send_their_last_quiz_four_times_at_once(attempts, capsys):
    outcome = prove(attempts)
    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\n{len(attempts):,} learners x {SENDERS} simultaneous final submits: {MarkEvent.objects.count():,} results, "
            f"{Certificate.objects.count():,} certificates, 0 duplicates, {len(outcome.errors)} errors in "
            f"{outcome.seconds:.1f} s, {outcome.sent / outcome.seconds:.0f} submits a second"
        )
