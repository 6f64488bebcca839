"""Measure the pages of a learner against a control view, in the same rounds (goals P1 to P4).

    make bench          prints one line a case, writes var/bench/<date>-pages.json

The machine is noisy, so a figure is the median over rounds of the ratio to the control ("base": session, user and
a small page), never seconds alone. Processor time of this process only; the database's own time is not in it.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 7
REPEATS = 40  # requests of a case in a round
LESSONS = 40
QUESTIONS = 30
POOL = 1000  # questions of a quiz that draws QUESTIONS of them
MARKED = 60  # questions, a goal of 5 ms


def main() -> None:
    """Measure and print."""
    with own_database():
        report(measure())


@contextmanager
def own_database() -> Iterator[None]:
    """Start a PostgreSQL of its own with fsync on, and make Django ready to fill and measure it."""
    from tools.test_servers import start_postgresql

    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ |= {
            "PORTAL_MODE": "test",
            "PORTAL_VAR": str(Path(folder) / "var"),
            "DATABASE_URL": start_postgresql(Path(folder), durable=True),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        os.environ.pop("REDIS_URL", None)
        Path(folder, "var").mkdir()
        import django

        django.setup()
        from django.test.utils import get_runner, setup_test_environment

        setup_test_environment()
        from django.conf import settings

        runner = get_runner(settings)(verbosity=0, interactive=False)
        databases = runner.setup_databases()
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()
            runner.teardown_databases(databases)


def make_cases() -> dict[str, Callable[[], Any]]:
    """Fill the database and return what is measured, by name. Each call does one request and checks its status."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from progress import operations
    from tests.courses.builders import make_course
    from tests.people import make_learner

    settings.ROOT_URLCONF = "bench.urls"
    course = make_course(slug="bench", lesson_count=LESSONS, quiz_count=1, question_count=QUESTIONS)
    learner = make_learner("bench-learner")
    client = Client()
    client.force_login(learner)
    visitor = Client()
    now = timezone.now()
    enrolment = operations.enrol_learner(learner=learner, course=course, at=now)
    from courses.queries.serving import outline_of

    outline = outline_of(course, "en")
    quiz = next(item for item in outline.items if item.kind == "quiz")
    lesson = outline.items[0]
    attempt = operations.start_attempt(
        enrolment=enrolment, item_key=UUID(quiz.key), language="en", seed="bench", at=now
    )
    question = f"/en/attempts/{attempt.public_id}/questions/1/"
    option = attempt.form["questions"][0]["options"][0]
    sequence = iter(range(1, 10**9))

    def get(path: str, who: Client = client) -> Callable[[], Any]:
        def request() -> None:
            answer = who.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        return request

    def save() -> None:
        answer = client.post(question, {"option": option, "sequence": next(sequence)})
        assert answer.status_code in {302, 303}, answer.status_code

    sender = make_learner("bench-sender")
    sender_client = Client()
    sender_client.force_login(sender)
    sending = operations.enrol_learner(learner=sender, course=course, at=now)
    start_path = f"/en/enrolments/{sending.public_id}/items/{quiz.key}/start/"

    def start_and_submit() -> None:
        """Two requests: only an attempt that was started can be sent."""
        started = sender_client.post(start_path)
        assert started.status_code in {302, 303}, started.status_code
        answer = sender_client.post(f"{started.headers['Location'].split('/questions/')[0].rstrip('/')}/send/")
        assert answer.status_code in {302, 303}, answer.status_code

    course_path = f"/en/courses/{outline.slug}/"
    return {
        "base": get("/en/base/"),
        "catalogue, visitor": get("/en/courses/", visitor),
        "catalogue": get("/en/courses/"),
        "course": get(course_path),
        "lesson, visitor": get(f"{course_path}{lesson.path}/", visitor),
        "lesson": get(f"{course_path}{lesson.path}/"),
        "question": get(question),
        "my learning": get("/en/me/"),
        "save an answer": save,
        f"start and submit {QUESTIONS}": start_and_submit,
        f"question, pool of {POOL}": get(_question_of_a_pool(learner, now)),
        f"mark {MARKED} (rules alone)": marking_of_every_kind(),
    }


