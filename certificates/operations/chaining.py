"""Make links of what happened to certificates: afterwards, in blocks, by one worker. A learner waits for none of it."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from certificates.models import CertificateEvent, LogEntry
from certificates.queries.log import SAID, said_in
from certificates.rules.chain import START, leaf_of, link_of

_BLOCK = 500
_LOOK_BACK = 2000  # links: an event may be committed after others that have a greater number
_LOCK = 0x63657274  # "cert": of this chain, among the database's advisory locks


def chain_events(*, at: datetime, looks_everywhere: bool = False) -> int:
    """Add every event that is not in the chain yet, in blocks of 500, each a transaction; return how many.

    Several workers may run it: one at a time adds, the others leave at once with 0. Events come in the order of their
    row numbers, as far as they are there; one that is committed late comes later.
    `looks_everywhere`: also look for events left behind long ago, which costs a look at every event.
    Cost: 3 queries, and 3 for each 500 events.
    """
    count = 0
    while added := _add_block(at=at, looks_everywhere=looks_everywhere):
        count += added
    return count


def _add_block(*, at: datetime, looks_everywhere: bool) -> int:
    with transaction.atomic():
        if not _is_alone():
            return 0
        last = LogEntry.objects.order_by("-number").values_list("number", "sha256").first()
        number, previous = last or (0, START)
        waiting = _waiting(number, looks_everywhere=looks_everywhere)
        entries = []
        for event, *said in waiting.values_list("pk", *SAID)[:_BLOCK]:
            number += 1
            leaf = leaf_of(said_in(said))
            previous = link_of(number, previous, leaf)
            entries.append(LogEntry(number=number, event_id=event, leaf_sha256=leaf, sha256=previous, made_at=at))
        LogEntry.objects.bulk_create(entries)
    return len(entries)


def _waiting(number: int, *, looks_everywhere: bool) -> "QuerySet[CertificateEvent]":
    """Return the events that have no link, in order."""
    events = CertificateEvent.objects.filter(log_entry=None).order_by("pk")
    if looks_everywhere:
        return events
    before = (
        LogEntry.objects.filter(number__lte=number - _LOOK_BACK).order_by("-number").values_list("event_id").first()
    )
    return events.filter(pk__gt=before[0]) if before else events


def _is_alone() -> bool:
    """Take the lock of the chain until the end of the transaction; False where another worker has it.

    On the embedded database a transaction that writes is alone anyway.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
