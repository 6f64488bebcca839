"""The time limit of a quiz at its edges: by the server's clock, whatever that does, and with what was granted meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone

from courses.operations.settling import one_edition
from progress.models import Attempt, ItemCompletion, MarkEvent
from progress.operations import AttemptClosed, submit_attempt
from progress.operations.accommodating import set_accommodation
from progress.operations.answering import TimeIsOver
from progress.operations.ending import end_if_over, end_overdue_attempts
from progress.queries.differences.attempts import attempts
from progress.rules.timing import GRACE
from tests.courses.builders import publish, quiz_pages
from tests.people import make_manager, signed_in
from tests.progress.builders import (
    answer,
    answer_all_right,
    make_quiz_course,
    question_ids,
    right_options,
    saved,
    start_quiz,
    wrong_option,
)

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DEADLINE = START + timedelta(minutes=30)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture
def quiz_course(db):
    return make_quiz_course(time_limit_minutes=30)


@pytest.fixture
def attempt(quiz_course) -> Attempt:
    return start_quiz(quiz_course, at=START)


def save_right(attempt, *, at, sequence=1):
    question = question_ids(attempt)[0]
    return answer(attempt, question, right_options(attempt, question), sequence=sequence, at=at)


def first_answer(attempt):
    return saved(attempt, question_ids(attempt)[0]).options


def grant(attempt, *, at, extra_time=0):
    set_accommodation(
        person=attempt.enrolment.learner,
        extra_time_percentage=extra_time,
        extra_attempts=0,
        one_question_a_page=False,
        by=None,
        at=at,
    )
    attempt.refresh_from_db()


def stand(attempt):
    attempt.refresh_from_db()
    return attempt.state, attempt.ended_by_time


class TestSaving:
    @pytest.mark.parametrize(
        "at",
        [DEADLINE - SECOND, DEADLINE, DEADLINE + SECOND, DEADLINE + GRACE - SECOND, DEADLINE + GRACE],
        ids=["a second before", "at the deadline", "a second after", "a second before the grace ends", "as it ends"],
    )
    def test_an_answer_is_saved_until_the_grace_ends(self, attempt, at):
        assert save_right(attempt, at=at) == "saved"
        assert stand(attempt) == ("open", False)

    @pytest.mark.parametrize("late", [MOMENT, SECOND, timedelta(days=400)], ids=["a moment", "a second", "a year"])
    def test_an_answer_after_the_grace_is_not_taken_and_the_earlier_one_is_kept(self, attempt, late):
        question = question_ids(attempt)[0]
        save_right(attempt, at=START)
        with pytest.raises(TimeIsOver):
            answer(attempt, question, [wrong_option(attempt, question)], sequence=2, at=DEADLINE + GRACE + late)
        assert first_answer(attempt) == right_options(attempt, question)


class TestSending:
    @pytest.mark.parametrize(
        "at", [DEADLINE - SECOND, DEADLINE, DEADLINE + GRACE], ids=["before", "at", "in the grace"]
    )
    def test_what_is_sent_in_time_is_sent_by_the_learner(self, attempt, at):
        submit_attempt(attempt=attempt, at=at)
        assert stand(attempt) == ("submitted", False)
        assert attempt.submitted_at == at

    def test_what_is_sent_after_the_grace_is_ended_with_what_was_saved(self, attempt):
        save_right(attempt, at=START)
        event = submit_attempt(attempt=attempt, at=DEADLINE + GRACE + SECOND)
        assert stand(attempt) == ("submitted", True)
        assert (event.score, event.max_score, attempt.submitted_at) == (1, 3, DEADLINE + GRACE + SECOND)


class TestSweep:
    def test_as_the_grace_ends_nothing_is_ended(self, attempt):
        assert end_overdue_attempts(at=DEADLINE + GRACE) == 0
        assert stand(attempt) == ("open", False)

    def test_after_the_grace_what_was_saved_is_marked_and_a_pass_is_a_pass(self, attempt):
        answer_all_right(attempt, at=START)
        assert end_overdue_attempts(at=DEADLINE + GRACE + MOMENT) == 1
        assert stand(attempt) == ("submitted", True)
        done = ItemCompletion.objects.get()
        assert (done.attempt, done.completed_at) == (attempt, DEADLINE + GRACE + MOMENT)

    @pytest.mark.both_databases
    def test_a_second_sweep_finds_nothing_to_do(self, attempt):
        end_overdue_attempts(at=DEADLINE + timedelta(hours=1))
        assert end_overdue_attempts(at=DEADLINE + timedelta(hours=2)) == 0
        assert MarkEvent.objects.count() == 1
        assert Attempt.objects.get().submitted_at == DEADLINE + timedelta(hours=1)

    def test_an_attempt_that_cannot_be_marked_holds_back_nobody_elses(self, quiz_course, attempt, caplog):
        Attempt.objects.filter(pk=attempt.pk).update(form={"seed": "", "questions": [{"id": "gone", "kind": "none"}]})
        other = start_quiz(quiz_course, at=START + SECOND)
        assert end_overdue_attempts(at=DEADLINE + timedelta(hours=1)) == 1
        assert (stand(attempt), stand(other)) == (("open", False), ("submitted", True))
        assert str(attempt.public_id) in caplog.text

    def test_more_of_them_than_one_sweep_ends_hold_back_nobody_elses_either(self, quiz_course, attempt):
        broken = [attempt, *(start_quiz(quiz_course, at=START) for _number in range(2))]
        form = {"seed": "", "questions": [{"id": "gone", "kind": "none"}]}
        Attempt.objects.filter(pk__in=[row.pk for row in broken]).update(form=form)
        others = [start_quiz(quiz_course, at=START + SECOND) for _number in range(2)]
        late = DEADLINE + timedelta(hours=1)
        assert [end_overdue_attempts(at=late, most=1) for _sweep in range(3)] == [1, 1, 0]
        assert {stand(row) for row in others} == {("submitted", True)}

    def test_without_a_limit_an_attempt_is_never_ended(self):
        attempt = start_quiz(make_quiz_course(), at=START)
        assert attempt.deadline_at is None
        assert end_overdue_attempts(at=START + timedelta(days=4000)) == 0
        assert save_right(attempt, at=START + timedelta(days=4000)) == "saved"


class TestClock:
    def test_jumps_back_two_hours_and_nobody_loses_time(self, attempt):
        save_right(attempt, at=DEADLINE - SECOND)
        back = DEADLINE - timedelta(hours=2)
        assert end_overdue_attempts(at=back) == 0
        assert save_right(attempt, at=back, sequence=2) == "saved"
        submit_attempt(attempt=attempt, at=back)
        assert stand(attempt) == ("submitted", False)

    def test_jumps_ahead_a_day_and_what_was_saved_is_sent(self, attempt):
        save_right(attempt, at=START + SECOND)
        assert end_overdue_attempts(at=START + timedelta(days=1)) == 1
        assert (stand(attempt), attempt.cached_score) == (("submitted", True), 1)

    def test_jumps_ahead_and_back_before_anybody_asked_and_the_try_goes_on(self, attempt):
        assert not end_if_over(attempt=attempt, at=START + timedelta(minutes=29))
        assert save_right(attempt, at=START + timedelta(minutes=2)) == "saved"
        assert stand(attempt) == ("open", False)

    @pytest.mark.parametrize(
        ("local", "ends"),
        [
            (datetime(2026, 3, 29, 1, 50, tzinfo=BRUSSELS), "03:20 CEST"),
            (datetime(2026, 10, 25, 2, 50, tzinfo=BRUSSELS), "02:20 CET"),
            (datetime(2028, 2, 28, 23, 50, tzinfo=BRUSSELS), "00:20 CET"),
            (datetime(2028, 2, 29, 23, 50, tzinfo=BRUSSELS), "00:20 CET"),
            (datetime(2026, 12, 31, 23, 50, tzinfo=BRUSSELS), "00:20 CET"),
        ],
        ids=["summer time begins", "summer time ends", "the leap day begins", "the leap day ends", "the year ends"],
    )
    def test_half_an_hour_is_half_an_hour_when(self, quiz_course, local, ends):
        attempt = start_quiz(quiz_course, at=local.astimezone(UTC))
        assert attempt.deadline_at - attempt.started_at == timedelta(minutes=30)
        assert f"{attempt.deadline_at.astimezone(BRUSSELS):%H:%M %Z}" == ends
        assert save_right(attempt, at=attempt.deadline_at) == "saved"


class TestExtraTime:
    def test_granted_before_the_start_is_in_the_deadline(self, quiz_course, attempt):
        grant(attempt, extra_time=50, at=START)
        submit_attempt(attempt=attempt, at=START)
        later = start_quiz(quiz_course, attempt.enrolment.learner, at=START)
        assert later.deadline_at == START + timedelta(minutes=45)

    @pytest.mark.both_databases
    def test_granted_during_the_try_moves_its_deadline(self, attempt):
        grant(attempt, extra_time=50, at=DEADLINE - SECOND)
        assert attempt.deadline_at == START + timedelta(minutes=45)
        assert save_right(attempt, at=START + timedelta(minutes=45)) == "saved"

    def test_granted_in_the_grace_takes_the_try_on(self, attempt):
        grant(attempt, extra_time=100, at=DEADLINE + GRACE)
        assert save_right(attempt, at=START + timedelta(minutes=60)) == "saved"

    def test_granted_after_the_grace_opens_nothing_again(self, attempt):
        grant(attempt, extra_time=300, at=DEADLINE + GRACE + MOMENT)
        assert attempt.deadline_at == DEADLINE
        assert end_overdue_attempts(at=DEADLINE + GRACE + MOMENT) == 1

    def test_made_smaller_or_taken_away_never_shortens_a_running_try(self, attempt):
        grant(attempt, extra_time=100, at=START)
        for less in (20, 0):
            grant(attempt, extra_time=less, at=START + SECOND)
            assert attempt.deadline_at == START + timedelta(minutes=60)

    def test_made_larger_again_counts_from_the_start_and_is_not_added_up(self, attempt):
        for extra_time in (50, 0, 50, 100):
            grant(attempt, extra_time=extra_time, at=START)
        assert attempt.deadline_at == START + timedelta(minutes=60)

    def test_granted_between_a_sweeps_look_and_its_lock_the_try_is_not_ended(self, attempt):
        seen_before = Attempt.objects.get(pk=attempt.pk)
        grant(attempt, extra_time=50, at=DEADLINE)
        assert not end_if_over(attempt=seen_before, at=DEADLINE + GRACE + SECOND)
        assert stand(attempt) == ("open", False)
        assert seen_before.deadline_at == attempt.deadline_at

    def test_of_a_try_without_a_limit_there_is_no_deadline_to_move(self):
        attempt = start_quiz(make_quiz_course(), at=START)
        grant(attempt, extra_time=50, at=START)
        assert attempt.deadline_at is None


class TestMeanwhile:
    def test_another_limit_released_during_the_try_does_not_touch_it(self, quiz_course, attempt):
        with one_edition(cause="publish", at=START):
            publish(quiz_pages(quiz_course)[0], time_limit_minutes=5)
        grant(attempt, extra_time=50, at=START)
        assert attempt.deadline_at == START + timedelta(minutes=45)
        assert start_quiz(quiz_course, at=START).deadline_at == START + timedelta(minutes=5)

    def test_a_try_of_somebody_who_left_the_course_is_ended_too(self, attempt):
        attempt.enrolment.withdrawn_at = START
        attempt.enrolment.save()
        assert end_overdue_attempts(at=DEADLINE + timedelta(days=1)) == 1

    def test_starting_again_after_the_time_ends_the_old_try_and_begins_a_new_one(self, quiz_course, attempt):
        again = start_quiz(quiz_course, attempt.enrolment.learner, at=DEADLINE + timedelta(hours=1))
        assert (stand(attempt), again.number) == (("submitted", True), 2)


class TestRecords:
    def lines(self):
        return [line.partition(": ")[2] for line in attempts() if line]

    def test_a_try_that_ran_out_and_one_with_extra_time_stand_up_to_the_check_of_records(self, quiz_course, attempt):
        end_overdue_attempts(at=DEADLINE + timedelta(hours=1))
        grant(attempt, extra_time=50, at=START)
        submit_attempt(attempt=start_quiz(quiz_course, at=START), at=DEADLINE)
        assert self.lines() == []

    @pytest.mark.parametrize("deadline", [None, DEADLINE - SECOND], ids=["taken out", "earlier"])
    def test_a_deadline_that_was_changed_by_hand_is_found(self, attempt, deadline):
        Attempt.objects.filter(pk=attempt.pk).update(deadline_at=deadline)
        assert self.lines() == ["its deadline is not that of the time limit of its quiz"]

    def test_a_try_that_was_ended_in_time_is_found(self, attempt):
        submit_attempt(attempt=attempt, at=DEADLINE)
        Attempt.objects.filter(pk=attempt.pk).update(ended_by_time=True)
        assert self.lines() == ["whether time ended it does not fit its deadline"]


class TestPages:
    @pytest.fixture
    def overdue(self, quiz_course) -> Attempt:
        attempt = start_quiz(quiz_course, at=timezone.now() - timedelta(hours=2))
        save_right(attempt, at=attempt.started_at)
        return attempt

    def test_opened_again_after_the_end_every_page_leads_to_the_result_that_says_so(self, overdue):
        browser = signed_in(overdue.enrolment.learner)
        for page in ("", "questions/1/", "check/"):
            answered = browser.get(f"/en/attempts/{overdue.public_id}/{page}")
            assert (answered.status_code, answered["Location"]) == (303, f"/en/attempts/{overdue.public_id}/result/")
        said = " ".join(browser.get(f"/en/attempts/{overdue.public_id}/result/").text.split())
        assert "The time was over." in said
        assert "You have 1 of 3." in said
        assert MarkEvent.objects.count() == 1

    def test_an_answer_that_comes_too_late_is_said_with_what_was_kept(self, overdue):
        browser = signed_in(overdue.enrolment.learner)
        address = f"/en/attempts/{overdue.public_id}/questions/1/"
        wrong = {"option": wrong_option(overdue, question_ids(overdue)[0]), "sequence": "9"}
        by_script = browser.post(address, wrong, headers={"Accept": "application/json"})
        assert by_script.status_code == 409
        assert "came too late and is not counted. What you had saved before was sent." in by_script.json()["text"]
        by_button = browser.post(address, wrong, follow=True)
        assert "This answer came too late and is not counted." in by_button.text
        assert first_answer(overdue) == right_options(overdue, question_ids(overdue)[0])

    def test_a_running_try_says_until_when_with_its_zone(self, quiz_course):
        attempt = start_quiz(quiz_course, at=timezone.now() - timedelta(minutes=10))
        until = attempt.deadline_at.astimezone(BRUSSELS)
        for page in ("questions/1/", "check/"):
            text = " ".join(
                signed_in(attempt.enrolment.learner).get(f"/en/attempts/{attempt.public_id}/{page}").text.split()
            )
            assert f"<b>You have until {until:%H:%M}</b> {until:%Z}." in text
            assert "19 minutes were left" in text
            assert '<progress class="timeleft__bar" max="30" value="11"' in text


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def at_once(self, *acts):
        meet = Barrier(len(acts), timeout=60)

        def do(act):
            try:
                meet.wait()
                return act()
            except AttemptClosed as refusal:
                return refusal
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(do, acts))

    def test_a_sweep_and_the_learner_who_sends_leave_one_marking(self):
        attempt = start_quiz(make_quiz_course(time_limit_minutes=30), at=START)
        late = DEADLINE + GRACE + SECOND
        for _time in range(5):
            self.at_once(
                lambda: end_overdue_attempts(at=late),
                lambda: submit_attempt(attempt=attempt, at=late),
                lambda: submit_attempt(attempt=attempt, at=DEADLINE),
                lambda: end_overdue_attempts(at=late),
            )
        assert MarkEvent.objects.count() == 1
        assert stand(attempt)[0] == "submitted"

    def test_an_answer_that_races_a_sweep_is_either_saved_and_marked_or_refused(self):
        attempt = start_quiz(make_quiz_course(time_limit_minutes=30), at=START)
        outcomes = self.at_once(
            lambda: save_right(attempt, at=DEADLINE + GRACE),
            lambda: end_overdue_attempts(at=DEADLINE + GRACE + MOMENT),
        )
        assert MarkEvent.objects.get().score == (1 if outcomes[0] == "saved" else 0)

    def test_extra_time_set_as_a_try_starts_is_in_it_whoever_is_first(self):
        course, manager = make_quiz_course(time_limit_minutes=30), make_manager()
        first = start_quiz(course, at=START)
        submit_attempt(attempt=first, at=START)
        learner = first.enrolment.learner
        self.at_once(
            lambda: start_quiz(course, learner, at=START),
            lambda: set_accommodation(
                person=learner,
                extra_time_percentage=50,
                extra_attempts=0,
                one_question_a_page=False,
                by=manager,
                at=START,
            ),
        )
        assert Attempt.objects.get(state="open").deadline_at == START + timedelta(minutes=45)
