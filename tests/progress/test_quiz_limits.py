"""Limits of a quiz in the database and on its pages: tries, waits, extra tries, which try counts, what is drawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from progress.models import Attempt, Response
from progress.operations import CannotStart, submit_attempt
from progress.operations.accommodating import set_accommodation
from progress.queries.differences.attempts import attempts as lines_of_attempts
from progress.rules.attempts import Hindrance
from tests.courses.builders import quiz_questions
from tests.people import make_learner, signed_in
from tests.progress.builders import (
    NOON,
    answer,
    answer_all_right,
    counted_queries,
    enrol,
    make_quiz_course,
    question_ids,
    quizzes_of,
    right_options,
    start,
    start_quiz,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def draw(count, by="all", **named):
    return {"type": "draw", "id": f"draw-{by}-{count}", "value": {"count": count, "by": by, **named}}


def grant(person, **granted):
    nothing = {"extra_time_percentage": 0, "extra_attempts": 0, "one_question_a_page": False}
    set_accommodation(person=person, by=None, at=NOON, **nothing | granted)


def send(attempt, *, at=NOON):
    submit_attempt(attempt=attempt, at=at)
    return attempt


def refusal(enrolment, *, at):
    with pytest.raises(CannotStart) as refused:
        start(enrolment, quizzes_of(enrolment.course)[0], at=at)
    (bar,) = refused.value.bars
    return bar


def start_page(attempt):
    quiz = quizzes_of(attempt.enrolment.course)[0]
    address = f"/en/courses/{attempt.enrolment.course.addresses.get(current=True).slug}/{quiz.path}/"
    return " ".join(signed_in(attempt.enrolment.learner).get(address).text.split())


class TestTries:
    @pytest.mark.both_databases
    def test_tries_of_seven_days_come_back_one_by_one(self):
        course = make_quiz_course(max_attempts=2, tries_period="week")
        enrolment = send(start_quiz(course, at=NOON)).enrolment
        send(start(enrolment, quizzes_of(course)[0], at=NOON + DAY), at=NOON + DAY)

        bar = refusal(enrolment, at=NOON + 2 * DAY)
        assert (bar.reason, bar.opens_at) == (Hindrance.NO_TRIES_THIS_WEEK, NOON + 7 * DAY)
        send(start(enrolment, quizzes_of(course)[0], at=bar.opens_at), at=bar.opens_at)
        assert refusal(enrolment, at=bar.opens_at).opens_at == NOON + 8 * DAY

    def test_a_wait_is_kept_to_the_second(self):
        course = make_quiz_course(wait_minutes=60)
        enrolment = send(start_quiz(course), at=NOON + timedelta(minutes=5)).enrolment
        opens_at = NOON + timedelta(minutes=65)

        bar = refusal(enrolment, at=opens_at - timedelta(seconds=1))
        assert (bar.reason, bar.opens_at) == (Hindrance.TOO_SOON, opens_at)
        assert start(enrolment, quizzes_of(course)[0], at=opens_at).number == 2

    def test_an_extra_try_is_there_at_once_and_gone_when_it_is_taken_away(self):
        enrolment = send(start_quiz(make_quiz_course(max_attempts=1))).enrolment
        assert refusal(enrolment, at=NOON).reason is Hindrance.NO_TRIES_LEFT
        grant(enrolment.learner, extra_attempts=1)
        send(start(enrolment, quizzes_of(enrolment.course)[0]))
        assert refusal(enrolment, at=NOON).reason is Hindrance.NO_TRIES_LEFT

    def test_the_start_page_says_how_many_are_left_and_how_many_were_given(self):
        attempt = send(start_quiz(make_quiz_course(max_attempts=2)))
        grant(attempt.enrolment.learner, extra_attempts=1)
        assert "2 of 3 left, 1 of them given to you" in start_page(attempt)

    def test_the_start_page_says_when_the_next_try_opens_with_its_zone(self):
        now = timezone.now()
        attempt = send(start_quiz(make_quiz_course(wait_minutes=120), at=now), at=now)
        opens_at = timezone.localtime(now + timedelta(minutes=120))
        text = start_page(attempt)
        assert "There is a wait between two tries: time to read the lessons again. The next one opens on " in text
        assert f"{opens_at:%H:%M} {opens_at:%Z}.</p>" in text
        assert "Between two tries: 2 hours" in text
        assert "Start again" not in text

    def test_the_start_page_says_the_time_with_what_was_granted(self):
        attempt = send(start_quiz(make_quiz_course(time_limit_minutes=30, counting="last")))
        grant(attempt.enrolment.learner, extra_time_percentage=50)
        text = start_page(attempt)
        assert "45 minutes from when you start, by the clock of the portal." in text
        assert "15 minutes of it are your extra time; the limit is 30." in text
        assert "Your last try. What you have passed stays done." in text
        assert "There is no timer" not in text

    def test_the_start_page_of_a_quiz_without_limits_reads_as_before(self):
        text = start_page(start_quiz(make_quiz_course()))
        assert "About 4 minutes. There is no timer." in text
        assert "3, one on each page" in text
        assert "As many as you like" in text


class TestCounting:
    def tried(self, counting):
        course = make_quiz_course(counting=counting)
        first = start_quiz(course)
        answer_all_right(first)
        send(first)
        second = start(first.enrolment, quizzes_of(course)[0])
        question = question_ids(second)[0]
        answer(second, question, right_options(second, question))
        return send(second, at=NOON + DAY)

    @pytest.mark.parametrize(("counting", "said"), [("best", "Best try: 3 of 3"), ("last", "Last try: 1 of 3")])
    def test_the_try_that_counts_is_said_and_what_was_passed_stays_done(self, counting, said):
        attempt = self.tried(counting)
        browser = signed_in(attempt.enrolment.learner)
        why = " ".join(browser.get(f"/en/enrolments/{attempt.enrolment.public_id}/why/").text.split())
        assert said in why
        assert "Done: passed on" in why

        history = " ".join(browser.get(f"/en/enrolments/{attempt.enrolment.public_id}/history/").text.split())
        assert history.count("This try counts.") == 1
        score = "3 of 3" if counting == "best" else "1 of 3"
        assert score in history[: history.index("This try counts.")].rpartition("<li")[2]

    def test_of_one_try_nobody_says_that_it_counts(self):
        attempt = send(start_quiz(make_quiz_course()))
        address = f"/en/enrolments/{attempt.enrolment.public_id}/history/"
        assert "This try counts." not in signed_in(attempt.enrolment.learner).get(address).text


class TestDrawing:
    def test_two_tries_ask_different_questions_as_many_as_the_draws_say(self):
        course = make_quiz_course(question_count=30, draws=[draw(5)], mixes_questions=True, mixes_options=True)
        first = start_quiz(course, seed="one")
        send(first)
        second = start(first.enrolment, quizzes_of(course)[0], seed="two")
        assert len(question_ids(first)) == len(question_ids(second)) == 5
        assert set(question_ids(first)) != set(question_ids(second))
        assert quizzes_of(course)[0].question_count == 5
        assert Response.objects.filter(attempt=second).count() == 5
        assert "5, one on each page. Each try asks others of a larger pool." in start_page(second)

    def test_questions_are_drawn_by_tag(self):
        questions = quiz_questions("tagged", 6)
        for question in questions[:2]:
            question["value"]["tags"] = "Safety, mail"
        course = make_quiz_course(questions=questions, draws=[draw(2, "tag", tag="safety"), draw(1)])
        assert question_ids(start_quiz(course))[:2] == [question["id"] for question in questions[:2]]

    def test_what_was_drawn_is_marked_by_itself_and_stands_up_to_the_check_of_records(self):
        attempt = start_quiz(make_quiz_course(question_count=9, draws=[draw(4)], mixes_options=True))
        answer_all_right(attempt)
        event = submit_attempt(attempt=attempt, at=NOON)
        assert (event.score, event.max_score, event.passed) == (4, 4, True)
        assert [line for line in lines_of_attempts() if line] == []

    def test_a_form_that_was_chosen_by_hand_is_found(self):
        attempt = start_quiz(make_quiz_course(question_count=9, draws=[draw(4)]))
        version = attempt.quiz_version.body
        chosen = [entry for entry in version["questions"] if entry["id"] not in question_ids(attempt)][:4]
        form = {"seed": "seed", "questions": []}
        for entry in chosen:
            options = [option["id"] for option in entry["options"]]
            form["questions"].append({"id": entry["id"], "kind": entry["kind"], "options": options})
        Attempt.objects.filter(pk=attempt.pk).update(form=form)
        for old, entry in zip(Response.objects.order_by("pk"), chosen, strict=True):
            Response.objects.filter(pk=old.pk).update(question_id=entry["id"])
        (line,) = lines_of_attempts()
        assert line == f"{attempt.public_id}: it does not ask what its seed draws"

    @pytest.mark.parametrize("granted", [{}, {"extra_time_percentage": 50, "extra_attempts": 1}], ids=["", "granted"])
    def test_starting_on_a_pool_of_1000_questions_takes_12_queries(self, granted):
        course = make_quiz_course(
            question_count=1000,
            draws=[draw(40), draw(20)],
            mixes_questions=True,
            mixes_options=True,
            time_limit_minutes=30,
            max_attempts=3,
        )
        learner = make_learner()
        if granted:
            grant(learner, **granted)
        enrolment = enrol(course, learner)
        start(enrol(course, make_learner()), quizzes_of(course)[0])  # the outline is held from now on
        with counted_queries() as queries:
            attempt = start(enrolment, quizzes_of(course)[0])
        assert len(attempt.form["questions"]) == 60
        assert len(queries) <= 12, "\n".join(words[:300] for words in queries)
