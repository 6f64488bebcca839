"""Measure `check_records` over a million responses: seconds and memory (goal: under 5 minutes and 300 MB).

    make bench-records          fills a PostgreSQL of its own, checks it in a process of its own, prints the figures

The records are what the operations would have written: sealed, marked, folded, certified. The memory is the largest
the checking process ever held (ru_maxrss), its libraries in it; PostgreSQL's own is not.
"""

import io
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

RESPONSES = 1_000_000
QUIZZES = 5
QUESTIONS = 20
LESSONS = 5
AT_ONCE = 1000  # learners
SECONDS, MEGABYTES = 300, 300
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def main() -> int:
    """Fill, check, print; return 1 where the goal is missed or a difference is found."""
    from bench.run import own_database, write_figures

    with own_database():
        from django.db import connections

        begun = time.monotonic()
        fill(int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES)
        print(f"filled in {time.monotonic() - begun:.0f} s", flush=True)
        name = connections["default"].settings_dict["NAME"]
        os.environ["DATABASE_URL"] = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
        connections.close_all()
        figures = check()
        print(f"check_records: {json.dumps(figures)} (goal: under {SECONDS} s and {MEGABYTES} MB)")
        write_figures("records", figures)
    is_reached = figures["seconds"] < SECONDS and figures["megabytes"] < MEGABYTES
    return int(bool(figures["status"]) or not is_reached)


# The command is started by a process that holds little: ru_maxrss of a child begins with what its parent held.
_LAUNCHER = """
import json, resource, subprocess, sys
status = subprocess.run([sys.executable, "manage.py", "check_records"], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, used.ru_utime + used.ru_stime, used.ru_maxrss]), file=sys.stderr)
"""