def _question_of_a_pool(learner: Any, now: datetime) -> str:
    """Start a try at a quiz that draws some of many questions; return the address of its first one."""
    from courses.operations.settling import settle
    from courses.queries.serving import course_by_key, outline_of
    from progress import operations
    from tests.courses.builders import make_course, publish, quiz_pages

    course = make_course(slug="pool", title="Pool", lesson_count=1, question_count=POOL)
    draw = {"type": "draw", "id": "draw-1", "value": {"count": QUESTIONS, "by": "all", "tag": "", "outcome": ""}}
    publish(quiz_pages(course)[0], draws=[draw], mixes_questions=True)
    settle(course_key=course.key, cause="publish", at=now)
    course = course_by_key(course.key)
    quiz = next(item for item in outline_of(course, "en").items if item.kind == "quiz")
    enrolment = operations.enrol_learner(learner=learner, course=course, at=now)
    attempt = operations.start_attempt(
        enrolment=enrolment, item_key=UUID(quiz.key), language="en", seed="bench", at=now
    )
    return f"/en/attempts/{attempt.public_id}/questions/1/"


def marking_of_every_kind() -> Callable[[], Any]:
    """Return a call that marks an attempt with answers to questions of every kind in turn. No database."""
    from itertools import cycle, islice

    from courses.rules.kinds import Answer, kind_of
    from progress.rules.marking import mark_attempt
    from tests.courses.kinds.asking import frozen
    from tests.courses.questions import EVERY_KIND

    asked = [frozen(kind) for kind in EVERY_KIND]
    words = {"numeric": "3.45", "short_text": " Log  OUT ", "open_answer": "So that nobody writes in my name."}
    key: dict[str, Any] = {"questions": {}}
    form: dict[str, Any] = {"questions": []}
    answers = {}
    for number, (question, marked_by) in enumerate(islice(cycle(asked), MARKED)):
        name = f"question-{number}"
        key["questions"][name] = marked_by
        form["questions"].append({**kind_of(question).entry(question, list), "id": name})
        text = words.get(question["kind"], "")
        answers[name] = Answer(text=text) if text else Answer(frozenset(marked_by["correct"]))

    def mark() -> None:
        marking = mark_attempt(key=key, form=form, answers=answers, pass_mark=60)
        assert marking.passed

    return mark


def measure() -> dict[str, dict[str, Any]]:
    """Return queries, milliseconds of processor time and the ratio to the control, by case."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cases = make_cases()
    figures: dict[str, dict[str, Any]] = {}
    for name, request in cases.items():
        request()
        with CaptureQueriesContext(connection) as captured:
            request()
        words = ("SELECT", "INSERT", "UPDATE", "DELETE")
        count = sum(query["sql"].lstrip("(").startswith(words) for query in captured.captured_queries)
        figures[name] = {"queries": count, "milliseconds": [], "ratios": []}
    for _round in range(ROUNDS):
        spent = {}
        for name, request in cases.items():
            begun = time.process_time()
            for _repeat in range(REPEATS):
                request()
            spent[name] = (time.process_time() - begun) / REPEATS * 1000
        for name, milliseconds in spent.items():
            figures[name]["milliseconds"].append(milliseconds)
            figures[name]["ratios"].append(milliseconds / spent["base"])
    return figures


def report(figures: dict[str, dict[str, Any]]) -> None:
    """Print a line a case and write everything as JSON."""
    print(f"{'case':<24}{'queries':>8}{'ms':>8}{'x base':>8}   min to max of {ROUNDS} rounds")
    for name, figure in figures.items():
        ratios = figure["ratios"]
        print(
            f"{name:<24}{figure['queries']:>8}{statistics.median(figure['milliseconds']):>8.1f}"
            f"{statistics.median(ratios):>8.1f}   {min(ratios):.1f} to {max(ratios):.1f}"
        )
    write_figures("pages", {"rounds": ROUNDS, "repeats": REPEATS, "cases": figures})


def write_figures(name: str, figures: dict[str, Any]) -> None:
    """Write figures as JSON, with when and where they were measured."""
    made_at = datetime.now(tz=UTC)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made_at:%Y-%m-%dT%H%M%S}-{name}.json"
    about = {
        "made_at": made_at.isoformat(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg(),
    }
    path.write_text(json.dumps({**about, **figures}, indent=1))
    print(f"Written to var/bench/{path.name}")


if __name__ == "__main__":
    main()
