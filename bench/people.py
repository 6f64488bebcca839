"""Measure the pages and files of a manager with 10,000 enrolments (goals P6 and P7).

    make bench-people [ENROLMENTS=10000]

Fills a PostgreSQL of its own with people of one organisation, half way through a course, then asks for the page "My
people", for its files, and for a bare file of the same rows in the same run: a figure is a ratio to that.
"""

import csv
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ENROLMENTS = int(os.environ.get("ENROLMENTS", "10000"))
LESSONS = 20
AT_ONCE = 2000
ROUNDS = 5
FIRST_BYTE, TIMES_BARE, MEBIBYTES, QUERIES, PAGE_BYTES = 0.5, 5, 20, 15, 200_000


def main() -> int:
    """Fill, ask, print; return 1 where a goal is missed."""
    from bench.run import own_database, write_figures

    with own_database():
        browser = fill()
        figures = {name: measured(browser, path) for name, path in CASES.items()}
        bare = statistics.median(timed(bare_file) for _round in range(ROUNDS))
    missed = []
    for name, figure in figures.items():
        print(
            f"{name:<22} {figure['queries']:>3} queries, first byte {figure['first']:.2f} s, all {figure['all']:.2f} s,"
            f" {figure['bytes']:>9,} bytes, {figure['mebibytes']:.1f} MiB more memory"
        )
        if figure["queries"] > QUERIES or (name in PAGES and figure["bytes"] > PAGE_BYTES):
            missed.append(name)
        if name not in PAGES and (figure["first"] > FIRST_BYTE or figure["mebibytes"] > MEBIBYTES):
            missed.append(name)
    times = figures["file, CSV"]["all"] / bare
    print(f"bare file of the same rows: {bare:.2f} s; the CSV takes {times:.1f} times that")
    write_figures("people", {"enrolments": ENROLMENTS, "bare": bare, "cases": figures})
    if times > TIMES_BARE:
        missed.append("times bare")
    print(f"missed: {', '.join(missed)}" if missed else "all goals met")
    return 1 if missed else 0


PAGES = ("my people", "my people, by name", "my people, last page")
CASES = {
    "my people": "/en/cockpit/",
    "my people, by name": "/en/cockpit/?q=er-1&sort=-last",
    "my people, last page": f"/en/cockpit/?page={ENROLMENTS // 50}",
    "file, CSV": "/en/cockpit/people.csv",
    "file, XLSX": "/en/cockpit/people.xlsx",
}


def fill() -> Any:
    """Let people of one organisation be in a course, with steps done at times; return a manager's browser."""
    from django.utils import timezone

    from accounts.models import Membership, User
    from progress import operations
    from progress.models import CourseCompletion, Enrolment, ItemCompletion
    from tests.courses.builders import make_course
    from tests.people import LONG_AGO, join, make_learner, make_manager, make_organisation, signed_in
    from tests.progress.builders import outline_of

    now = timezone.now()
    course = make_course(slug="bench", lesson_count=LESSONS, quiz_count=0, at=now - timedelta(days=300))
    keys = [item.key for item in outline_of(course).items]
    hub = make_organisation()
    first = make_learner("learner-0")
    join(first, hub)
    edition = operations.enrol_learner(learner=first, course=course, at=now, organisation=hub).start_edition
    for start in range(1, ENROLMENTS, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, ENROLMENTS))
        people = User.objects.bulk_create(
            User(username=f"learner-{number}", display_name=f"Learner {number}") for number in numbers
        )
        Membership.objects.bulk_create(
            Membership(user=person, organisation=hub, role="learner", start_date=LONG_AGO.date(), told_at=LONG_AGO)
            for person in people
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                learner=person,
                course=course,
                organisation=hub,
                start_edition=edition,
                enrolled_at=now - timedelta(days=200),
            )
            for person in people
        )
        ItemCompletion.objects.bulk_create(
            (
                ItemCompletion(
                    enrolment=row,
                    item_key=key,
                    completed_at=now - timedelta(days=row.pk % 60, minutes=place),
                    language="en",
                    edition=edition,
                    evidence="marked",
                )
                for row in enrolments
                for place, key in enumerate(keys[: row.pk % (LESSONS + 1)])
            ),
            batch_size=5000,
        )
        CourseCompletion.objects.bulk_create(
            CourseCompletion(
                enrolment=row, completed_at=now - timedelta(days=row.pk % 60), edition=edition, cause="item"
            )
            for row in enrolments
            if row.pk % (LESSONS + 1) == LESSONS
        )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return signed_in(make_manager(organisation=hub))


def measured(browser: Any, path: str) -> dict[str, Any]:
    """Return queries, seconds to the first and the last byte, bytes, and how far memory grew meanwhile."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask(browser, path)
    with CaptureQueriesContext(connection) as captured:
        _first, _all, count = ask(browser, path)
    # Who looked is noted in pieces of 2,000 people; what the answer itself asks does not grow.
    queries = [entry for entry in captured.captured_queries if "accounts_look" not in entry["sql"]]
    times = [ask(browser, path) for _round in range(ROUNDS)]
    tracemalloc.start()
    ask(browser, path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "queries": sum(entry["sql"].lstrip("(").startswith(("SELECT", "DECLARE")) for entry in queries),
        "first": statistics.median(entry[0] for entry in times),
        "all": statistics.median(entry[1] for entry in times),
        "bytes": count,
        "mebibytes": peak / 2**20,
    }


def ask(browser: Any, path: str) -> tuple[float, float, int]:
    """Return seconds to the first byte and to the last, and how many bytes came."""
    begun = time.perf_counter()
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    parts: Iterator[bytes] = iter(answer.streaming_content if answer.streaming else [answer.content])
    count = len(next(parts))
    first = time.perf_counter() - begun
    count += sum(len(part) for part in parts)
    return first, time.perf_counter() - begun, count


def bare_file() -> None:
    """Write the same rows without asking who may see them: what a file of them costs at least."""
    from progress.models import Enrolment

    out = StringIO()
    table = csv.writer(out)
    rows = Enrolment.objects.values_list("learner__display_name", "course__key", "enrolled_at", "cached_state")
    for row in rows.iterator(chunk_size=2000):
        table.writerow(row)


def timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
