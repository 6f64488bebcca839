"""Measure how fast certificates are issued: 1,000 of a course like D, at once, on a PostgreSQL of its own.

    make bench-credentials      prints one line a round, writes var/bench/<date>-credentials.json

The goal is 1,000 certificates in 5 s by one worker on 2 cores, with at most 5 queries for 100. Seconds are on the wall
clock, the database's own time in them.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CERTIFICATES = 1_000
ROUNDS = 3
QUIZZES = 7
LESSONS = 24


def main() -> None:
    """Fill, issue, print."""
    from bench.run import own_database, write_figures

    size = int(sys.argv[1]) if len(sys.argv) > 1 else CERTIFICATES
    with own_database():
        course = make_course_like_d()
        figures = [measure(course, size) for _round in range(ROUNDS)]
        for figure in figures:
            print(
                f"{size:,} certificates issued in {figure['seconds']:.2f} s, {figure['processor_seconds']:.2f} s of them "
                f"in this process, {figure['queries']} queries, {figure['bytes']:,} bytes a payload"
            )
        print(f"median {statistics.median(figure['seconds'] for figure in figures):.2f} s")
        write_figures("credentials", {"certificates": size, "rounds": figures})


def make_course_like_d() -> Any:
    """Make a course of 24 lessons and 7 quizzes in two languages, with a certificate of achievement."""
    from tests.courses.builders import make_course, offer_achievement

    course = make_course(slug="bench", lesson_count=LESSONS, quiz_count=QUIZZES, languages=("it",))
    return offer_achievement(course)


def measure(course: Any, size: int) -> dict[str, Any]:
    """Issue the certificates of so many new people, and return what it took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from certificates.models import Certificate
    from certificates.operations.issuing import issue_many
    from foundation.rules.canonical import canonical_json
    from tests.certificates.crowds import complete_crowd
    from tests.progress.builders import NOON

    ids = complete_crowd(course, size)
    with CaptureQueriesContext(connection) as counted:
        begun, busy = time.perf_counter(), time.process_time()
        issued = issue_many(enrolment_ids=ids, at=NOON)
        seconds, processor_seconds = time.perf_counter() - begun, time.process_time() - busy
    assert issued == size
    payload = Certificate.objects.filter(enrolment__in=ids).values_list("payload", flat=True)[0]
    return {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "queries": len(counted),
        "bytes": len(canonical_json(payload).encode()),
    }


if __name__ == "__main__":
    main()
