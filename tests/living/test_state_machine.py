"""Anything may be edited at any time, and records stay true: the machine of `tests.living.machine`."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from celery import current_app
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from certificates.operations import confirm_name
from courses.operations.settling import one_edition
from tests.courses.builders import lesson_pages, make_course, publish, quiz_pages, translate
from tests.living import edits
from tests.living.machine import START, Clock, LivingCourses, World
from tests.people import make_editor, make_learner, make_reviewer, signed_in
from tests.progress.builders import answer, do_everything, do_lesson, enrol, lessons_of, question_ids, quizzes_of, start

pytestmark = pytest.mark.django_db

SLOW_IS_FINE = settings(
    deadline=None, print_blob=True, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


@pytest.fixture
def world(db: None, settings) -> Iterator[World]:
    """Two courses. Ana is new, Ben is half-way with a quiz open, Cleo has her certificate."""
    # What Wagtail keeps for its own search and its lists of references is not what is tried here.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    Clock.at = START
    # Nobody listens at the broker: the machine does what waits, when its turn comes.
    with patch("django.utils.timezone.now", Clock.now), patch.object(current_app, "send_task"):
        yield make_world()


def make_world() -> World:
    main = make_course(slug="main", title="Main", module_count=2, lesson_count=1, quiz_count=1, question_count=3)
    other = make_course(slug="other", title="Other", lesson_count=1, quiz_count=1, question_count=2)
    with one_edition(cause="content", at=START):
        for course in (main, other):
            for quiz in quiz_pages(course):
                publish(quiz, questions=edits.with_canaries(edits.raw_questions(quiz)))
        translate(lesson_pages(main)[0], "it")
        translate(quiz_pages(main)[0], "it")
    learners = [make_learner(name, email=f"{name}@example.org") for name in ("ana", "ben", "cleo")]
    half_way, complete = enrol(main, learners[1]), enrol(main, learners[2])
    do_lesson(half_way, lessons_of(main)[0])
    attempt = start(half_way, quizzes_of(main)[0])
    answer(attempt, question_ids(attempt)[0], [attempt.form["questions"][0]["options"][0]])
    do_everything(complete)
    confirm_name(enrolment=complete, name="Cleo Maes", at=START)
    sessions = [signed_in(learner).cookies["sessionid"].value for learner in learners]
    return World([main, other], learners, sessions, make_editor("edith"), make_reviewer("ruth"))


def test_records_stay_true_whatever_editors_do(world: World) -> None:
    machine = type("LivingCoursesRun", (LivingCourses,), {"world": world})
    run_state_machine_as_test(machine, settings=settings(SLOW_IS_FINE, max_examples=5, stateful_step_count=30))
    print(dict(sorted(world.tally.items())))
