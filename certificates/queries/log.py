"""Reads of the log of certificates: the published heads, and whether the chain still says what it said."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from certificates.models import Certificate, CertificateEvent, LogEntry, LogHead, SigningKey
from certificates.rules.chain import (
    START,
    Head,
    NoHead,
    Said,
    is_signed_by,
    leaf_of,
    link_of,
    method_named,
    read_head,
)
from certificates.rules.multikey import read_multikey
from certificates.rules.signing import text_of
from foundation.queries.differences import SEAL_WORDS, Seals, in_parts, in_words

SAID = ("certificate__public_id", "payload_sha256", "kind", "reason", "happened_at")
"""Columns of an event that its leaf is made of."""
LINKED_WITHIN = timedelta(minutes=10)
"""What is older and has no link was taken out of the chain, or no worker runs."""
_ROWS = 500  # held at a time


def said_in(values: Sequence[Any]) -> Said:
    """Return what an event says from its columns, in the order of `SAID`."""
    return Said(*values)


def latest_head() -> LogHead | None:
    """Return the head that was published last. Cost: 1 query."""
    return LogHead.objects.order_by("-day").first()


def head_of(day: date) -> LogHead | None:
    """Return the head that was published on a day. Cost: 1 query."""
    return LogHead.objects.filter(day=day).first()


def links() -> Iterator[str]:
    """Look at every link of the chain: its number, its event, what both hash to, both seals. Cost: 1 query for 500."""
    seals, event_seals = Seals(LogEntry), Seals(CertificateEvent)
    extra = ("event__certificate__public_id", "event__certificate__payload_sha256")
    sealed = tuple(f"event__{name}" for name in event_seals.names)
    number, previous = 0, START
    for part in in_parts(LogEntry.objects, (*extra, *sealed, *seals.names), size=_ROWS):
        for _pk, public_id, payload_sha256, *values in part:
            event, link = values[: len(sealed)], values[len(sealed) :]
            said = dict(zip(event_seals.names, event, strict=True))
            row = dict(zip(seals.names, link, strict=True))
            number += 1
            differences = [SEAL_WORDS] if seals.differs(link) else []
            if event_seals.differs(event):
                differences.append("its event was changed after it was written (its seal is another)")
            if row["number"] != number:
                differences.append(f"a link is missing before it: {number} was to be here")
                number = row["number"]
            leaf = leaf_of(said_in([public_id, *(said[name] for name in SAID[1:])]))
            if leaf != row["leaf_sha256"]:
                differences.append("its event does not say what it said when the link was made")
            if link_of(row["number"], previous, leaf) != row["sha256"]:
                differences.append("it does not follow from its event and the link before it")
            if payload_sha256 != said["payload_sha256"]:
                differences.append("its certificate has another payload than its event says")
            previous = row["sha256"]
            yield in_words(f"link {row['number']}", differences)


def unlinked(*, at: datetime) -> Iterator[str]:
    """Look for events that should have a link and have none, and certificates whose issue no event tells of.

    Cost: 2 queries.
    """
    waiting = CertificateEvent.objects.filter(log_entry=None, happened_at__lte=at - LINKED_WITHIN).order_by("pk")
    for pk, number, kind in waiting.values_list("pk", "certificate__number", "kind").iterator():
        yield f"event {pk} ({kind}, {number}): it has no link, though it happened more than 10 minutes ago"
    silent = Certificate.objects.exclude(events__kind=CertificateEvent.Kind.ISSUED).order_by("pk")
    for number in silent.values_list("number", flat=True).iterator():
        yield f"certificate {number}: no event tells of its issue"


def left_out() -> Iterator[str]:
    """Look whether every event has its link, going by when the last link was made. Cost: 1 query, 1 for 500."""
    last = LogEntry.objects.aggregate(Max("made_at"))["made_at__max"]
    names = ("kind", "certificate__number", "happened_at", "log_entry__pk")
    for part in in_parts(CertificateEvent.objects, names, size=_ROWS):
        for pk, kind, number, happened_at, link in part:
            is_late = last is not None and link is None and happened_at <= last - LINKED_WITHIN
            yield f"event {pk} ({kind}, {number}): it has no link, and later events have one" if is_late else ""


def heads() -> Iterator[str]:
    """Look at every published head: its proof, and whether the chain still has that link. Cost: 2 queries a head."""
    seals = Seals(LogHead)
    for part in in_parts(LogHead.objects, seals.names, size=_ROWS):
        for _pk, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            try:
                head, document = read_head(row["document"])
            except NoHead as error:
                yield in_words(f"head of {row['day']}", [*differences, str(error)])
                continue
            if head != Head(row["day"], row["number"], row["sha256"]):
                differences.append("it says something else than its row")
            if text_of(document) != row["document"]:
                differences.append("its text is not as it was written")
            yield in_words(f"head of {row['day']}", [*differences, *differences_of_head(head, document)])


def differences_of_head(head: Head, document: dict[str, Any]) -> list[str]:
    """Return how the chain differs from a head, ours or one that somebody kept. Cost: 2 queries."""
    differences = []
    key = SigningKey.objects.filter(key_id=method_named(document).rpartition("#")[2], issuer__is_site=True).first()
    if key is None:
        differences.append("it is signed with a key that is not ours")
    elif not is_signed_by(document, read_multikey(key.public_multibase)):
        differences.append("its proof does not hold: it was changed, or not made with our key")
    known = LogEntry.objects.filter(number=head.number).values_list("sha256", flat=True).first()
    if known is None:
        last = LogEntry.objects.aggregate(Max("number"))["number__max"] or 0
        differences.append(f"it ends at link {head.number}, and the chain ends at {last}: links were taken away")
    elif known != head.sha256:
        differences.append(f"link {head.number} is another than when it was signed: something up to there was changed")
    return differences


def differences_of_log(*, at: datetime) -> Iterator[str]:
    """Look at all of the log, links first; a line for each link and head, "" where all is well."""
    yield from links()
    yield from unlinked(at=at)
    yield from heads()
