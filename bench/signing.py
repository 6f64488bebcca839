"""Measure how fast badges are signed: 1,000 of one course by one worker, and a status list of a million entries.

    make bench-signing      prints one line a case, writes var/bench/<date>-signing.json

The goals are 15 s for 1,000 badges on 2 cores, with at most 5 queries for 100, and 2 s for the list. Seconds are on the
wall clock, the database's own time in them; the database is a PostgreSQL of its own.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CERTIFICATES = 1_000
AT_ONCE = 500
ENTRIES = 1_048_576
REVOKED = 10_000
ROUNDS = 3


def main() -> None:
    """Fill, sign, print."""
    from bench.run import own_database, write_figures

    size = int(sys.argv[1]) if len(sys.argv) > 1 else CERTIFICATES
    with own_database():
        badges = [measure_badges(size) for _round in range(ROUNDS)]
        lists = [measure_list() for _round in range(ROUNDS)]
        say(f"{size:,} badges", badges)
        say(f"a status list of {ENTRIES:,} entries, {REVOKED:,} of them set", lists)
        write_figures("signing", {"badges": size, "badge_rounds": badges, "entries": ENTRIES, "list_rounds": lists})


def say(what: str, figures: list[dict[str, Any]]) -> None:
    """Print one line."""
    seconds = [figure["seconds"] for figure in figures]
    busy = statistics.median(figure["processor_seconds"] for figure in figures)
    print(
        f"{what}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {busy:.2f} s of them in "
        f"this process, {figures[-1]['queries']} queries"
    )


def measure_badges(size: int) -> dict[str, Any]:
    """Sign the badges of so many new certificates, in blocks as messages of the outbox hold them."""
    from certificates.operations.badges import sign_many
    from tests.certificates.signed import NOON, issue_crowd

    ids = issue_crowd(size)

    def sign() -> None:
        for start in range(0, size, AT_ONCE):
            sign_many(certificate_ids=ids[start : start + AT_ONCE], at=NOON)

    return timed(sign)


def measure_list() -> dict[str, Any]:
    """Make and sign a list of a million entries again, some of which are revoked."""
    from accounts.queries.issuers import site_issuer
    from certificates.models import CertificateEvent, StatusList, StatusPlace
    from certificates.operations.keys import signer_of
    from certificates.operations.status_lists import sign_list
    from tests.certificates.signed import NOON, issue_crowd

    issuer = site_issuer()
    StatusList.objects.filter(issuer=issuer).update(is_open=False)
    number = StatusList.objects.count() + 1
    status_list = StatusList.objects.create(issuer=issuer, number=number, length=ENTRIES, created_at=NOON)
    ids = issue_crowd(REVOKED, is_bare=True)
    StatusPlace.objects.bulk_create(
        [StatusPlace(certificate_id=pk, status_list=status_list, index=place * 100) for place, pk in enumerate(ids)]
    )
    CertificateEvent.objects.bulk_create(
        [
            CertificateEvent(certificate_id=pk, kind=CertificateEvent.Kind.REVOKED, payload_sha256="", happened_at=NOON)
            for pk in ids
        ]
    )
    signer = signer_of(issuer=issuer, at=NOON)
    return timed(lambda: sign_list(status_list=status_list, signer=signer, at=NOON))


def timed(work: Callable[[], object]) -> dict[str, Any]:
    """Return what some work takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as counted:
        begun, busy = time.perf_counter(), time.process_time()
        work()
        seconds, processor_seconds = time.perf_counter() - begun, time.process_time() - busy
    return {"seconds": seconds, "processor_seconds": processor_seconds, "queries": len(counted)}


if __name__ == "__main__":
    main()
