"""Thirty learners of one small course, brought by the portal's own operations to where a changed answer key finds them.

Run against a site: `manage.py shell -v0 -c "from tests.journeys.release_cast import set_up; set_up()"`. Prints JSON.
"""

import json
import sys
from itertools import count
from typing import Any

from django.db.models import F
from django.test import Client
from django.utils import timezone

from accounts.models import User
from certificates.models import Certificate
from certificates.operations import confirm_name
from courses.models import Course
from courses.rules.kinds import Answer
from courses.rules.outline import OutlineItem
from progress import operations
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent, Notice
from progress.queries.enrolments import own_enrolment
from tests.courses.builders import make_course, quiz_pages
from tests.progress.builders import lessons_of, quizzes_of, right_options, wrong_option

SLUG = "sharing-a-device"
TITLE = "Sharing a device"
QUIZ = "Quiz 1-1"
QUESTION_COUNT = 5  # one point each; three pass
_HANDS = {
    "not started": 5,
    "lessons done": 5,
    "open": 5,
    "failed narrowly": 6,
    "passed": 4,
    "complete": 5,
}
_numbers = count(1)


def set_up() -> None:
    """Make the course and its people, and print what a journey needs to know of them."""
    course = make_course(slug=SLUG, title=TITLE, question_count=QUESTION_COUNT, at=timezone.now())
    lessons, quiz = lessons_of(course), quizzes_of(course)[0]
    people = {state: [_bring(course, lessons, quiz, state, n) for n in range(many)] for state, many in _HANDS.items()}
    told: dict[str, Any] = {
        "course_key": str(course.key),
        "quiz_page": quiz_pages(course)[0].pk,
        "course_url": f"/en/courses/{SLUG}/",
        "people": people,
    }
    sys.stdout.write(json.dumps(told))


def standing() -> None:
    """Print what the people of the course have: nothing of it may become less."""
    course = {"enrolment__course__addresses__slug": SLUG}
    events = MarkEvent.objects.filter(kind=MarkEvent.Kind.REGRADE, attempt__enrolment__course__addresses__slug=SLUG)
    counts = {
        "items_done": ItemCompletion.objects.filter(**course).count(),
        "courses_done": CourseCompletion.objects.filter(**course).count(),
        "certificates": Certificate.objects.filter(**course).count(),
        "passed": Attempt.objects.filter(**course, cached_passed=True).count(),
        "told": Notice.objects.filter(**course).count(),
        "lowered": events.filter(score__lt=F("score_before")).count(),
    }
    sys.stdout.write(json.dumps(counts))


def _bring(course: Course, lessons: list[OutlineItem], quiz: OutlineItem, state: str, number: int) -> dict[str, Any]:
    """Bring a learner to a state; return the cookie of a browser in which they are signed in, and their addresses."""
    learner = User.objects.create(username=f"sharer-{next(_numbers)}", display_name=f"Sharer {state} {number}")
    made = operations.enrol_learner(learner=learner, course=course, at=timezone.now())
    enrolment = own_enrolment(learner, made.public_id)
    attempt = None
    if state != "not started":
        for lesson in lessons:
            operations.mark_lesson_done(enrolment=enrolment, item_key=lesson.key, language="en", at=timezone.now())
    if state == "open":
        attempt = _answer(enrolment, quiz, first_is_wrong=True, right_count=2)
    elif state == "failed narrowly":
        attempt = _send(_answer(enrolment, quiz, first_is_wrong=True, right_count=2))
    elif state in {"passed", "complete"}:
        attempt = _send(_answer(enrolment, quiz, first_is_wrong=False, right_count=5))
    if state in {"complete", "failed narrowly", "open"} and number < 5:
        confirm_name(enrolment=enrolment, name=f"Sam Sharer {number}", at=timezone.now())
    browser = Client()
    browser.force_login(learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = next(iter(browser.cookies.values()))
    return {
        "cookie": {"name": cookie.key, "value": cookie.value},
        "attempt": str(attempt.public_id) if attempt else "",
        "enrolment": str(enrolment.public_id),
    }


def _answer(enrolment: Enrolment, quiz: OutlineItem, *, first_is_wrong: bool, right_count: int) -> Attempt:
    """Start a try; answer the first question wrong or right, the next ones right, the rest wrong."""
    attempt = operations.start_attempt(
        enrolment=enrolment, item_key=quiz.key, language="en", seed="seed", at=timezone.now()
    )
    right = 0
    for number, entry in enumerate(sorted(attempt.form["questions"], key=lambda entry: _place(attempt, entry["id"]))):
        is_wrong = first_is_wrong if number == 0 else right >= right_count
        right += not is_wrong
        chosen = [wrong_option(attempt, entry["id"])] if is_wrong else right_options(attempt, entry["id"])
        operations.save_response(
            attempt=attempt,
            question_id=entry["id"],
            answer=Answer(frozenset(chosen)),
            unsure=False,
            sequence=1,
            at=timezone.now(),
        )
    return attempt


def _place(attempt: Attempt, question_id: str) -> int:
    return [question["id"] for question in attempt.quiz_version.body["questions"]].index(question_id)


def _send(attempt: Attempt) -> Attempt:
    operations.submit_attempt(attempt=attempt, at=timezone.now())
    return attempt
