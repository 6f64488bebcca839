"""Measure the evidence pack of 100,000 enrolments: memory and seconds (goal: under 200 MB).

    make bench-packs [ENROLMENTS=100000]

Fills a PostgreSQL of its own with people of the enterprises of a cluster who take a course in a project, then has the
job of a pack with its list of names run in a process of its own. The memory is the largest that process ever held
(ru_maxrss), its libraries in it; that of the printer of the PDF and PostgreSQL's own are not.
"""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

ENROLMENTS = int(os.environ.get("ENROLMENTS", "100000"))
ENTERPRISES, STEPS, MEGABYTES = 40, 5, 200


def main() -> int:
    """Fill, make, print; return 1 where the goal is missed."""
    from bench.run import own_database, write_figures

    with own_database():
        from django.db import connections

        begun = time.monotonic()
        job = fill()
        print(f"filled in {time.monotonic() - begun:.0f} s", flush=True)
        name = connections["default"].settings_dict["NAME"]
        os.environ["DATABASE_URL"] = f"{os.environ['DATABASE_URL'].rsplit('/', 1)[0]}/{name}"
        connections.close_all()
        figures = json.loads(
            subprocess.run(
                [sys.executable, "-c", _LAUNCHER, str(job)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
            ).stdout
        )
        print(
            f"pack of {figures['lines']:,} enrolments: {figures['megabytes']} MB at most"
            f" ({figures['megabytes_ready']} MB before it began; the printer {figures['megabytes_printer']} MB),"
            f" {figures['seconds']} s ({figures['processor']} s of this process), {figures['bytes']:,} bytes"
        )
        write_figures("packs", {"enrolments": ENROLMENTS, **figures})
    return int(figures["megabytes"] >= MEGABYTES or figures["lines"] < ENROLMENTS)


# Started by a process that holds little: ru_maxrss of a child begins with what its parent held.
_LAUNCHER = """
import subprocess, sys
code = "import sys; sys.path.insert(0, '.'); from bench.evidence import make; make(int(sys.argv[1]))"
sys.exit(subprocess.run([sys.executable, "-c", code, sys.argv[1]]).returncode)
"""


def make(job_id: int) -> None:
    """Have the job of a pack run to its end and print what it took, as JSON."""
    import resource

    import django

    django.setup()
    from django.core.files.storage import storages

    from cockpit.models import EvidencePack
    from foundation.models import Job
    from foundation.operations import run_job
    from tests.cockpit.evidence_builders import LATER

    def held(who: int = resource.RUSAGE_SELF) -> int:
        return resource.getrusage(who).ru_maxrss * 1024 // 1_000_000

    ready, begun, busy = held(), time.perf_counter(), time.process_time()
    assert run_job(job_id=job_id, clock=lambda: LATER + timedelta(seconds=1)), Job.objects.get(pk=job_id).problem
    pack = EvidencePack.objects.get()
    figures = {
        "megabytes": held(),
        "megabytes_ready": ready,
        "megabytes_printer": held(resource.RUSAGE_CHILDREN),
        "seconds": round(time.perf_counter() - begun, 1),
        "processor": round(time.process_time() - busy, 1),
        "lines": Job.objects.get(pk=job_id).total_count - 4,
        "bytes": storages["evidence"].size(pack.file),
        "sha256": pack.sha256,
    }
    print(json.dumps(figures))


def fill() -> int:
    """Multiply one person of a scene that the operations made, with all their records; ask for a pack. Return its job."""
    import uuid

    from django.db import connection

    from accounts.models import ClusterMembership, Membership, User
    from certificates.models import Certificate
    from cockpit.models import EvidencePack
    from cockpit.operations import packs
    from foundation.models import Job
    from progress.models import CourseCompletion, Enrolment, ItemCompletion
    from tests.cockpit.evidence_builders import LATER, NOVEMBER, make_scene
    from tests.people import make_organisation
    from tests.progress.builders import NOON, do_everything, outline_of

    scene = make_scene(1, names_basis="contract")
    first = scene.enrolments[0]
    do_everything(first)
    done = CourseCompletion.objects.filter(enrolment=first).get()
    certificate = Certificate.objects.create(
        number="CT-0", enrolment=first, kind="participation", payload={}, payload_sha256="", issued_at=NOON
    )
    places = [make_organisation(f"Enterprise {number}").pk for number in range(ENTERPRISES)]
    cluster = ClusterMembership.objects.get(organisation=scene.hub).cluster
    for place in places:
        ClusterMembership.objects.create(cluster=cluster, organisation_id=place, start_date=NOVEMBER.first_day)
    its_place = f"(ARRAY{places})[1 + mod(u.id, {ENTERPRISES})]"
    people = "JOIN accounts_user u ON u.username LIKE 'copy-%%'"
    enrolments = "JOIN progress_enrolment e ON e.source = 'join-link' "
    keys = [str(item.key) for item in outline_of(scene.course).items][:STEPS]
    steps = ItemCompletion.objects.filter(enrolment=first).order_by("pk").first()
    with connection.cursor() as cursor:

        def copy(row: Any, rows_of: str, /, **changes: str) -> None:
            """Write rows like this one, one for each of other rows, with these columns by expressions."""
            table = row._meta.db_table
            columns = [field.column for field in row._meta.local_concrete_fields if not field.primary_key]
            values = ", ".join(changes.get(column, f't."{column}"') for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t {rows_of}", [row.pk])

        copy(
            scene.people[0],
            f"CROSS JOIN generate_series(1, {ENROLMENTS}) n WHERE t.id = %s",
            username="'copy-' || n",
            display_name="'Person Number' || n",
            public_id="gen_random_uuid()",
        )
        copy(
            Membership.objects.get(user=scene.people[0]),
            f"{people} WHERE t.id = %s",
            user_id="u.id",
            organisation_id=its_place,
            public_id="gen_random_uuid()",
        )
        copy(
            first,
            f"{people} WHERE t.id = %s",
            learner_id="u.id",
            organisation_id=its_place,
            public_id="gen_random_uuid()",
            source="'join-link'",
        )
        for key in keys:
            copy(
                steps,
                f"{enrolments} WHERE t.id = %s",
                enrolment_id="e.id",
                item_key=f"'{key}'",
                public_id="gen_random_uuid()",
            )
        copy(done, f"{enrolments} AND e.id %% 3 = 0 WHERE t.id = %s", enrolment_id="e.id")
        copy(
            certificate,
            f"{enrolments} AND e.id %% 3 = 0 WHERE t.id = %s",
            enrolment_id="e.id",
            number="'CT-' || e.id",
            public_id="'bench' || e.id",
        )
        cursor.execute("ANALYZE")
    assert Enrolment.objects.count() == User.objects.filter(username__startswith="copy-").count() + 2
    packs.ask_for_pack(
        token=uuid.uuid4(),
        asked_by=scene.manager,
        place=None,
        project=scene.project,
        period=NOVEMBER,
        names=EvidencePack.Names.NAMES,
        language="en",
        sheet={},
        at=LATER,
    )
    return Job.objects.latest("pk").pk


if __name__ == "__main__":
    sys.exit(main())
