"""Measure the import of 5,000 people: reading the file, looking it over, and adding everybody (goal: under 60 s).

make bench-import          prints the figures, writes var/bench/<date>-import.json
"""

import sys
import time
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PEOPLE = 5_000


def main() -> None:
    """Fill, measure, print."""
    from bench.run import own_database, write_figures

    with own_database():
        figures = measured()
        print(f"{PEOPLE:,} people: read in {figures['read']:.2f} s, looked over in {figures['looked_over']:.2f} s,")
        print(
            f"added in {figures['added']:.1f} s ({figures['added_processor']:.1f} s of this process), undone in {figures['undone']:.1f} s"
        )
        write_figures("import", {"people": PEOPLE, **figures})


def measured() -> dict[str, float]:
    """Import and undo once; return the seconds of each part. Every tenth person has no address."""
    from django.utils import timezone

    from cockpit.operations import importing
    from cockpit.rules.importing_files import read_list
    from foundation.models import Job
    from foundation.operations import run_job
    from tests.cockpit.import_files import people, xlsx_file
    from tests.people import make_manager, make_organisation

    rows = [(f"Card {number}", "") if number % 10 == 0 else row for number, row in enumerate(people(PEOPLE))]
    data, hub, now = xlsx_file(*rows), make_organisation(), timezone.now()
    manager = make_manager(organisation=hub)
    moments = [time.perf_counter()]
    read = read_list(data)
    moments.append(time.perf_counter())
    record = importing.look_over(
        organisation=hub,
        read=read,
        file_name="people.xlsx",
        file_sha256="0" * 64,
        language="en",
        by=manager,
        at=now,
        key=uuid4(),
    )
    moments.append(time.perf_counter())
    importing.start_import(record=record, at=now)
    busy = time.process_time()
    assert run_job(job_id=Job.objects.latest("pk").pk, clock=timezone.now)
    moments.append(time.perf_counter())
    busy = time.process_time() - busy
    record.refresh_from_db()
    assert record.rows.filter(state="added").count() == PEOPLE
    importing.undo_import(record=record, at=timezone.now())
    assert run_job(job_id=Job.objects.latest("pk").pk, clock=timezone.now)
    moments.append(time.perf_counter())
    names = ("read", "looked_over", "added", "undone")
    seconds = (later - earlier for earlier, later in pairwise(moments))
    return {**dict(zip(names, seconds, strict=True)), "added_processor": busy}


if __name__ == "__main__":
    main()
