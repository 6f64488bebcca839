"""What all runs of the machine begin with."""

from collections import Counter
from typing import Any

from certificates.operations import confirm_name
from courses.models import Course
from courses.operations.copying import copy_course
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key
from tests.courses.builders import course_page, lesson_pages, make_course, publish, quiz_pages, translate
from tests.living.edits import raw_questions, with_canaries
from tests.people import make_editor, make_learner, make_reviewer, signed_in
from tests.progress.builders import (
    NOON,
    answer,
    do_everything,
    do_lesson,
    enrol,
    lessons_of,
    question_ids,
    quizzes_of,
    start,
)


class World:
    """Two courses, three learners with a session each, two people who publish. `tally`: how often what happened."""

    def __init__(self, learners: list[Any], sessions: list[str], editor: Any, reviewer: Any) -> None:
        self.learners = learners
        self.sessions = sessions
        self.editor = editor
        self.reviewer = reviewer
        self.tally: Counter[str] = Counter()


def make_world(*, with_copy: bool = False) -> World:
    """Make it. Ana is new, Ben is half-way with a quiz open, Cleo has her certificate.

    With `with_copy` the second course is a copy of the first: what happens to one must not touch records of the other.
    """
    main = make_course(slug="main", title="Main", module_count=2, lesson_count=1, quiz_count=1, question_count=3)
    if with_copy:
        other = _published_copy(main)
    else:
        other = make_course(slug="other", title="Other", lesson_count=1, quiz_count=1, question_count=2)
    with one_edition(cause="content", at=NOON):
        for course in (main, other):
            for quiz in quiz_pages(course):
                publish(quiz, questions=with_canaries(raw_questions(quiz)))
        translate(lesson_pages(main)[0], "it")
        translate(quiz_pages(main)[0], "it")
    learners = [make_learner(name, email=f"{name}@example.org") for name in ("ana", "ben", "cleo")]
    _go_half_way(main, learners[1])
    complete = enrol(main, learners[2])
    do_everything(complete)
    confirm_name(enrolment=complete, name="Cleo Maes", at=NOON)
    sessions = [signed_in(learner).cookies["sessionid"].value for learner in learners]
    return World(learners, sessions, make_editor("edith"), make_reviewer("ruth"))


def _published_copy(course: Course) -> Course:
    with one_edition(cause="content", at=NOON):
        page = copy_course(page=course_page(course), titles={"en": "Other"}, slug="other")
        for copied in [page, *page.get_descendants().specific()]:
            publish(copied)
    return course_by_key(page.translation_key)


def _go_half_way(course: Course, learner: Any) -> None:
    enrolment = enrol(course, learner)
    do_lesson(enrolment, lessons_of(course)[0])
    attempt = start(enrolment, quizzes_of(course)[0])
    answer(attempt, question_ids(attempt)[0], [attempt.form["questions"][0]["options"][0]])
