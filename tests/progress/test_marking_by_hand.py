"""A person gives points for answers: within what they are worth, never fewer, never their own, told once."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import User
from courses.models import Course
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from progress.models import Enrolment, HandMark, HandMarkComment, ItemCompletion, MarkEvent, Notice
from progress.operations import noticing
from progress.operations.marking_by_hand import HandPoints, NotSentYet, OwnWork, mark_by_hand
from progress.rules.marking_by_hand import DoesNotCount, PointsOutOfRange
from progress.rules.regrading import Policy
from tests.people import make_assessor, make_learner
from tests.progress.builders import NOON, counted_queries, do_lessons, enrol
from tests.progress.regrades import begin, change_key, ids, run_jobs, send

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=2)
ONE_RIGHT = {1: ["right"], 2: ["right"], 3: ["false"]}


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course, make_learner("ana", email="ana@example.org"))


@pytest.fixture
def assessor() -> User:
    return make_assessor("berta")


def give(course: Course, points: dict[int, int], comment: str = "") -> dict[str, HandPoints]:
    return {ids(course, number): HandPoints(given, comment) for number, given in points.items()}


@pytest.mark.both_databases
def test_points_of_a_person_pass_the_quiz_complete_the_course_and_are_told_once(course, enrolment, assessor):
    do_lessons(enrolment)
    attempt = send(enrolment, ONE_RIGHT)

    event = mark_by_hand(attempt=attempt, marks=give(course, {2: 1}, "Close enough."), by=assessor, at=LATER)

    attempt.refresh_from_db()
    assert (event.kind, event.score, event.max_score, event.pass_mark) == (MarkEvent.Kind.BY_HAND, 2, 3, 60)
    assert (event.passed, event.score_before, event.actor, event.marked_at) == (True, 1, assessor, LATER)
    assert event.points == {ids(course, 1): 1, ids(course, 2): 1, ids(course, 3): 0}
    assert (attempt.cached_score, attempt.cached_max_score, attempt.cached_passed) == (2, 3, True)
    assert list(HandMark.objects.values_list("attempt", "question_id", "points")) == [(attempt.pk, ids(course, 2), 1)]
    assert HandMarkComment.objects.get().text == "Close enough."
    done = ItemCompletion.objects.get(enrolment=enrolment, item_key=attempt.item_key)
    assert (done.completed_at, done.attempt) == (LATER, attempt)
    assert Enrolment.objects.get(pk=enrolment.pk).completion.cause == "quiz"
    assert Notice.objects.get().mark_event == event


def test_the_learner_gets_one_mail_with_the_points_before_and_after(course, enrolment, assessor):
    attempt = send(enrolment, ONE_RIGHT)

    mark_by_hand(attempt=attempt, marks=give(course, {2: 1}), by=assessor, at=LATER)
    for pk in OutboxMessage.objects.filter(kind=noticing.MAIL).values_list("pk", flat=True):
        assert deliver_message(message_id=pk, at=LATER)

    (message,) = mail.outbox
    assert message.subject == "Your answers were marked: Quiz 1-1"
    assert "Try 1: 2 of 3 points, before 1 of 3. You have passed now." in " ".join(message.body.split())
    assert f"/en/attempts/{attempt.public_id}/result/" in message.body


def test_nobody_marks_their_own_answers(course, enrolment):
    attempt = send(enrolment, ONE_RIGHT)

    with pytest.raises(OwnWork):
        mark_by_hand(attempt=attempt, marks=give(course, {2: 1}), by=enrolment.learner, at=LATER)

    assert MarkEvent.objects.count() == 1


def test_answers_that_were_not_sent_are_not_marked(course, enrolment, assessor):
    attempt = begin(enrolment, ONE_RIGHT)

    with pytest.raises(NotSentYet):
        mark_by_hand(attempt=attempt, marks=give(course, {2: 1}), by=assessor, at=LATER)


@pytest.mark.parametrize("points", [{1: 0}, {2: 2}])
def test_points_below_those_of_now_or_above_what_the_question_is_worth_write_nothing(
    course, enrolment, assessor, points
):
    attempt = send(enrolment, ONE_RIGHT)

    with pytest.raises(PointsOutOfRange):
        mark_by_hand(attempt=attempt, marks=give(course, points), by=assessor, at=LATER)

    assert (MarkEvent.objects.count(), HandMark.objects.count(), Notice.objects.count()) == (1, 0, 0)


def test_a_question_that_was_dropped_for_everybody_is_not_marked(course, enrolment, assessor):
    attempt = send(enrolment, {1: ["right"], 2: ["right"], 3: ["true"]})
    change_key(course, Policy.DROP, {2: ["right", "wrong"]})
    run_jobs()

    with pytest.raises(DoesNotCount):
        mark_by_hand(attempt=attempt, marks=give(course, {2: 1}), by=assessor, at=LATER + timedelta(days=2))


def test_it_costs_the_same_for_one_answer_and_for_three(course, enrolment, assessor):
    attempts = [send(enrolment, {}), send(enrolment, {})]
    costs = []
    for attempt, marks in zip(attempts, ({1: 1}, {1: 1, 2: 1, 3: 0}), strict=True):
        with counted_queries() as statements:
            mark_by_hand(attempt=attempt, marks=give(course, marks, "Words."), by=assessor, at=LATER)
        costs.append(len(statements))

    assert costs[0] <= costs[1] <= 27  # the second one passes as well