def check() -> dict[str, Any]:
    """Run the command in a process of its own and return what it took."""
    before = os.getloadavg()[0]
    begun = time.monotonic()
    command = [sys.executable, "-c", _LAUNCHER]
    launched = subprocess.run(command, cwd=ROOT, check=True, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - begun
    *said, figures = launched.stderr.splitlines()
    print("\n".join(said))
    status, processor_seconds, kilobytes = json.loads(figures)
    return {
        "status": status,
        "seconds": round(seconds, 1),
        "processor_seconds": round(processor_seconds, 1),
        "megabytes": round(kilobytes / 1024),
        "load_before_and_after": [round(before, 1), round(os.getloadavg()[0], 1)],
    }


def fill(response_count: int) -> None:
    """Write a course and the records of learners who tried every quiz once, in bulk."""
    from courses.models import QuizKey
    from courses.queries import serving
    from tests.courses.builders import make_course

    course = make_course(
        slug="bench", lesson_count=LESSONS, quiz_count=QUIZZES, question_count=QUESTIONS, languages=["it"]
    )
    outline = serving.outline_of(course, "en")
    quizzes = []
    for item in outline.items:
        if item.kind == "quiz":
            version = serving.quiz_version(item.version)
            quizzes.append((item, version, QuizKey.objects.get(version=version).body))
    lessons = [item for item in outline.items if item.kind == "lesson"]
    learners = response_count // (QUIZZES * QUESTIONS)
    chance = random.Random(4)
    for first in range(0, learners, AT_ONCE):
        fill_some(course, quizzes, lessons, range(first, min(first + AT_ONCE, learners)), chance)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill_some(course: Any, quizzes: Any, lessons: Any, numbers: Any, chance: random.Random) -> None:
    """Write the records of some learners: three in four pass everything and are certified."""
    from django.db import connection, transaction

    from accounts.models import User
    from courses.rules.kinds import Answer
    from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent
    from progress.rules.drawing import whole_form
    from progress.rules.marking import mark_attempt

    edition = course.current_edition
    with transaction.atomic():
        people = User.objects.bulk_create(
            User(username=f"bench-{number}", display_name=f"Learner {number}", password="!") for number in numbers
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(learner=person, course=course, start_edition=edition, enrolled_at=NOON) for person in people
        )
        tries, answers = [], []
        for place, enrolment in enumerate(enrolments):
            right_share = 1.0 if place % 4 else 0.3
            for item, version, key in quizzes:
                form = whole_form(version.body)
                chosen = {
                    entry["id"]: key["questions"][entry["id"]]["correct"]
                    if chance.random() < max(right_share * 0.95, 0.3)
                    else [entry["options"][-1]]
                    for entry in form["questions"]
                }
                marking = mark_attempt(
                    key=key,
                    form=form,
                    answers={name: Answer(frozenset(options)) for name, options in chosen.items()},
                    pass_mark=version.body["pass_mark"],
                )
                tries.append(
                    Attempt(
                        enrolment=enrolment,
                        item_key=item.key,
                        number=1,
                        quiz_version=version,
                        edition=edition,
                        language=version.language,
                        form=form,
                        state=Attempt.State.SUBMITTED,
                        started_at=NOON,
                        submitted_at=NOON + timedelta(minutes=5),
                        cached_score=marking.score,
                        cached_max_score=marking.max_score,
                        cached_passed=marking.passed,
                    )
                )
                answers.append((chosen, marking))
        Attempt.objects.bulk_create(tries, batch_size=1000)
        MarkEvent.objects.bulk_create(
            (
                MarkEvent(
                    attempt=attempt,
                    kind=MarkEvent.Kind.AUTOMATIC,
                    score=marking.score,
                    max_score=marking.max_score,
                    pass_mark=marking.pass_mark,
                    passed=marking.passed,
                    points=dict(marking.points),
                    marked_at=attempt.submitted_at,
                )
                for attempt, (_chosen, marking) in zip(tries, answers, strict=True)
            ),
            batch_size=1000,
        )
        copy_responses(connection, tries, answers)
        done = [
            ItemCompletion(
                enrolment=enrolment,
                item_key=lesson.key,
                completed_at=NOON,
                language="en",
                edition=edition,
                evidence=ItemCompletion.Evidence.MARKED,
            )
            for enrolment in enrolments
            for lesson in lessons
        ]
        done += [
            ItemCompletion(
                enrolment=attempt.enrolment,
                item_key=attempt.item_key,
                completed_at=attempt.submitted_at,
                language="en",
                edition=edition,
                evidence=ItemCompletion.Evidence.ATTEMPT,
                attempt=attempt,
            )
            for attempt in tries
            if attempt.cached_passed
        ]
        ItemCompletion.objects.bulk_create(done, batch_size=1000)
        done_by: dict[int, int] = {}
        for row in done:
            done_by[row.enrolment_id] = done_by.get(row.enrolment_id, 0) + 1
        steps = len(lessons) + len(quizzes)
        finished = [row for row in enrolments if done_by[row.pk] == steps]
        for row in enrolments:
            row.cached_percentage = done_by[row.pk] * 100 // steps
            row.cached_state = "completed" if done_by[row.pk] == steps else "in-progress"
            row.cached_edition = edition.number
        Enrolment.objects.bulk_update(enrolments, ["cached_percentage", "cached_state", "cached_edition"])
        CourseCompletion.objects.bulk_create(
            CourseCompletion(enrolment=row, completed_at=NOON + timedelta(minutes=5), edition=edition, cause="quiz")
            for row in finished
        )
        certify(finished)


def copy_responses(connection: Any, tries: Any, answers: Any) -> None:
    """Write the responses as PostgreSQL takes them quickest."""
    lines = io.StringIO()
    for attempt, (chosen, _marking) in zip(tries, answers, strict=True):
        for question_id, options in chosen.items():
            lines.write(f"{attempt.pk}\t{question_id}\t{json.dumps(options)}\tf\t1\t{NOON.isoformat()}\n")
    lines.seek(0)
    columns = "attempt_id, question_id, options, unsure, sequence, answered_at"
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY progress_response ({columns}) FROM STDIN", lines)


_first_payload: dict[str, Any] = {}


def certify(finished: Any) -> None:
    """Issue the first certificate by the operation, and the others like it."""
    from certificates.models import Certificate, CertificateEvent, HolderName
    from certificates.operations import confirm_name, issue_due_certificates
    from certificates.rules.numbers import ALPHABET, RANDOM_LENGTH, number_from
    from foundation.rules.canonical import digest

    if not _first_payload:
        first, *finished = finished
        confirm_name(enrolment=first, name="Giulia Ferri", at=NOON)
        issue_due_certificates(enrolment=first, at=NOON)
        _first_payload.update(Certificate.objects.get(enrolment=first).payload)
    HolderName.objects.bulk_create(
        HolderName(enrolment=row, name="Giulia Ferri", confirmed_at=NOON) for row in finished
    )
    certificates = []
    for row in finished:
        number = number_from("".join(random.choice(ALPHABET) for _place in range(RANDOM_LENGTH)))
        payload = {**_first_payload, "number": number, "public_id": uuid4().hex}
        certificates.append(
            Certificate(
                public_id=payload["public_id"],
                number=number,
                enrolment=row,
                kind=payload["kind"],
                payload=payload,
                payload_sha256=digest(payload),
                issued_at=NOON,
            )
        )
    Certificate.objects.bulk_create(certificates, batch_size=500)
    CertificateEvent.objects.bulk_create(
        CertificateEvent(
            certificate=certificate,
            kind=CertificateEvent.Kind.ISSUED,
            payload_sha256=certificate.payload_sha256,
            happened_at=NOON,
        )
        for certificate in certificates
    )


if __name__ == "__main__":
    sys.exit(main())
