"""Whether every certificate is as it was issued, and whether each that is due is there.

Each reader yields a line a row: "" where all is well.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from functools import lru_cache, partial
from typing import Any

from django.db.models import Count

from certificates.models import Certificate, CertificateEvent, HolderName
from certificates.rules.payload import KINDS_ISSUED
from courses.models import CourseEdition
from foundation.models import OutboxMessage
from foundation.queries.differences import (
    SEAL_WORDS,
    Reader,
    Readers,
    Seals,
    digest_differs,
    in_parts,
    in_words,
    readable,
)
from progress.models import ItemCompletion

_ROWS = 100  # held at a time
_EDITIONS = 256  # held at a time, each a digest or the kinds it offers
_EXTRA = (
    "enrolment__course_id",
    "enrolment__course__key",
    "enrolment__completion__pk",
    "supersedes__enrolment_id",
    "supersedes__kind",
)


def certificates() -> Iterator[str]:
    """Look at every certificate: its payload, its events, the edition it names, what it replaces.

    Cost: 3 queries for 100, 1 for each edition that is not held.
    """
    digest_of = lru_cache(_EDITIONS)(_digest_of)
    seals, event_seals = Seals(Certificate), Seals(CertificateEvent)
    for part in in_parts(Certificate.objects, (*_EXTRA, *seals.names), size=_ROWS):
        events = _events_of([values[0] for values in part], event_seals)
        rows = [dict(zip(("pk", *_EXTRA, *seals.names), values, strict=True)) for values in part]
        lesson_counts = _lesson_counts({row["enrolment_id"] for row in rows})
        for values, row in zip(part, rows, strict=True):
            differences = [SEAL_WORDS] if seals.differs(values[1 + len(_EXTRA) :]) else []
            differences += [
                f"an event ({event['kind']}): {SEAL_WORDS}"
                for event, values in events[row["pk"]]
                if event_seals.differs(values)
            ]
            said = [event for event, _values in events[row["pk"]]]
            differences += readable(partial(_differences_of_payload, row, said))
            if not differences:
                course = row["payload"]["course"]
                if digest_of(row["enrolment__course_id"], course["edition"]) != course["digest"]:
                    differences.append(f"the edition it names ({course['edition']}) has another digest")
                if lesson_counts.get(row["enrolment_id"], 0) < row["payload"]["learning"]["lesson_count"]:
                    differences.append("it counts more lessons than are done")
            yield in_words(row["number"], differences)


def due_certificates() -> Iterator[str]:
    """Look at whether everybody who completed a course and said their name has the certificates of its edition.

    A message that still waits will issue it. Cost: 2 queries for 100, 1 for each edition that is not held.
    """
    offered_in = lru_cache(_EDITIONS)(_kinds_offered)
    names = ("enrolment_id", "enrolment__public_id", "enrolment__completion__edition_id")
    for part in in_parts(HolderName.objects, names, size=_ROWS):
        issued = set(
            Certificate.objects.filter(enrolment__in=[row[1] for row in part]).values_list("enrolment_id", "kind")
        )
        for _pk, enrolment, name, edition in part:
            differences = []
            if edition is not None:
                differences = readable(partial(_missing_of, enrolment, edition, issued, offered_in))
            yield in_words(name, [] if differences and _waits(name) else differences)


READERS: Readers = {
    "certificates": Reader(certificates, Certificate.objects.count),
    "certificates that are due": Reader(due_certificates, HolderName.objects.count),
}


def _events_of(certificates: Sequence[int], seals: Seals) -> dict[int, list[tuple[dict[str, Any], tuple[Any, ...]]]]:
    found: dict[int, list[tuple[dict[str, Any], tuple[Any, ...]]]] = defaultdict(list)
    rows = CertificateEvent.objects.filter(certificate__in=certificates).order_by("happened_at", "pk")
    for values in rows.values_list(*seals.names):
        row = dict(zip(seals.names, values, strict=True))
        found[row["certificate_id"]].append((row, values))
    return found


def _lesson_counts(enrolments: Set[int]) -> dict[int, int]:
    """Return how many lessons each has done, those after the issue too."""
    lessons = ItemCompletion.objects.filter(enrolment__in=enrolments, evidence=ItemCompletion.Evidence.MARKED)
    return dict(
        lessons.order_by().values("enrolment_id").annotate(Count("pk")).values_list("enrolment_id", "pk__count")
    )


def _differences_of_payload(row: dict[str, Any], events: Sequence[dict[str, Any]]) -> list[str]:
    payload = row["payload"]
    if digest_differs(payload, row["payload_sha256"]):
        return ["its payload has another digest than at its issue"]
    issued = [event for event in events if event["kind"] == CertificateEvent.Kind.ISSUED]
    if not issued:
        return ["nothing says that it was issued"]
    if any(event["payload_sha256"] != row["payload_sha256"] for event in issued):
        return ["it was issued with another payload"]
    if (payload["number"], payload["public_id"], payload["kind"]) != (row["number"], row["public_id"], row["kind"]):
        return ["its row names another certificate than its payload"]
    if payload["course"]["key"] != str(row["enrolment__course__key"]):
        return ["it is of another course than its enrolment"]
    if row["enrolment__completion__pk"] is None:
        return ["its course is not complete"]
    replaced = (row["supersedes__enrolment_id"], row["supersedes__kind"])
    if row["supersedes_id"] is not None and replaced != (row["enrolment_id"], row["kind"]):
        return ["it replaces a certificate of something else"]
    return []


def _missing_of(
    enrolment: int, edition: int, issued: Set[tuple[int, str]], offered_in: Callable[[int], Set[str]]
) -> list[str]:
    return [
        f"complete and named, but no certificate of {kind} is there"
        for kind in KINDS_ISSUED
        if kind in offered_in(edition) and (enrolment, kind) not in issued
    ]


def _digest_of(course: int, number: int) -> str | None:
    return CourseEdition.objects.filter(course=course, number=number).values_list("digest", flat=True).first()


def _kinds_offered(edition: int) -> frozenset[str]:
    manifest = CourseEdition.objects.values_list("manifest", flat=True).get(pk=edition)
    source = manifest["source_language"]
    return frozenset(
        (entry["texts"].get(source) or next(iter(entry["texts"].values())))["kind"]
        for entry in manifest["course"]["certificates"]
    )


def _waits(enrolment: object) -> bool:
    """Return whether a message that issues the certificates of an enrolment is still to be done."""
    waiting = OutboxMessage.objects.filter(kind="certificates.issue", key__startswith=f"{enrolment}:", done_at=None)
    return waiting.exists()
