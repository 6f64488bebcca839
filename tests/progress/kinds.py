"""A quiz with a question of every kind, and answers to it as a browser sends them, for tests.

course = make_course_of_kinds()
attempt = start(enrol(course), quizzes_of(course)[0])
learner.post(question_url(attempt, 4), as_sent(attempt, "ordering", right_answer(attempt, "ordering")))
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from courses.models import Course
from courses.operations.settling import settle
from courses.queries import serving
from courses.rules.kinds import Answer
from courses.rules.kinds.pairs import paired
from progress.models import Attempt
from tests.courses.builders import NOON, make_course, publish, quiz_pages
from tests.courses.questions import EVERY_KIND

KINDS = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "ordering",
    "matching",
    "numeric",
    "short_text",
    "open_answer",
)
"""In the order in which the quiz asks them, so that the place of a kind is the number of its question."""

_WRITTEN = {
    "numeric": ("3.5", "99"),
    "short_text": ("sign out", "cover the screen"),
    "open_answer": ("So that nobody writes in my name.\n\nIt takes a second.", "No idea"),
}
"""A right answer and a wrong one."""


def make_course_of_kinds(kinds: tuple[str, ...] = KINDS, *, at: Any = NOON, **quiz: Any) -> Course:
    """Build a course with a quiz of one question of each kind, three points each."""
    course = make_course(at=at)
    publish(quiz_pages(course)[0], questions=[raw_question(kind) for kind in kinds], **quiz)
    settle(course_key=course.key, cause="publish", at=at)
    return course


def raw_question(kind: str, **values: Any) -> dict[str, Any]:
    """Return a raw question of a kind that needs no row beside it: no lesson, no picture, no outcome."""
    raw = deepcopy(EVERY_KIND[kind])
    raw["value"].update({"lesson": None, "section": "", "picture": None, "outcome": "", "points": 3, **values})
    return raw


def entry_of(attempt: Attempt, kind: str) -> Mapping[str, Any]:
    return next(entry for entry in attempt.form["questions"] if entry["kind"] == kind)


def right_answer(attempt: Attempt, kind: str) -> Answer:
    """Return what is right; of an open answer, words that a person may find right."""
    key = serving.quiz_key(attempt.quiz_version)["questions"][entry_of(attempt, kind)["id"]]
    return Answer(text=_WRITTEN[kind][0]) if kind in _WRITTEN else Answer(frozenset(key["correct"]))


def wrong_answer(attempt: Attempt, kind: str) -> Answer:
    """Return an answer that fits and is not right in any part."""
    if kind in _WRITTEN:
        return Answer(text=_WRITTEN[kind][1])
    entry, right = entry_of(attempt, kind), right_answer(attempt, kind)
    if kind not in {"ordering", "matching"}:
        return Answer(frozenset([next(option for option in entry["options"] if option not in right.options)]))
    targets, places = entry["targets"], paired(right)
    turned = {option: targets[(targets.index(target) + 1) % len(targets)] for option, target in places.items()}
    return Answer(frozenset(f"{option}:{target}" for option, target in turned.items()))


def as_sent(attempt: Attempt, kind: str, answer: Answer) -> dict[str, Any]:
    """Return what the form of a question sends for an answer, on an English page."""
    if kind in _WRITTEN:
        return {"text": answer.text}
    if kind in {"ordering", "matching"}:
        targets = entry_of(attempt, kind)["targets"]
        return {f"pair-{option}": str(targets.index(target) + 1) for option, target in paired(answer).items()}
    return {"option": sorted(answer.options)}
