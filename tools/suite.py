"""`make test`: the whole suite on PostgreSQL and Redis, then journeys and operations on SQLite with the embedded broker.

Both runs go through even if the first fails; the summary of all is the last line.
"""

import os
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "var" / "test-reports"
NO_TESTS_COLLECTED = 5  # pytest's exit status

was_stopped = threading.Event()

RUNS = {
    "postgresql": ("PostgreSQL, Redis and a real worker", "not full"),
    "sqlite": ("SQLite and the embedded broker", "both_databases and not full"),
}


def run(database: str, description: str, marks: str) -> tuple[int, dict[str, int]]:
    """Run the tests of these marks and return pytest's exit status and the counts of its report."""
    print(f"\n=== {description}\n", flush=True)
    report = REPORTS / f"{database}.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "loadgroup"]
    command += ["-m", marks, f"--junitxml={report}", *sys.argv[1:]]
    environment = {**os.environ, "PORTAL_TEST_DATABASE": database}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as pytest:
        # Passed on, not raised: pytest must come to its own end, for it stops PostgreSQL and Redis there.
        def stop(number: int, _frame: object) -> None:
            was_stopped.set()
            pytest.send_signal(number)

        signal.signal(signal.SIGTERM, stop)
        status = pytest.wait()
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    if report.exists():
        suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest wrote it just now
        counts = {name: int(suite.get(name, 0)) if suite is not None else 0 for name in counts}
    return status, counts


def main() -> int:
    """Run both and print one line of summary each, then the sum."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    lines, failed_runs = [], 0
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for database, (description, marks) in RUNS.items():
        begun = time.monotonic()
        status, counts = run(database, description, marks)
        failed = counts["failures"] + counts["errors"]
        passed = max(0, counts["tests"] - failed - counts["skipped"])
        total["passed"] += passed
        total["failed"] += failed
        total["skipped"] += counts["skipped"]
        failed_runs += status != 0
        outcome = {0: "passed", NO_TESTS_COLLECTED: "FAILED: no test was found"}.get(status, "FAILED")
        lines.append(f"{description}: {outcome}, {passed} tests passed in {time.monotonic() - begun:.0f} s")
        if was_stopped.is_set():
            break
    print("\n" + "\n".join(lines))
    print(", ".join(f"{count} {name}" for name, count in total.items()), flush=True)
    return 1 if failed_runs else 0


if __name__ == "__main__":
    sys.exit(main())
