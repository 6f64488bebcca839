"""Two tabs, two devices, a double click: whatever the order, one result, and no acknowledged answer is lost."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection

from progress import operations
from progress.models import Attempt, Cohort, CourseCompletion, Enrolment, ItemCompletion, MarkEvent
from progress.operations.cohorts import make_cohort
from tests.courses.builders import make_course
from tests.people import make_learner, make_organisation
from tests.progress.builders import (
    NOON,
    answer,
    answer_all_right,
    do_lessons,
    enrol,
    lessons_of,
    pass_quiz,
    question_ids,
    quizzes_of,
    right_options,
    saved,
    start,
    wrong_option,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in four threads, each with its own connection; return results, or why an act was refused."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (operations.AttemptClosed, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(run, acts))


def test_saves_in_any_order_leave_the_answer_with_the_highest_number():
    course = make_course()
    attempt = start(enrol(course), quizzes_of(course)[0])
    question = question_ids(attempt)[0]
    choices = [right_options(attempt, question), [wrong_option(attempt, question)]]
    for round_number in range(5):
        first = 1 + round_number * 8
        acts = [
            lambda number=number: answer(attempt, question, choices[number % 2], sequence=number)
            for number in range(first, first + 8)
        ]
        random.Random(round_number).shuffle(acts)
        outcomes = at_once(*acts)

        assert {type(outcome) for outcome in outcomes} == {operations.SaveOutcome}
        last = first + 7
        assert (saved(attempt, question).sequence, saved(attempt, question).options) == (last, choices[last % 2])


def test_an_answer_that_was_acknowledged_while_another_tab_sent_is_marked():
    course = make_course()
    enrolment = enrol(course)
    for _ in range(6):
        attempt = start(enrolment, quizzes_of(course)[0])
        questions = question_ids(attempt)
        outcomes = at_once(
            lambda attempt=attempt, key=questions[0]: answer(attempt, key, right_options(attempt, key)),
            lambda attempt=attempt: operations.submit_attempt(attempt=attempt, at=NOON),
            lambda attempt=attempt, key=questions[1]: answer(attempt, key, right_options(attempt, key)),
            lambda attempt=attempt, key=questions[2]: answer(attempt, key, right_options(attempt, key)),
        )
        points = MarkEvent.objects.get(attempt=attempt).points
        for question, outcome in zip(questions, [outcomes[0], *outcomes[2:]], strict=True):
            acknowledged = outcome == operations.SaveOutcome.SAVED
            assert acknowledged or isinstance(outcome, operations.AttemptClosed)
            assert points[question] == int(acknowledged)


def test_sending_four_times_at_once_marks_once():
    course = make_course()
    enrolment = enrol(course)
    do_lessons(enrolment)
    attempt = start(enrolment, quizzes_of(course)[0])
    answer_all_right(attempt)
    events = at_once(*[lambda: operations.submit_attempt(attempt=attempt, at=NOON)] * 4)

    assert len(set(events)) == 1
    assert (MarkEvent.objects.count(), CourseCompletion.objects.count()) == (1, 1)


def test_starting_and_enrolling_four_times_at_once_leave_one_of_each():
    course, ana = make_course(), make_learner()
    enrolments = at_once(*[lambda: operations.enrol_learner(learner=ana, course=course, at=NOON)] * 4)
    assert len(set(enrolments)) == 1
    assert Enrolment.objects.count() == 1

    enrolment, quiz = enrol(course, ana), quizzes_of(course)[0]
    attempts = at_once(*[lambda: start(enrolment, quiz)] * 4)
    assert len(set(attempts)) == 1
    assert Attempt.objects.count() == 1


def test_the_last_two_steps_done_at_the_same_moment_complete_the_course():
    course = make_course()
    enrolment = enrol(course)
    pass_quiz(enrolment, quizzes_of(course)[0])
    acts = [
        lambda key=item.key: operations.mark_lesson_done(enrolment=enrolment, item_key=key, language="en", at=NOON)
        for item in lessons_of(course)
    ]
    at_once(*acts * 2)

    assert (ItemCompletion.objects.count(), CourseCompletion.objects.count()) == (3, 1)


def test_a_cohort_that_is_asked_for_four_times_at_once_is_made_once():
    values = {"name": "Spring", "organisation": make_organisation(), "course": make_course()}
    days = {"start_date": NOON.date(), "end_date": NOON.date()}

    made = at_once(*[lambda: make_cohort(**values, **days, at=NOON)] * 4)

    assert Cohort.objects.count() == 1
    assert {cohort.pk for cohort in made} == {Cohort.objects.get().pk}
