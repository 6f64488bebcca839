"""Whether every certificate is as it was issued, with its events, its achievement and the editions it names."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.core.files.storage import storages
from django.db.models import Count

from certificates.models import Achievement, Certificate, CertificateEvent
from certificates.rules.achievements import achievement_key, achievement_of
from certificates.rules.facts import logo_storage_name
from courses.models import CourseEdition, LearningPathEdition
from foundation.queries.differences import SEAL_WORDS, Seals, digest_differs, in_parts, in_words, readable
from progress.models import ItemCompletion

_ROWS = 100  # held at a time
_HELD = 256  # digests of editions, and pictures that were looked at
_EXTRA = (
    "enrolment__course__key",
    "enrolment__completion__pk",
    "enrolment__learner_id",
    "learning_path__key",
    "issuer__key",
    "achievement__key",
    "supersedes__enrolment_id",
    "supersedes__kind",
    "supersedes__number",
    "superseded_by__number",
)
_Kind = CertificateEvent.Kind
OF_LESSONS = (ItemCompletion.Evidence.MARKED, ItemCompletion.Evidence.ATTENDANCE)
"""By what a lesson is done."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What many certificates name, each looked at once while it is held."""

    course_digest: Callable[[str, int], str | None]
    path_digest: Callable[[str, int], str | None]
    logo_is_whole: Callable[[str], bool]


def certificates() -> Iterator[str]:
    """Look at every certificate: its payload, its events, what it names and what it replaces.

    Cost: 3 queries for 100, 1 for each edition that is not held, 1 for each of a path; the bytes of logos not held.
    """
    held = lru_cache(_HELD)
    known = _Known(held(_course_digest), held(_path_digest), held(_logo_is_whole))
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
                differences = readable(partial(_differences_of_named, row, lesson_counts, known))
            yield in_words(row["number"], differences)


def achievements() -> Iterator[str]:
    """Look at what certificates are for: seal, digest and kind. Cost: 1 query for 100."""
    seals = Seals(Achievement)
    for part in in_parts(Achievement.objects, seals.names, size=_ROWS):
        for _pk, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            differences += readable(partial(_differences_of_achievement, row))
            yield in_words(row["key"][:32], differences)


def _differences_of_achievement(row: Mapping[str, Any]) -> list[str]:
    if digest_differs(row["body"], row["key"]):
        return ["what it says has another digest than its key"]
    return [] if row["body"]["kind"] == row["kind"] else ["it is of another kind than it says"]


def _events_of(certificates: Sequence[int], seals: Seals) -> dict[int, list[tuple[dict[str, Any], tuple[Any, ...]]]]:
    found: dict[int, list[tuple[dict[str, Any], tuple[Any, ...]]]] = defaultdict(list)
    rows = CertificateEvent.objects.filter(certificate__in=certificates).order_by("happened_at", "pk")
    for values in rows.values_list(*seals.names):
        row = dict(zip(seals.names, values, strict=True))
        found[row["certificate_id"]].append((row, values))
    return found


def _lesson_counts(enrolments: Set[int]) -> dict[int, int]:
    """Return how many lessons each has done, those after the issue too."""
    lessons = ItemCompletion.objects.filter(enrolment__in=enrolments, evidence__in=OF_LESSONS)
    return dict(
        lessons.order_by().values("enrolment_id").annotate(Count("pk")).values_list("enrolment_id", "pk__count")
    )


def _differences_of_payload(row: dict[str, Any], events: Sequence[dict[str, Any]]) -> list[str]:
    payload = row["payload"]
    if digest_differs(payload, row["payload_sha256"]):
        return ["its payload has another digest than at its issue"]
    if (payload["number"], payload["public_id"], payload["kind"]) != (row["number"], row["public_id"], row["kind"]):
        return ["its row names another certificate than its payload"]
    if payload.get("valid_until") != (row["valid_until"].isoformat() if row["valid_until"] else None):
        return ["its row has another last day than its payload"]
    if row["enrolment__completion__pk"] is None:
        return ["its course is not complete"]
    replaced = (row["supersedes__enrolment_id"], row["supersedes__kind"])
    if row["supersedes_id"] is not None and replaced != (row["enrolment_id"], row["kind"]):
        return ["it replaces a certificate of something else"]
    return _differences_of_events(row, events) or _differences_of_schema_2(row, payload)


