"""Invented people who took one quiz of the first course, so that the figures on its questions have something to show.

Nobody can sign in as one of them. Figures are said from 5 people on, and questions are looked at from 20 on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from courses.queries import serving
from courses.rules.kinds import Answer
from courses.rules.outline import OutlineItem
from portal.loading.ledger import Ledger
from portal.loading.people import put_reader
from portal.loading.records import FIRST_COURSE, course_named, enrol_in
from progress.models import Attempt, Enrolment
from progress.operations import save_response, start_attempt, submit_attempt

READERS = (
    *("Ada", "Bruno", "Clara", "Dario", "Emil", "Flora", "Goran", "Hana", "Ivo", "Jana"),
    *("Kaj", "Lena", "Marko", "Nela", "Oskar", "Paula", "Rosa", "Stefan", "Tea", "Vera"),
)
_LANGUAGE = "en"
_QUIZ = 2  # of those that are required: the two before it stand in the demo's releases
_STARTED = timedelta(days=10)
_MISLED = 12  # take the same wrong answer to the first question: more than take the right one
_EVERY = 4  # and every fourth to the others


def load_readers(*, ledger: Ledger, at: datetime) -> None:
    """Make who is missing, and the attempt of each. What became of them since stays."""
    course = course_named(FIRST_COURSE)
    quizzes = [item for item in serving.outline_of(course, _LANGUAGE).items if item.kind == "quiz" and item.required]
    if len(quizzes) <= _QUIZ:
        return
    item = quizzes[_QUIZ]
    began = at.replace(hour=8, minute=0, second=0, microsecond=0) - _STARTED
    for number, name in enumerate(READERS):
        reader: User = put_reader(name, ledger=ledger)
        if not Attempt.objects.filter(enrolment__learner=reader).exists():
            moment = began + timedelta(minutes=20 * number)
            _take(enrol_in(reader, course, at=moment), item, number=number, at=moment + timedelta(minutes=2))


def _take(enrolment: Enrolment, item: OutlineItem, *, number: int, at: datetime) -> None:
    key = UUID(item.key)
    attempt = start_attempt(enrolment=enrolment, item_key=key, language=_LANGUAGE, seed=f"reader {number}", at=at)
    keys = serving.quiz_key(attempt.quiz_version)["questions"]
    order = {question["id"]: place for place, question in enumerate(attempt.quiz_version.body["questions"])}
    for sequence, entry in enumerate(attempt.form["questions"], start=1):
        is_first = order[entry["id"]] == 0
        is_misled = number < _MISLED if is_first else number % _EVERY == 0
        save_response(
            attempt=attempt,
            question_id=entry["id"],
            answer=_answer(entry, keys[entry["id"]], is_misled=is_misled),
            unsure=False,
            sequence=sequence,
            at=at + timedelta(seconds=30 * sequence),
        )
    submit_attempt(attempt=attempt, at=at + timedelta(minutes=5))


def _answer(entry: Mapping[str, Any], key: Mapping[str, Any], *, is_misled: bool) -> Answer:
    """Return the right answer, or the same wrong one for all: of the options that are not right, the first by its id."""
    right = sorted(key["correct"])
    wrong = sorted(set(entry["options"]) - set(right))
    return Answer(frozenset([*right[1:], wrong[0]] if is_misled and wrong else right))
