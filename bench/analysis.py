"""Measure the analysis of a quiz with 10,000 attempts, and what the first page of the CMS says of it.

    make bench-analysis         fills a PostgreSQL of its own, prints one line a case, writes var/bench/<date>-analysis.json

Seconds are the median of several rounds on the wall clock, the database's own time in them; queries are counted.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ATTEMPTS = 10_000
QUESTIONS = 20
ROUNDS = 5


def main() -> None:
    """Fill, measure, print."""
    from bench.run import own_database, write_figures

    with own_database():
        course, editor = fill(int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS)
        figures = {name: measure(case) for name, case in cases(course, editor).items()}
        print(f"{'case':<40}{'queries':>8}{'seconds':>9}   min to max of {ROUNDS} rounds")
        for name, figure in figures.items():
            seconds = figure["seconds"]
            middle = statistics.median(seconds)
            print(f"{name:<40}{figure['queries']:>8}{middle:>9.3f}   {min(seconds):.3f} to {max(seconds):.3f}")
        write_figures("analysis", {"attempts": ATTEMPTS, "questions": QUESTIONS, "cases": figures})


def fill(size: int) -> tuple[Any, Any]:
    """Write a course whose quiz was tried by so many people: questions of every kind in turn, answered by chance."""
    from django.db import connection

    from courses.operations.settling import one_edition
    from courses.queries import serving
    from courses.queries.serving import course_by_key
    from tests.courses.builders import NOON, make_course, publish, quiz_pages
    from tests.courses.every_kind import every_kind, right_answers
    from tests.people import make_editor
    from tests.progress.answers import send_many
    from tests.progress.builders import quizzes_of

    course = make_course(slug="bench")
    questions = [block for number in range(3) for block in every_kind(f"{number}-")][:QUESTIONS]
    with one_edition(cause="publish", at=NOON):
        publish(quiz_pages(course)[0], questions=questions)
    course = course_by_key(course.key)
    version = serving.quiz_version(quizzes_of(course)[0].version)
    key = serving.quiz_key(version)
    right = right_answers(key)
    chance = random.Random(7)
    wrong = {name: wrong_answers(entry, key["questions"][name]) for name, entry in _questions(version).items()}
    answers = [
        {
            name: right[name] if name in right and chance.random() < 0.6 else chance.choice(wrong[name])
            for name in wrong
            if chance.random() < 0.95
        }
        for _ in range(size)
    ]
    for first in range(0, size, 1000):
        send_many(course, answers[first : first + 1000])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return course, make_editor("bench-editor")


def _questions(version: Any) -> dict[str, Any]:
    return {question["id"]: question for question in version.body["questions"]}


def wrong_answers(question: Any, key: Any) -> list[Any]:
    """Return answers that somebody might give, many different ones where they are written."""
    from courses.rules.kinds import Answer

    kind, options = question["kind"], [option["id"] for option in question["options"]]
    if kind in {"ordering", "matching"}:
        targets = [target["id"] for target in question.get("targets", [])] or ["1", "2", "3"]
        turned = [targets[place:] + targets[:place] for place in range(len(targets))]
        return [Answer(frozenset(f"{a}:{b}" for a, b in zip(options, order, strict=True))) for order in turned]
    if kind == "numeric":
        return [Answer(text=str(number)) for number in range(200)]
    if kind == "short_text":
        return [Answer(text=f"answer {number}") for number in range(500)]
    if kind == "open_answer":
        return [Answer(text=f"Because of {number}. " * 20) for number in range(500)]
    return [Answer(frozenset({option})) for option in options]


def cases(course: Any, editor: Any) -> dict[str, Callable[[], Any]]:
    """Return what is measured, by name."""
    from django.core.cache import cache

    from courses.models import Course
    from progress.queries.analysis import analysis_of, questions_to_look_at
    from tests.courses.builders import quiz_pages
    from tests.people import signed_in

    item_key = quiz_pages(course)[0].translation_key
    loaded = Course.objects.select_related("current_edition").get(pk=course.pk)
    browser = signed_in(editor)
    url = f"/cms/courses/{course.key}/quizzes/{item_key}/analysis/"

    def page() -> None:
        answer = browser.get(url)
        assert answer.status_code == 200, answer.status_code

    def look() -> None:
        cache.clear()
        assert questions_to_look_at(editor) is not None

    return {
        "figures of a quiz": lambda: analysis_of(loaded, item_key),
        "its screen in the CMS": page,
        "questions to look at, nothing kept": look,
        "questions to look at, kept": lambda: questions_to_look_at(editor),
    }


def measure(case: Callable[[], Any]) -> dict[str, Any]:
    """Return the queries and the seconds of a case."""
    from django.db import connection

    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    case()
    with connection.execute_wrapper(note):
        case()
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        case()
        seconds.append(time.perf_counter() - begun)
    return {"queries": sum(sql.startswith("SELECT") for sql in asked), "seconds": seconds}


if __name__ == "__main__":
    main()
