"""Certificates of payloads that tests/certificates/payloads.py makes, put into the database without a course done.

certificate = make_certificate(full_payload(name="Giulia Ferri"))
certificate = make_certificate(full_payload(), learner=giulia, with_events=[("revoked", "misuse")])
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from certificates.models import Achievement, Certificate, CertificateEvent
from certificates.operations.events import record_event
from certificates.rules.achievements import achievement_key, achievement_of
from courses.models import Course, CourseEdition
from foundation.rules.canonical import digest
from progress.models import Enrolment
from tests.certificates.builders import NOON
from tests.people import make_learner


def make_certificate(
    payload: dict[str, Any],
    *,
    learner: User | None = None,
    course: Course | None = None,
    with_events: Sequence[tuple[str, str]] = (),
    **fields: Any,
) -> Certificate:
    """Store a certificate with this payload, its event of issue and these (kind, reason), each an hour later.

    Without `course` it is of a course that has no page: making one takes long.
    """
    achievement = None
    if "achievement" in payload:
        body = achievement_of(payload)
        achievement, _is_new = Achievement.objects.get_or_create(
            key=achievement_key(body), defaults={"kind": payload["kind"], "body": body, "first_issued_at": NOON}
        )
    certificate = Certificate.objects.create(
        public_id=payload["public_id"],
        number=payload["number"],
        enrolment=_enrolment(course or make_bare_course(), learner or make_learner()),
        achievement=achievement,
        kind=payload["kind"],
        payload=payload,
        payload_sha256=digest(payload),
        issued_at=NOON,
        valid_until=date.fromisoformat(payload["valid_until"]) if payload["valid_until"] else None,
        **fields,
    )
    at = NOON
    for kind, reason in (("issued", ""), *with_events):
        record_event(certificate=certificate, kind=CertificateEvent.Kind(kind), at=at, reason=reason)
        at += timedelta(hours=1)
    return certificate


def make_bare_course() -> Course:
    """Store a course with an edition that says nothing: for what hangs on a course and never asks what is in it."""
    course = Course.objects.create(source_language="en", created_at=NOON)
    edition = CourseEdition.objects.create(
        course=course, number=1, digest="d" * 64, manifest={}, cause="content", made_at=NOON
    )
    course.current_edition = edition
    course.save(update_fields=["current_edition"])
    return course


def _enrolment(course: Course, learner: User) -> Enrolment:
    return Enrolment.objects.create(
        learner=learner, course=course, start_edition=course.current_edition, enrolled_at=NOON
    )
