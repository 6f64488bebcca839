"""People in courses, for tests: enrolments, attempts and answers, made by the operations themselves."""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from courses.models import Course
from courses.operations.settling import one_edition
from courses.queries import serving
from courses.rules.kinds import Answer
from courses.rules.outline import Outline, OutlineItem
from progress import operations
from progress.models import Attempt, Enrolment, Response
from progress.queries.enrolments import own_enrolment
from tests.courses.builders import add_module, add_quiz, build_course_page
from tests.people import make_learner

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_NOT_QUERIES = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN", "COMMIT")


def enrol(course: Course, learner: User | None = None) -> Enrolment:
    """Enrol a learner and return the enrolment as views read it."""
    person = learner or make_learner()
    enrolment = operations.enrol_learner(learner=person, course=course, at=NOON)
    return own_enrolment(person, enrolment.public_id)


def outline_of(course: Course, language: str = "en") -> Outline:
    course.refresh_from_db()
    return serving.outline_of(course, language)


def lessons_of(course: Course) -> list[OutlineItem]:
    return [item for item in outline_of(course).items if item.kind == "lesson"]


def quizzes_of(course: Course) -> list[OutlineItem]:
    return [item for item in outline_of(course).items if item.kind == "quiz"]


def do_lesson(enrolment: Enrolment, item: OutlineItem, language: str = "en") -> None:
    operations.mark_lesson_done(enrolment=enrolment, item_key=item.key, language=language, at=NOON)


def do_lessons(enrolment: Enrolment) -> None:
    for item in lessons_of(enrolment.course):
        do_lesson(enrolment, item)


def start(
    enrolment: Enrolment, item: OutlineItem, language: str = "en", *, seed: str = "seed", at: datetime = NOON
) -> Attempt:
    return operations.start_attempt(enrolment=enrolment, item_key=item.key, language=language, seed=seed, at=at)


def make_quiz_course(*, question_count: int = 3, slug: str = "short", **rules: Any) -> Course:
    """Build a live course of one quiz with these rules, and settle it."""
    with one_edition(cause="content", at=NOON):
        page = build_course_page(slug=slug, title=slug.capitalize(), has_certificate=False)
        add_quiz(add_module(page, 1), "1-1", question_count=question_count, **rules)
    return serving.course_by_key(page.translation_key)


def start_quiz(course: Course, learner: User | None = None, *, seed: str = "seed", at: datetime = NOON) -> Attempt:
    """Enrol a learner and start the one quiz of a course."""
    return start(enrol(course, learner), quizzes_of(course)[0], seed=seed, at=at)


def right_options(attempt: Attempt, question_id: str) -> list[str]:
    return list(serving.quiz_key(attempt.quiz_version)["questions"][question_id]["correct"])


def wrong_option(attempt: Attempt, question_id: str) -> str:
    entry = next(entry for entry in attempt.form["questions"] if entry["id"] == question_id)
    return next(option for option in entry["options"] if option not in right_options(attempt, question_id))


def question_ids(attempt: Attempt) -> list[str]:
    return [entry["id"] for entry in attempt.form["questions"]]


def answer(attempt: Attempt, question_id: str, options: Iterable[str], **changes: Any) -> operations.SaveOutcome:
    fields: dict[str, Any] = {"unsure": False, "sequence": 1, "at": NOON}
    given = Answer(frozenset(options))
    return operations.save_response(attempt=attempt, question_id=question_id, answer=given, **fields | changes)


def answer_all_right(attempt: Attempt, *, at: datetime = NOON) -> None:
    for question_id in question_ids(attempt):
        answer(attempt, question_id, right_options(attempt, question_id), pressed=True, at=at)


def pass_quiz(enrolment: Enrolment, item: OutlineItem, language: str = "en") -> Attempt:
    attempt = start(enrolment, item, language)
    answer_all_right(attempt)
    operations.submit_attempt(attempt=attempt, at=NOON)
    attempt.refresh_from_db()
    return attempt


def do_everything(enrolment: Enrolment) -> None:
    for item in outline_of(enrolment.course).items:
        if item.kind == "lesson":
            do_lesson(enrolment, item)
        else:
            pass_quiz(enrolment, item)


def saved(attempt: Attempt, question_id: str) -> Response:
    return Response.objects.get(attempt=attempt, question_id=question_id)


@contextmanager
def counted_queries():
    """Yield a list that holds, at the end, the statements that read or wrote; savepoints of the test are left out."""
    statements: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield statements
    statements += [entry["sql"] for entry in captured if not entry["sql"].startswith(_NOT_QUERIES)]