def _differences_of_events(row: dict[str, Any], events: Sequence[dict[str, Any]]) -> list[str]:
    """Return what cannot have happened so."""
    kinds = [event["kind"] for event in events]
    if _Kind.ISSUED not in kinds:
        return ["nothing says that it was issued"]
    if any(event["payload_sha256"] != row["payload_sha256"] for event in events):
        return ["it was issued with another payload"]
    if (_Kind.REISSUED in kinds) != (row["superseded_by__number"] is not None):
        return ["an event says that it was replaced and no certificate does, or the other way round"]
    if _Kind.EXPIRED in kinds and row["valid_until"] is None:
        return ["it expired and has no last day"]
    is_withdrawn = False
    for kind in kinds:
        if kind in {_Kind.REVOKED, _Kind.RESTORED}:
            if is_withdrawn == (kind == _Kind.REVOKED):
                return ["it was withdrawn twice, or restored without being withdrawn"]
            is_withdrawn = kind == _Kind.REVOKED
    return []


def _differences_of_schema_2(row: dict[str, Any], payload: Mapping[str, Any]) -> list[str]:
    if payload["schema"] < 2:
        return []
    differences = []
    if payload["supersedes"] != row["supersedes__number"]:
        differences.append("it names another certificate that it replaces than its row")
    if payload["cycle"] != row["cycle"]:
        differences.append("its row is of another cycle")
    if payload["issuer"]["key"] != row["issuer__key"]:
        differences.append("its row is of another issuer")
    if payload["achievement"]["key"] != row["achievement__key"]:
        differences.append("its row is for another achievement")
    if achievement_key(achievement_of(payload)) != payload["achievement"]["key"]:
        differences.append("it is not what its achievement says")
    return differences


def _differences_of_named(row: dict[str, Any], lesson_counts: Mapping[int, int], known: _Known) -> list[str]:
    """Return how a certificate differs from what it names: course or path with their editions, lessons, pictures."""
    payload, course = row["payload"], row["payload"]["course"]
    path = payload.get("path")
    pictures = {"logo": payload["issuer"].get("logo"), "emblem": payload.get("emblem")}
    differences = []
    if path is None:
        if course["key"] != str(row["enrolment__course__key"]) or row["learning_path_id"] is not None:
            differences.append("it is of another course than its enrolment")
        elif known.course_digest(course["key"], course["edition"]) != course["digest"]:
            differences.append(f"the edition it names ({course['edition']}) has another digest")
        done = lesson_counts.get(row["enrolment_id"], 0)
    else:
        if path["key"] != str(row["learning_path__key"]) or row["learner_id"] != row["enrolment__learner_id"]:
            differences.append("it is of another learning path or person than its row")
        elif known.path_digest(path["key"], path["edition"]) != path["digest"]:
            differences.append(f"the edition of the path it names ({path['edition']}) has another digest")
        differences += [
            f"the edition of a course it names ({part['edition']}) has another digest"
            for part in path["courses"]
            if known.course_digest(part["key"], part["edition"]) != part["digest"]
        ]
        done = _lessons_of_path(row["learner_id"], [part["key"] for part in path["courses"]])
    if done < payload["learning"]["lesson_count"]:
        differences.append("it counts more lessons than are done")
    differences += [
        f"the {name} it names is not there, or is another picture"
        for name, picture in pictures.items()
        if picture and not known.logo_is_whole(picture["sha256"])
    ]
    return differences


def _lessons_of_path(learner: int, courses: Sequence[str]) -> int:
    lessons = ItemCompletion.objects.filter(enrolment__learner=learner, enrolment__course__key__in=courses)
    return lessons.filter(evidence__in=OF_LESSONS).count()


def _course_digest(key: str, number: int) -> str | None:
    editions = CourseEdition.objects.filter(course__key=key, number=number)
    return editions.values_list("digest", flat=True).first()


def _path_digest(key: str, number: int) -> str | None:
    editions = LearningPathEdition.objects.filter(path__key=key, number=number)
    return editions.values_list("digest", flat=True).first()


def _logo_is_whole(sha256: str) -> bool:
    try:
        with storages["frozen"].open(logo_storage_name(sha256)) as file:
            return hashlib.sha256(file.read()).hexdigest() == sha256
    except OSError:
        return False
