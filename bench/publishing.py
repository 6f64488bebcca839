"""Measure publishing in a large course, and the follow-up that folds the figures of its learners (goals P8, P10).

    make bench-publish      prints a line a figure, writes var/bench/<date>-publishing.json; takes some minutes

One lesson is published through the CMS in two courses of 500 items, one with 10 enrolments and one with 100,000, in
turns: the machine is noisy, so only what the same rounds say of both counts. The follow-up runs in a process of its
own, as a worker does, so that its memory is its own.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ROUNDS = 15
MODULES, LESSONS, QUIZZES = 10, 45, 5  # 500 items
FEW, MANY = 10, 100_000  # enrolments
CROWD = 100  # people made together, who have done equally much
DONE = (0, 5, 10, 15, 20)  # steps, in turns
DEEP, DEEP_DONE = 2_000, 250  # enrolments of people who are far, and the steps of each


def main() -> None:
    """Fill a database of its own, measure, print."""
    from bench.run import own_database, write_figures

    with own_database():
        figures = measure()
        write_figures("publishing", {"rounds": ROUNDS, "figures": figures})


def measure() -> dict[str, Any]:
    """Return every figure by name, printing each as it is there."""
    from django.test import Client
    from django.utils import timezone

    from courses.models import Course
    from courses.operations.settling import settle
    from courses.queries.serving import course_by_key
    from progress.models import Enrolment
    from tests.courses.builders import lesson_pages, make_course, publish, quiz_pages
    from tests.people import make_editor
    from tests.progress.builders import lessons_of
    from tests.progress.crowds import make_crowd

    def make(slug: str, modules: int) -> Course:
        course = make_course(
            slug=slug, title=slug, module_count=modules, lesson_count=LESSONS, quiz_count=QUIZZES, question_count=5
        )
        # Required again once half of the people are in, so that two kinds of people are measured differently.
        publish(lesson_pages(course)[-1], required=False)
        settle(course_key=course.key, cause="bench", at=timezone.now())
        return course_by_key(course.key)

    def fill(course: Course, size: int) -> Course:
        done = lessons_of(course)
        for number in range(0, size, CROWD):
            make_crowd(course, min(CROWD, size - number), done=done[: DONE[number // CROWD % len(DONE)]])
            if number == size // CROWD // 2 * CROWD:
                publish(lesson_pages(course)[-1], required=True)
                settle(course_key=course.key, cause="bench", at=timezone.now())
                course = course_by_key(course.key)
        return course

    say("filling the database", "takes some minutes")
    small, few = make("small", 1), fill(make("few", MODULES), FEW)
    many, deep = fill(make("many", MODULES), MANY), make("deep", MODULES)
    make_crowd(deep, DEEP, done=lessons_of(deep)[:DEEP_DONE])
    analyse()

    figures: dict[str, Any] = {"building an edition": {}}
    for course in (small, few):
        items = len(lesson_pages(course)) + len(quiz_pages(course))
        figures["building an edition"][items] = edition_figure(course)
        say(f"edition of {items} items", words_of(figures["building an edition"][items]))

    browser = Client()
    browser.force_login(make_editor("bench-editor"))
    figures["publishing a lesson"] = requests = publish_in_turns(browser, {FEW: few, MANY: many})
    for size in (FEW, MANY):
        say(f"publishing with {size:,} enrolments", words_of(requests[size]))
    ratios = [b / a for a, b in zip(requests[FEW]["milliseconds"], requests[MANY]["milliseconds"], strict=True)]
    requests["ratios"] = ratios
    say("  the same rounds", f"x {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")

    figures["following up"] = {}
    for name, course, edition in (
        ("every figure differs", many, None),
        ("no figure differs", many, None),
        ("nothing else is asked", many, course_by_key(many.key).current_edition.number),
        (f"every figure differs, {DEEP_DONE} steps done", deep, None),
    ):
        if name.startswith("every"):
            Enrolment.objects.filter(course=course).update(cached_percentage=77)
            analyse()
        figure = follow_up(course, edition, name)
        figures["following up"][name] = figure
        rate = f"{figure['enrolments'] / figure['seconds']:,.0f} a second"
        busy = f"{figure['processor_seconds']:.1f} s of processors, the database's too"
        memory = f"{figure['peak_mb']:.0f} MB at most, {figure['idle_mb']:.0f} before"
        say(f"follow-up, {name}", f"{figure['enrolments']:,} in {figure['seconds']:.1f} s, {rate} ({busy}); {memory}")
    assert not Enrolment.objects.filter(cached_percentage=77).exists()
    return figures


def edition_figure(course: Any) -> dict[str, Any]:
    """Return queries and times of settling a course of which one lesson changed."""
    from django.utils import timezone

    from courses.operations.settling import settle
    from tests.courses.builders import lesson_pages, publish

    def change(number: int) -> None:
        publish(lesson_pages(course)[0], title=f"Changed {number}")

    def build() -> None:
        assert settle(course_key=course.key, cause="bench", at=timezone.now()) is not None

    change(0)
    statements = statements_of(build)
    milliseconds = []
    for number in range(1, ROUNDS + 1):
        change(number)
        milliseconds.append(timed(build))
    return {"queries": len(statements), "milliseconds": milliseconds}


def publish_in_turns(browser: Any, courses: dict[int, Any]) -> dict[Any, Any]:
    """Publish a lesson of each course through the CMS, in turns; return queries and times, by how many are enrolled."""
    from tests.courses.builders import lesson_pages
    from tests.courses.forms import edit

    def request(course: Any, number: int) -> Callable[[], None]:
        lesson = lesson_pages(course)[1]

        def send() -> None:
            answer = edit(browser, lesson, action="publish", title=f"Published {number}")
            assert answer.status_code == 302, answer.status_code

        return send

    figures: dict[Any, Any] = {}
    for size, course in courses.items():
        request(course, 0)()
        statements = statements_of(request(course, 1))
        rows_of_learners = [sql for sql in statements if '"progress_' in sql]
        assert not rows_of_learners, rows_of_learners
        figures[size] = {"queries": len(statements), "milliseconds": []}
    for number in range(2, ROUNDS + 2):
        sizes = list(courses) if number % 2 else list(reversed(courses))
        for size in sizes:
            figures[size]["milliseconds"].append(timed(request(courses[size], number)))
    return figures


def follow_up(course: Any, edition: int | None, name: str) -> dict[str, Any]:
    """Run a follow-up in a process of its own and return what it says of itself."""
    from django.db import connection
    from django.utils import timezone

    from foundation.operations import start_job
    from progress.operations.folding import FOLD

    payload = {"course": course.pk} | ({"edition": edition} if edition else {})
    job = start_job(kind=FOLD, key=f"bench {name}", payload=payload, at=timezone.now())
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
    command = [sys.executable, __file__, "run", str(job.pk)]
    answer = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True, stdout=subprocess.PIPE, text=True
    )
    figure: dict[str, Any] = json.loads(answer.stdout)
    return figure


def run(job_id: int) -> None:
    """Do a job and print, as JSON, how long it took and how much memory it held: the child of `follow_up`."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from foundation.models import Job
    from foundation.operations import run_job

    job = Job.objects.get(pk=job_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    Path("/proc/self/clear_refs").write_text("5")  # the highest so far may be that of the process this one came from
    idle = megabytes("VmRSS")
    begun, used = time.perf_counter(), time.process_time() + processor_seconds_of(backend)
    assert run_job(job_id=job_id, clock=timezone.now)
    seconds = time.perf_counter() - begun
    used = time.process_time() + processor_seconds_of(backend) - used
    peak = megabytes("VmHWM")
    job.refresh_from_db()
    figure = {
        "enrolments": job.done_count,
        "seconds": seconds,
        "processor_seconds": used,
        "idle_mb": idle,
        "peak_mb": peak,
    }
    print(json.dumps(figure))


def megabytes(name: str) -> float:
    """Return how much memory this process holds ("VmRSS"), or held at most ("VmHWM")."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def processor_seconds_of(pid: int) -> float:
    """Return the processor time that a process of this machine has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def analyse() -> None:
    """Have the database know its own sizes, as one that was not filled a minute ago does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def statements_of(act: Callable[[], None]) -> list[str]:
    """Return the statements that an act sends to the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def timed(act: Callable[[], None]) -> float:
    """Return how long an act takes, in milliseconds by the clock on the wall: the database's time is in it."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def words_of(figure: dict[str, Any]) -> str:
    """Return a figure in words: queries, and the median of its times."""
    times = figure["milliseconds"]
    return f"{figure['queries']} queries, {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})"


def say(name: str, words: str) -> None:
    """Print a figure on a line of its own, with the load of the machine."""
    print(f"{name:<52}{words}   [load {os.getloadavg()[0]:.1f}]", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(int(sys.argv[2]))
    else:
        main()
