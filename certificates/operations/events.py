"""What happens to a certificate is written down in one place: the event, and that its status list must be signed anew."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, StatusList
from foundation.operations import post_message

IN_THE_LIST = (CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.RESTORED, CertificateEvent.Kind.REISSUED)
"""Events that change the bit of a badge. Expiry does not: the badge itself says until when it is valid."""


def record_event(
    *,
    certificate: Certificate,
    kind: str,
    at: datetime,
    reason: str = "",
    actor: User | None = None,
    second: User | None = None,
) -> CertificateEvent:
    """Write down what happened to a certificate, and return it. Whether it may happen is the caller's to decide.

    `kind` is a `CertificateEvent.Kind`, `reason` a `Reason` or empty. After one that says whether the certificate still
    counts, its status list is stale, and a message of the kind `certificates.status` has it signed anew; the caller holds
    the lock of the certificate then, as whoever gives it a place in a list does.
    Cost: 1 query, 3 for those.

    :raises django.db.IntegrityError: if a certificate is issued, replaced or expired a second time.
    """
    with transaction.atomic():
        event = CertificateEvent.objects.create(
            certificate=certificate,
            kind=kind,
            payload_sha256=certificate.payload_sha256,
            reason=reason,
            actor=actor,
            second=second,
            happened_at=at,
        )
        if event.kind in IN_THE_LIST:
            StatusList.objects.filter(places__certificate=certificate).update(is_stale=True)
            post_message(
                kind="certificates.status",
                key=f"{certificate.public_id}:{event.pk}",
                payload={"certificate": certificate.pk},
                at=at,
            )
    return event


def record_issues(*, certificates: Iterable[Certificate], at: datetime) -> None:
    """Write down that many certificates were issued, as `record_event` does with one. Cost: 1 query."""
    _record_many(CertificateEvent.Kind.ISSUED, certificates, at)


def record_expiries(*, certificates: Iterable[Certificate], at: datetime) -> list[CertificateEvent]:
    """Write down that the last day of many certificates is over; return the events. Cost: 1 query."""
    return _record_many(CertificateEvent.Kind.EXPIRED, certificates, at)


def _record_many(kind: str, certificates: Iterable[Certificate], at: datetime) -> list[CertificateEvent]:
    return CertificateEvent.objects.bulk_create(
        [
            CertificateEvent(
                certificate=certificate, kind=kind, payload_sha256=certificate.payload_sha256, happened_at=at
            )
            for certificate in certificates
        ]
    )
