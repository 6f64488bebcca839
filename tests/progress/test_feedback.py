"""What is said of answers, and when: at once, when they are sent, or when the quiz is passed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.rules.kinds import Answer
from progress import operations
from progress.models import Attempt, MarkEvent
from tests.people import make_learner, signed_in
from tests.progress.builders import (
    NOON,
    answer,
    counted_queries,
    enrol,
    make_quiz_course,
    question_ids,
    quizzes_of,
    right_options,
    saved,
    start,
    start_quiz,
    wrong_option,
)
from tests.progress.kinds import as_sent, make_course_of_kinds, right_answer
from tests.progress.pages import page, words

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
FEEDBACK_ON_WRONG = "Feedback on wrong."
EXPLANATION = "Remember this."


def begin(**rules: object) -> tuple[Attempt, Client]:
    attempt = start_quiz(make_quiz_course(**rules), make_learner("ana"))
    return attempt, signed_in(attempt.enrolment.learner)


def address(attempt: Attempt, place: str) -> str:
    return f"/en/attempts/{attempt.public_id}/{place}"


def send(attempt: Attempt, **answers: str) -> Attempt:
    """Answer the first question wrong and the others not at all, and send it."""
    first = question_ids(attempt)[0]
    answer(attempt, first, [wrong_option(attempt, first)], pressed=True)
    operations.submit_attempt(attempt=attempt, at=NOON)
    return attempt


@pytest.mark.both_databases
def test_at_once_an_answer_is_told_is_final_and_leads_on(db):
    attempt, ana = begin(feedback_timing="at-once")
    first = question_ids(attempt)[0]
    url = address(attempt, "questions/1/")
    assert "It cannot be changed any more then." in words(ana, url)
    wrong = wrong_option(attempt, first)

    reply = ana.post(url, {"option": wrong, "sequence": 0})

    assert (reply.status_code, reply["Location"]) == (303, url)
    said = words(ana, url)
    assert "Not quite" in said
    assert FEEDBACK_ON_WRONG in said
    assert EXPLANATION not in said
    assert "Next question" in said
    assert "Feedback on right." not in said
    assert saved(attempt, first).checked_at is not None
    # A second post is told so and changes nothing; neither does a late packet of the script.
    ana.post(url, {"option": right_options(attempt, first), "sequence": 9})
    assert "This answer was given before and stays as it is" in page(ana, url)
    late = ana.post(url, {"option": right_options(attempt, first), "sequence": 99}, headers=JSON)
    assert late.status_code == 409
    assert saved(attempt, first).options == [wrong]
    # Pressed twice is no second answer.
    ana.post(url, {"option": wrong, "sequence": 0})
    assert "This answer was given before" not in page(ana, url)


def test_at_once_the_script_saves_without_ending_the_answer(db):
    attempt, ana = begin(feedback_timing="at-once")
    first = question_ids(attempt)[0]

    reply = ana.post(
        address(attempt, "questions/1/"), {"option": wrong_option(attempt, first), "sequence": 1}, headers=JSON
    )

    assert reply.status_code == 200
    assert saved(attempt, first).checked_at is None
    assert EXPLANATION not in words(ana, address(attempt, "questions/1/"))


def test_at_once_the_key_is_read_for_a_final_answer_alone(db):
    attempt, ana = begin(feedback_timing="at-once")
    first = question_ids(attempt)[0]
    url = address(attempt, "questions/1/")
    ana.get(url)

    def reads_key() -> bool:
        with counted_queries() as statements:
            ana.get(url)
        return any("courses_quizkey" in statement for statement in statements)

    assert not reads_key()
    answer(attempt, first, [wrong_option(attempt, first)], pressed=True)
    assert reads_key()


@pytest.mark.parametrize("timing", ["after-submit", "after-pass"])
def test_else_no_answer_is_final_or_told_before_all_are_sent(timing):
    attempt, ana = begin(feedback_timing=timing)
    first = question_ids(attempt)[0]

    reply = ana.post(address(attempt, "questions/1/"), {"option": wrong_option(attempt, first), "sequence": 0})

    assert reply["Location"] == address(attempt, "questions/2/")
    assert EXPLANATION not in words(ana, address(attempt, "questions/1/"))
    assert saved(attempt, first).checked_at is None


def test_after_submit_a_failed_try_says_why_and_names_nothing_that_is_right():
    attempt, ana = begin()

    said = words(ana, address(send(attempt), "result/"))

    assert FEEDBACK_ON_WRONG in said
    assert EXPLANATION not in said
    assert "Right is" not in said


@pytest.mark.parametrize("timing", ["after-submit", "at-once", "after-pass"])
def test_pairs_are_told_one_by_one_with_what_was_given_and_never_what_is_right(timing):
    course = make_course_of_kinds(("matching", "ordering"), feedback_timing=timing)
    attempt = start(enrol(course, make_learner("ana")), quizzes_of(course)[0])
    ana = signed_in(attempt.enrolment.learner)
    pairs = dict(token.split(":") for token in right_answer(attempt, "matching").options)
    given = Answer(frozenset({f"phrase:{pairs['phrase']}", "lock:m-4"}))
    ana.post(address(attempt, "questions/1/"), as_sent(attempt, "matching", given))
    steps = Answer(frozenset({"save:2", "leave:1", "lock:3"}))
    ana.post(address(attempt, "questions/2/"), as_sent(attempt, "ordering", steps))
    if timing == "at-once":
        assert "A screen lock – Your chair Not quite Secret-feedback-lock" in words(
            ana, address(attempt, "questions/1/")
        )
    operations.submit_attempt(attempt=attempt, at=NOON)

    said = words(ana, address(attempt, "result/"))

    if timing == "after-pass":
        assert ("Not quite" in said, "Secret-feedback" in said) == (False, False)
        return
    for line in (
        "A passphrase – Your account Right",
        "A screen lock – Your chair Not quite Secret-feedback-lock",
        "An update Not answered",
        "1. Sign out. Not quite 2. Save what you wrote. Not quite Secret-feedback-save 3. Lock the screen. Right",
    ):
        assert line in said
    assert said.count("Secret-feedback-lock") == 1
    assert "Your device" not in said


def test_after_pass_a_failed_try_says_the_points_and_which_answers_earned_them_and_no_more():
    attempt, ana = begin(feedback_timing="after-pass")
    second = question_ids(attempt)[1]
    answer(attempt, second, right_options(attempt, second), pressed=True)

    said = words(ana, address(send(attempt), "result/"))

    assert "You have 1 of 3. You need 2." in said
    assert "Why an answer counts is said here once the quiz is passed." in said
    assert (said.count("Earned points"), said.count("Earned no points")) == (1, 2)
    for hidden in (FEEDBACK_ON_WRONG, EXPLANATION, "Right is", "Not quite", "Partly"):
        assert hidden not in said


def test_after_pass_a_try_that_passes_says_everything():
    attempt, ana = begin(feedback_timing="after-pass")
    for question_id in question_ids(attempt)[1:]:
        answer(attempt, question_id, right_options(attempt, question_id), pressed=True)

    said = words(ana, address(send(attempt), "result/"))

    assert "That is enough to pass." in said
    assert f"{FEEDBACK_ON_WRONG} {EXPLANATION}" in said
    assert "Right is Answer right." in said


@pytest.mark.parametrize("timing", ["after-submit", "after-pass"])
def test_what_is_right_is_named_when_no_try_is_left_but_not_while_the_last_one_is_open(timing):
    attempt, ana = begin(max_attempts=2, feedback_timing=timing)
    send(attempt)
    result, marking = address(attempt, "result/"), address(attempt, "marking/")
    assert "Right is" not in words(ana, result)

    last = start(attempt.enrolment, quizzes_of(attempt.enrolment.course)[0])
    assert "Right is" not in words(ana, result)
    assert "Counted as right" not in words(ana, marking)
    send(last)

    for told in (result, address(last, "result/")):
        assert "Right is Answer right." in words(ana, told)
    assert "Counted as right Answer right." in words(ana, marking)


def test_a_try_that_comes_back_in_a_week_keeps_what_is_right_to_itself():
    now = timezone.now()
    course = make_quiz_course(max_attempts=1, tries_period="week")
    attempt = start_quiz(course, make_learner("ana"), at=now - timedelta(days=1))

    said = words(signed_in(attempt.enrolment.learner), address(send(attempt), "result/"))

    assert "Right is" not in said
    assert FEEDBACK_ON_WRONG in said


def test_without_a_look_at_all_answers_the_last_one_sends_them_but_never_a_gap():
    attempt, ana = begin(reviews_first=False)
    *others, last = question_ids(attempt)
    url = address(attempt, "questions/3/")
    given = {"option": right_options(attempt, last), "sequence": 0}
    assert "Send my answers" not in words(ana, url)
    assert ana.post(url, given)["Location"] == address(attempt, "check/")
    for question_id in others:
        answer(attempt, question_id, right_options(attempt, question_id), pressed=True)
    assert "Send my answers" in words(ana, url)

    assert ana.post(url, given)["Location"] == address(attempt, "result/")

    assert MarkEvent.objects.get().score == 3


def test_at_once_and_without_a_look_the_page_of_the_last_answer_sends_all():
    attempt, ana = begin(feedback_timing="at-once", reviews_first=False, question_count=1)
    (only,) = question_ids(attempt)
    url = address(attempt, "questions/1/")

    assert ana.post(url, {"option": right_options(attempt, only), "sequence": 0})["Location"] == url

    assert "Send my answers" in words(ana, url)
    assert not MarkEvent.objects.exists()
