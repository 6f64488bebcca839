"""Marking again after a release: what becomes of attempts, steps, courses, and who is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.translation import override

from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message
from progress import operations
from progress.models import CourseCompletion, ItemCompletion, MarkEvent, Notice, Regrade, Response
from progress.operations import regrading
from progress.operations.regrading import AlreadyReleased, plan_regrades
from progress.queries import differences
from progress.rules.regrading import Policy
from tests.courses.builders import make_course
from tests.people import make_learner
from tests.progress.builders import (
    NOON,
    counted_queries,
    do_lessons,
    enrol,
    quizzes_of,
)
from tests.progress.regrades import RELEASED, begin, change_key, ids, marks, run_jobs, send

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Three questions: the right answers are "right", "right" and "also-right", "true". Passed with 60 %, so with two.
ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}
TWO_RIGHT = {1: ["right"], 2: ["right"], 3: ["true"]}
WRONG_IS_RIGHT = {1: ["wrong"]}


class TestPolicies:
    def test_accept_both_gives_points_to_who_chose_either_answer(self, course):
        ben, cleo = send(enrol(course), ONE_RIGHT), send(enrol(course), TWO_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        assert marks(ben) == [("", 1, 3, False), ("accept-both", 2, 3, True)]
        assert marks(cleo) == [("", 2, 3, True)]

    def test_never_lower_leaves_who_had_it_right_by_the_old_key(self, course):
        ben, cleo = send(enrol(course), ONE_RIGHT), send(enrol(course), TWO_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        assert marks(ben) == [("", 1, 3, False), ("never-lower", 2, 3, True)]
        assert marks(cleo) == [("", 2, 3, True)]

    def test_drop_takes_the_question_out_for_those_who_gain_by_it(self, course):
        ben, cleo = send(enrol(course), ONE_RIGHT), send(enrol(course), TWO_RIGHT)
        change_key(course, Policy.DROP, without=[1])
        run_jobs()
        assert marks(ben) == [("", 1, 3, False), ("drop", 1, 2, False)]
        assert marks(cleo) == [("", 2, 3, True)]

    def test_even_if_lower_takes_points_and_the_pass_but_nothing_that_was_done(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        cleo = send(enrolment, TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        assert marks(cleo) == [("", 2, 3, True), ("even-if-lower", 1, 3, False)]
        assert ItemCompletion.objects.filter(attempt=cleo).exists()
        assert CourseCompletion.objects.filter(enrolment=enrolment).exists()

    def test_keep_decides_nothing(self, course):
        send(enrol(course), ONE_RIGHT)
        assert change_key(course, Policy.KEEP, WRONG_IS_RIGHT) is None
        assert not Regrade.objects.exists()
        assert not Job.objects.filter(kind=regrading.REGRADE).exists()

    def test_a_release_without_drafts_takes_a_regrade_back(self, course):
        ben = send(enrol(course), ONE_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        change_key(course, Policy.AS_FIRST_MARKED, at=RELEASED + timedelta(hours=1))
        run_jobs(at=RELEASED + timedelta(hours=1))
        assert marks(ben) == [("", 1, 3, False), ("even-if-lower", 2, 3, True), ("as-first-marked", 1, 3, False)]
        assert ItemCompletion.objects.get().attempt == ben

    def test_any_other_policy_may_follow_too(self, course):
        cleo = send(enrol(course), TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        change_key(course, Policy.ACCEPT_BOTH, at=RELEASED + timedelta(hours=1))
        run_jobs(at=RELEASED + timedelta(hours=1))
        assert marks(cleo)[-1] == ("accept-both", 2, 3, True)

    def test_an_event_says_who_decided_what_and_what_was_before(self, course):
        ben = send(enrol(course), ONE_RIGHT)
        regrade = change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        event = MarkEvent.objects.get(attempt=ben, kind=MarkEvent.Kind.REGRADE)
        assert (event.regrade, event.policy, event.actor) == (regrade, "never-lower", regrade.release.released_by)
        assert (event.score_before, event.score, event.pass_mark) == (1, 2, 60)
        assert event.points == {ids(course, 1): 1, ids(course, 2): 0, ids(course, 3): 1}
        ben.refresh_from_db()
        assert (ben.cached_score, ben.cached_max_score, ben.cached_passed) == (2, 3, True)


class TestWhatFollows:
    def test_who_passes_by_it_has_done_the_step(self, course):
        enrolment = enrol(course)
        ben = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        completion = ItemCompletion.objects.get(enrolment=enrolment)
        assert (completion.attempt, completion.completed_at, completion.evidence) == (ben, RELEASED, "attempt")
        enrolment.refresh_from_db()
        assert (enrolment.cached_percentage, enrolment.cached_state) == (33, "in-progress")

    def test_who_lacked_only_this_has_completed_the_course_and_gets_the_certificate(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        send(enrolment, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        completion = CourseCompletion.objects.get(enrolment=enrolment)
        assert (completion.cause, completion.completed_at) == ("regrade", RELEASED)
        assert OutboxMessage.objects.filter(kind="certificates.issue", key=f"{enrolment.public_id}:completed").exists()
        enrolment.refresh_from_db()
        assert (enrolment.cached_percentage, enrolment.cached_state) == (100, "completed")

    def test_who_left_the_course_is_marked_but_completes_nothing(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        ben = send(enrolment, ONE_RIGHT)
        enrolment.withdrawn_at = NOON
        enrolment.save()
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        assert marks(ben)[-1] == ("never-lower", 2, 3, True)
        assert not CourseCompletion.objects.exists()

    def test_a_second_try_that_passes_too_leaves_the_first_record(self, course):
        enrolment = enrol(course)
        first, second = send(enrolment, ONE_RIGHT), send(enrolment, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        assert marks(second)[-1] == ("never-lower", 2, 3, True)
        assert ItemCompletion.objects.get().attempt == first
        assert Notice.objects.count() == 1

    def test_records_of_it_stand_the_check(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        send(enrolment, ONE_RIGHT)
        send(enrol(course), TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        found = [line for reader in differences.READERS.values() for line in reader() if line]
        assert found == []

    def test_attempts_of_another_course_and_of_later_editions_are_left(self, course):
        other = make_course(slug="other", title="Other")
        ana = send(enrol(other), ONE_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        change_key(course, Policy.KEEP, {1: ["right"]}, at=RELEASED + timedelta(hours=1))
        ben = send(enrol(course), TWO_RIGHT, at=RELEASED + timedelta(hours=2))
        run_jobs(at=RELEASED + timedelta(hours=3))  # the work of the first release comes late
        assert (marks(ana), marks(ben)) == ([("", 1, 3, False)], [("", 2, 3, True)])

    def test_erased_answers_cannot_be_marked_again_but_the_way_back_is_open(self, course):
        ben, cleo = send(enrol(course), ONE_RIGHT), send(enrol(course), ONE_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        Response.objects.filter(attempt=ben).delete()
        run_jobs()
        Response.objects.filter(attempt=cleo).delete()
        change_key(course, Policy.AS_FIRST_MARKED, at=RELEASED + timedelta(hours=1))
        run_jobs(at=RELEASED + timedelta(hours=1))
        assert marks(ben) == [("", 1, 3, False)]
        assert marks(cleo) == [("", 1, 3, False), ("even-if-lower", 2, 3, True), ("as-first-marked", 1, 3, False)]


class TestOrder:
    """Whichever job comes first, decisions are applied in the order in which they were made, each once."""

    @pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 1, 0, 0)])
    def test_two_decisions_and_their_jobs_in_any_order(self, course, order):
        ben = send(enrol(course), ONE_RIGHT)
        first = change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        later = change_key(course, Policy.AS_FIRST_MARKED, at=RELEASED + timedelta(hours=1))
        for number in order:
            regrading.regrade_some({"regrade": (first, later)[number].pk}, 0, at=RELEASED)
        assert marks(ben) == [("", 1, 3, False), ("even-if-lower", 2, 3, True), ("as-first-marked", 1, 3, False)]
        assert Notice.objects.count() == 2

    def test_an_attempt_that_was_open_is_marked_again_when_it_is_sent(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        ben = begin(enrolment, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        operations.submit_attempt(attempt=ben, at=RELEASED + timedelta(minutes=5))
        assert marks(ben) == [("", 1, 3, False), ("never-lower", 2, 3, True)]
        assert CourseCompletion.objects.get(enrolment=enrolment).cause == "quiz"
        ben.refresh_from_db()
        assert ben.cached_score == 2
        assert not Notice.objects.exists()  # they see it for the first time

    def test_sent_before_the_job_comes_it_is_marked_once(self, course):
        ben = begin(enrol(course), ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        operations.submit_attempt(attempt=ben, at=RELEASED + timedelta(minutes=5))
        run_jobs(at=RELEASED + timedelta(minutes=10))
        assert marks(ben) == [("", 1, 3, False), ("never-lower", 2, 3, True)]

    def test_a_pass_by_its_own_key_does_the_step_though_a_regrade_takes_it(self, course):
        ben = begin(enrol(course), TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        operations.submit_attempt(attempt=ben, at=RELEASED)
        assert marks(ben) == [("", 2, 3, True), ("even-if-lower", 1, 3, False)]
        assert ItemCompletion.objects.get().attempt == ben

    def test_a_marking_never_stands_before_the_one_it_follows(self, course):
        ben = send(enrol(course), ONE_RIGHT, at=RELEASED + timedelta(minutes=1))
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()  # by a clock that is a minute behind
        assert [event.policy for event in MarkEvent.objects.filter(attempt=ben)] == ["", "never-lower"]


class TestPlanning:
    def test_planning_again_takes_the_place_of_what_was_planned(self, course):
        regrade = change_key(course, Policy.DROP, WRONG_IS_RIGHT)
        Regrade.objects.update(decided_at=None, job=None)
        other, key = make_course(slug="other", title="Other"), regrade.item_key
        plan_regrades(
            release=regrade.release,
            policies={str(key): Policy.NEVER_LOWER, quizzes_of(other)[0].key: Policy.KEEP},
            user=regrade.decided_by,
        )
        assert list(Regrade.objects.values_list("item_key", "policy", "decided_at")) == [(key, "never-lower", None)]

    def test_what_a_release_decided_stays(self, course):
        regrade = change_key(course, Policy.DROP, WRONG_IS_RIGHT)
        with pytest.raises(AlreadyReleased):
            plan_regrades(release=regrade.release, policies={}, user=regrade.decided_by)
        assert Regrade.objects.get().policy == "drop"

    def test_deciding_costs_the_same_for_1_and_6_learners(self, course):
        costs = []
        for count in (1, 5):
            for _ in range(count):
                send(enrol(course), ONE_RIGHT)
            with counted_queries() as queries:
                change_key(course, Policy.DROP)
            costs.append(len(queries))
        assert costs[0] == costs[1]


class TestTelling:
    def test_a_learner_is_told_once_however_many_tries_changed(self, course):
        enrolment = enrol(course, make_learner("ana", email="ana@learn.example"))
        for _ in range(3):
            send(enrolment, ONE_RIGHT)
        regrade = change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        regrading.regrade_some({"regrade": regrade.pk}, 0, at=RELEASED)
        notice = Notice.objects.get()
        assert (notice.enrolment, notice.regrade, notice.kind) == (enrolment, regrade, "result-changed")
        assert OutboxMessage.objects.filter(kind="progress.notice.mail").count() == 1

    def test_nobody_is_told_of_what_they_cannot_see(self, course):
        send(enrol(course), ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, {3: ["true"]}, pass_mark=50)  # 1 of 3 fails as before
        run_jobs()
        assert MarkEvent.objects.filter(pass_mark=50).count() == 1
        assert not Notice.objects.exists()

    def test_the_mail_says_what_changed_from_what_and_why(self, course):
        ana = enrol(course, make_learner("ana", email="ana@learn.example"))
        ben = send(ana, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        deliver_mails()
        (message,) = mail.outbox
        assert (message.to, message.subject) == (["ana@learn.example"], "Your result changed: Quiz 1-1")
        text = " ".join(message.body.split())
        assert "In the course “Digital basics” the quiz “Quiz 1-1” was marked again." in text
        assert "Try 1: 2 of 3 points, before 1 of 3. You have passed now." in text
        assert "The reason: The key was wrong." in text
        assert f"/en/attempts/{ben.public_id}/result/" in text
        assert "Ana" not in text

    def test_the_mail_is_in_the_language_of_the_reader(self, course):
        send(enrol(course, make_learner("ana", email="ana@learn.example", language="de")), ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        with override("en"):
            deliver_mails()
        assert "/de/attempts/" in mail.outbox[0].body
        assert '<html lang="de"' in mail.outbox[0].alternatives[0].content

    def test_who_lost_a_pass_is_told_that_what_is_done_stays(self, course):
        send(enrol(course, make_learner("ana", email="ana@learn.example")), TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        deliver_mails()
        assert "But what you have done stays done." in " ".join(mail.outbox[0].body.split())

    def test_no_mail_to_who_has_no_address_left_the_course_or_read_it_already(self, course):
        people = [make_learner(name, email=f"{name}@learn.example") for name in ("gone", "left", "read", "closed")]
        enrolments = [enrol(course, person) for person in [*people, make_learner("without")]]
        for enrolment in enrolments:
            send(enrolment, ONE_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        assert Notice.objects.count() == 5
        gone, left, read, closed, _without = enrolments
        type(gone.learner).objects.filter(pk=gone.learner_id).update(email="")
        type(gone.learner).objects.filter(pk=closed.learner_id).update(is_active=False)
        type(left).objects.filter(pk=left.pk).update(withdrawn_at=RELEASED)
        operations.acknowledge_notices(
            enrolment=read, notice_ids=list(Notice.objects.values_list("pk", flat=True)), at=RELEASED
        )
        deliver_mails()
        assert mail.outbox == []
        assert not OutboxMessage.objects.filter(kind="progress.notice.mail", done_at=None).exists()


def deliver_mails() -> None:
    for pk in OutboxMessage.objects.filter(kind="progress.notice.mail", done_at=None).values_list("pk", flat=True):
        assert deliver_message(message_id=pk, at=RELEASED)


def test_a_step_costs_the_same_for_2_and_20_attempts_but_for_completed_courses():
    costs = []
    for count in (2, 20):
        course = make_course(slug=f"course-{count}", title=f"Course {count}")
        for number in range(count):
            send(enrol(course, make_learner(email=f"{count}-{number}@learn.example")), ONE_RIGHT)
        regrade = change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        with counted_queries() as queries:
            step = regrading.regrade_some({"regrade": regrade.pk}, 0, at=RELEASED)
        assert (step.done, step.finished) == (count, True)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 26


def test_a_job_goes_through_all_attempts_in_batches(course, monkeypatch):
    monkeypatch.setattr(regrading, "MARKED_AT_ONCE", 2)
    attempts = [send(enrol(course), ONE_RIGHT) for _ in range(5)]
    begin(enrol(course), {})
    regrade = change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
    run_jobs()
    assert [len(marks(attempt)) for attempt in attempts] == [2] * 5
    regrade.job.refresh_from_db()
    assert (regrade.job.done_count, regrade.job.total_count) == (6, 6)


def test_sending_costs_no_query_more_where_nothing_was_decided_and_at_most_three_where_it_was(course):
    costs = []
    for policy in (Policy.KEEP, Policy.NEVER_LOWER):
        attempt = begin(enrol(course), {3: ["true"]})
        change_key(course, policy, {1: ["wrong"]} if policy is Policy.KEEP else {1: ["right"], 3: ["false"]})
        with counted_queries() as queries:
            operations.submit_attempt(attempt=attempt, at=RELEASED)
        costs.append(len(queries))
    assert costs[0] == 5
    assert costs[1] <= 8
