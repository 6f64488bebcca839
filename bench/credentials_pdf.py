"""Measure the printing of certificates: seconds and memory, one after the other, each another holder.

    make bench-printing      prints one line a case, writes var/bench/<date>-printing.json

The goals are 0.5 s and 200 MB a certificate. Seconds are on the wall clock, from the page to the finished file; the
first of a process is told apart, as it starts the workshop. The memory is the largest that the workshop or a process
it forked ever held (ru_maxrss), libraries in it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

COUNT = 40
SECONDS, MEGABYTES = 0.5, 200

# Started by a process that holds little: ru_maxrss of a child begins with what its parent held.
_LAUNCHER = """
import json, resource, sys, time
from certificates import printing
jobs = json.load(open(sys.argv[1]))
seconds = []
for number, (pages, badge) in enumerate(jobs):
    enclosed = printing.Enclosed("badge.json", "application/vc", badge, "Open Badge", "2026-11-24T12:00:00Z")
    begun = time.monotonic()
    pdf = printing.print_page(pages, identifier=f"{number:032x}", enclosed=enclosed)
    seconds.append(time.monotonic() - begun)
printing._printer.leave()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"seconds": seconds, "megabytes": used.ru_maxrss / 1024, "processor_seconds": used.ru_utime + used.ru_stime, "bytes": len(pdf)}))
"""


def main() -> int:
    """Print certificates of one sheet and of two, say what it took; return 1 where a goal is missed."""
    os.environ.setdefault("PORTAL_MODE", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from bench.run import write_figures
    from tests.certificates.payloads import full_payload

    figures = {
        "one sheet": measure([full_payload(name=f"Giulia Ferri {number}") for number in range(COUNT)]),
        "two sheets": measure(
            [
                full_payload(name=f"Giulia Ferri {number}", quality_text="Read by two people. " * 30)
                for number in range(COUNT)
            ]
        ),
    }
    missed = False
    for case, figure in figures.items():
        first, *others = figure["seconds"]
        median = statistics.median(others)
        missed |= median >= SECONDS or figure["megabytes"] >= MEGABYTES
        print(
            f"{case}: {median:.3f} s ({min(others):.3f} to {max(others):.3f}), the first {first:.3f} s; "
            f"{figure['processor_seconds'] / COUNT:.3f} s of a processor each; {figure['megabytes']:.0f} MB; "
            f"{figure['bytes']:,} bytes (goal: {SECONDS} s, {MEGABYTES} MB)"
        )
    write_figures("printing", {"count": COUNT, "cases": figures})
    return int(missed)


def measure(payloads: list[dict[str, Any]]) -> dict[str, Any]:
    """Print these, each once, in a process of their own."""
    from certificates.operations.printing import certificate_pages

    badge = json.dumps({"id": "https://learn.example/", "filling": "x" * 6000})
    jobs = [(certificate_pages(payload, "en"), badge) for payload in payloads]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(jobs, file)
        file.flush()
        made = subprocess.run(
            [sys.executable, "-c", _LAUNCHER, file.name], cwd=ROOT, capture_output=True, text=True, check=True
        )
    figures: dict[str, Any] = json.loads(made.stdout)
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
