"""Measure the export of a course of 500 steps as a package.

    make bench-package          fills a PostgreSQL of its own, prints a line a case, writes var/bench/<date>-package.json

Seconds are the median of several rounds on the wall clock, the database's own time in them. Memory is what Python holds
at most while the package is sent, measured in a round of its own.
"""

import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

STEPS, PER_MODULE, PICTURES = 500, 20, 40
ROUNDS = 5


def main() -> None:
    """Fill, measure, print."""
    from bench.run import own_database, write_figures

    with own_database():
        page = large_course()
        rounds = [sent_package(page) for _round in range(ROUNDS)]
        tracemalloc.start()
        sent_package(page)
        memory = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        first = statistics.median(entry["first_byte_seconds"] for entry in rounds)
        whole = statistics.median(entry["seconds"] for entry in rounds)
        said = rounds[0]
        print(f"{STEPS} steps: {said['files']} files, {said['bytes'] / 2**20:.1f} MiB, {said['queries']} queries")
        print(f"first byte after {first:.3f} s, all of it after {whole:.2f} s, memory at most {memory:.1f} MiB")
        write_figures("package", {"steps": STEPS, "rounds": rounds, "memory_mib": memory})


def sent_package(page: Any) -> dict[str, Any]:
    """Export a course to nowhere. Returns what it took."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from courses.queries.packaging import package_members, package_tree
    from courses.rules.package import Sent, zip_stream

    sent, at, first, count = Sent(), timezone.now(), 0.0, 0
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        tree = package_tree(page)
        assert tree is not None
        for piece in zip_stream(package_members(tree, sent=sent, at=at, portal=""), at=at, sent=sent):
            first = first or time.perf_counter() - began
            count += len(piece)
        seconds = time.perf_counter() - began
    return {
        "first_byte_seconds": first,
        "seconds": seconds,
        "bytes": count,
        "files": len(sent.sha256),
        "queries": len(queries),
    }


def large_course() -> Any:
    """Make a course of 500 steps: lessons with texts and pictures, every tenth step a quiz of ten questions."""
    from wagtail.signal_handlers import disable_reference_index_auto_update

    from courses.models import LessonPage, QuizPage
    from tests.courses.builders import add_module, build_course_page, quiz_questions
    from tests.courses.uploads import photo_bytes, upload_picture

    with disable_reference_index_auto_update():
        page = build_course_page(slug="large", title="A large course")
        pictures = [upload_picture(photo_bytes(width=900 + number)).pk for number in range(PICTURES)]
        for number in range(STEPS // PER_MODULE):
            module = add_module(page, number + 1)
            module.refresh_from_db()
            for place in range(PER_MODULE):
                name = f"{number + 1}-{place + 1}"
                if place % 10 == 9:
                    step = QuizPage(questions=quiz_questions(name, 10))
                else:
                    step = LessonPage(body=lesson_blocks(name, pictures[(number * PER_MODULE + place) % PICTURES]))
                step.title, step.slug, step.live = f"Step {name}", f"step-{name}", False
                module.add_child(instance=step)
    return page


def lesson_blocks(name: str, picture: int) -> list[dict[str, object]]:
    """Return some 600 words in ten blocks, and a picture."""
    text = "<p>" + "Words of a lesson that somebody wrote with care. " * 7 + "</p>"
    blocks: list[dict[str, object]] = [
        {"type": "rich_text", "id": f"{name}-{number}", "value": {"html": text}} for number in range(10)
    ]
    value = {"picture": picture, "alt": "What it shows.", "decorative": False, "caption": ""}
    return [*blocks, {"type": "image", "id": f"{name}-picture", "value": value}]


if __name__ == "__main__":
    main()
