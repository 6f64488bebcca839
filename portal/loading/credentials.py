"""Certificates of the demo in every state: valid, withdrawn, expired, replaced. By the operations that real people use.

What does not count any more has holders of its own, so that the graduate's page shows what counts.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from accounts.models import User
from certificates.models import Badge, Certificate, CertificateRequest
from certificates.operations import confirm_name, create_share_link, issue_due_certificates
from certificates.operations.badges import sign_many
from certificates.operations.chaining import chain_events
from certificates.operations.expiring import expire_certificates
from certificates.operations.heads import sign_head
from certificates.operations.keys import KeyMissing
from certificates.operations.requesting import agree_to_request, ask_change
from certificates.operations.status_lists import sign_due_lists
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import OutlineItem
from portal.loading.identity import lasting_id
from portal.loading.records import CLUSTER_COURSE, HOLDER_NAME, course_named, do_steps, enrol_in
from portal.loading.works import ASSESSORS, capstone_of, pass_capstone
from progress.models import CourseCompletion, Enrolment

WITHDRAWN, REPLACED, EXPIRED = "Noor Haddad", "Marek Novak", "Anneke de Vries"
_CORRECTED = "Marek Novák"
_LANGUAGE = settings.LANGUAGE_CODE
_EXPIRED_STARTED = timedelta(days=1190)  # so that three years are over


def load_credentials(people: Mapping[str, User], *, at: datetime) -> None:
    """Make what is missing of the demo's certificates, sign their badges, and chain what happened. The rest stays."""
    course = course_named(CLUSTER_COURSE)
    morning = at.replace(hour=7, minute=45, second=0, microsecond=0)
    _graduate(people["graduate"], course, at=morning - timedelta(days=12))
    _withdrawn(people, course, at=morning - timedelta(days=48))
    _replaced(people, course, at=morning - timedelta(days=41))
    _expired(people, course, at=morning - _EXPIRED_STARTED)
    _sign(at=at)


def _graduate(person: User, course: Course, *, at: datetime) -> None:
    """Do the rest of the course whose capstone was passed, and get the certificate of achievement."""
    enrolment = Enrolment.objects.filter(learner=person, course=course).first()
    if enrolment is not None and not _has_certificate(enrolment):
        do_steps(enrolment, _all_but_work(course), at=at)
        _get_certificate(enrolment, HOLDER_NAME, at=at + timedelta(days=5))


def _withdrawn(people: Mapping[str, User], course: Course, *, at: datetime) -> None:
    """Somebody whose certificate of participation two people withdrew: another person had done the steps."""
    certificate = _participation(people["withdrawn"], WITHDRAWN, course, at=at)
    if certificate is not None:
        _change(
            certificate,
            people,
            kind=CertificateRequest.Kind.REVOKE,
            reason="not-earned",
            note="The steps were done by somebody else on the same phone. Noor will do them again.",
            at=at + timedelta(days=20),
        )


def _replaced(people: Mapping[str, User], course: Course, *, at: datetime) -> None:
    """Somebody whose name was written without its accent."""
    certificate = _participation(people["replaced"], REPLACED, course, at=at)
    if certificate is not None:
        _change(
            certificate,
            people,
            kind=CertificateRequest.Kind.REISSUE,
            reason="name",
            note="The name is written with an accent in the passport.",
            new_name=_CORRECTED,
            at=at + timedelta(days=9),
        )
        _share(Certificate.objects.filter(supersedes=certificate), at=at + timedelta(days=11))


def _expired(people: Mapping[str, User], course: Course, *, at: datetime) -> None:
    """Somebody who got the certificate of achievement more than three years ago."""
    capstone = capstone_of(course)
    enrolment = _new_holder(people["expired"], course, at=at)
    if enrolment is None or capstone is None:
        return
    do_steps(enrolment, _all_but_work(course), at=at + timedelta(days=1))
    pass_capstone(enrolment, capstone, [people[name] for name in ASSESSORS[:2]], at=at + timedelta(days=30))
    for certificate in _get_certificate(enrolment, EXPIRED, at=at + timedelta(days=33)):
        if certificate.valid_until is not None:
            last = certificate.issued_at.replace(
                year=certificate.valid_until.year, month=certificate.valid_until.month, day=certificate.valid_until.day
            )
            expire_certificates(at=last + timedelta(days=1))


def _participation(person: User, name: str, course: Course, *, at: datetime) -> Certificate | None:
    """Return a new certificate of participation of somebody new; None where there is one already."""
    enrolment = _new_holder(person, course, at=at)
    if enrolment is None:
        return None
    outline = serving.outline_of(course, _LANGUAGE)
    do_steps(enrolment, [item for item in outline.items if item.required], at=at + timedelta(days=1))
    return next(iter(_get_certificate(enrolment, name, at=at + timedelta(days=6))), None)


def _new_holder(person: User, course: Course, *, at: datetime) -> Enrolment | None:
    """Return the enrolment of somebody of the demo; None where they have a certificate already."""
    enrolment = enrol_in(person, course, at=at)
    return None if _has_certificate(enrolment) else enrolment


def _has_certificate(enrolment: Enrolment) -> bool:
    return Certificate.objects.filter(enrolment=enrolment).exists()


def _all_but_work(course: Course) -> list[OutlineItem]:
    """Return the steps of a course that nobody has to judge."""
    return [item for item in serving.outline_of(course, _LANGUAGE).items if item.kind != "assignment"]


def _get_certificate(enrolment: Enrolment, name: str, *, at: datetime) -> list[Certificate]:
    """Confirm a name and return what is issued then, with a share link; nothing where the course is not complete."""
    if not CourseCompletion.objects.filter(enrolment=enrolment).exists():
        return []
    confirm_name(enrolment=enrolment, name=name, at=at)
    # Now, in this transaction: the message is handled after it and finds nothing left to do.
    certificates = issue_due_certificates(enrolment=enrolment, at=at)
    _share(Certificate.objects.filter(enrolment__learner=enrolment.learner), at=at + timedelta(hours=2))
    return certificates


def _share(certificates: Iterable[Certificate], *, at: datetime) -> None:
    for certificate in certificates:
        if not certificate.share_links.exists():
            create_share_link(certificate=certificate, at=at)


def _change(
    certificate: Certificate,
    people: Mapping[str, User],
    *,
    kind: str,
    reason: str,
    note: str,
    at: datetime,
    new_name: str = "",
) -> None:
    """Have the registrar ask for a change of a certificate, and the operator agree to it the day after."""
    asked = ask_change(
        certificate=certificate,
        kind=kind,
        reason=reason,
        by=people["registrar"],
        public_id=_request_id(certificate),
        at=at,
        note=note,
        new_name=new_name,
    )
    agree_to_request(request=asked, by=people["operator"], at=at + timedelta(days=1), note="Looked at with the holder.")


def _request_id(certificate: Certificate) -> UUID:
    return lasting_id("demo", "requests", certificate.public_id)


def _sign(*, at: datetime) -> None:
    """Sign what has no badge, and the head where something happened: the worker finds nothing left to do."""
    is_new = chain_events(at=at, looks_everywhere=True) > 0
    unsigned = Certificate.objects.exclude(pk__in=Badge.objects.values("certificate"))
    try:
        sign_many(certificate_ids=list(unsigned.values_list("pk", flat=True)), at=at)
        if is_new:
            sign_due_lists(at=at)
            sign_head(at=at)
    except KeyMissing:
        return  # the outbox tries again, and operators are told
