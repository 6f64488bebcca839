"""Withdraw a certificate and restore it: the events. Who may, and who has to agree, is `certificates.operations.requesting`."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from certificates.models import Certificate, CertificateEvent
from certificates.operations.events import record_event
from certificates.operations.mailing import tell_holder
from certificates.queries.notices import What
from certificates.rules.requests import Change, Objection, objection_to
from foundation.operations import post_message

_TOLD = {Change.REVOKE: What.WITHDRAWN, Change.RESTORE: What.RESTORED}


class NotPossible(Exception):
    """The certificate is not in a state in which this can be done; `objection` says why."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection.value)
        self.objection = objection


def revoke_certificate(
    *, certificate: Certificate, reason: str, actor: User | None, second: User | None, at: datetime
) -> CertificateEvent:
    """Withdraw a certificate: from now on its page says so and its badge fails. Return the event.

    :raises NotPossible: if it is withdrawn or replaced already.
    """
    return _record(certificate, Change.REVOKE, CertificateEvent.Kind.REVOKED, reason, actor, second, at)


def restore_certificate(
    *, certificate: Certificate, reason: str, actor: User | None, second: User | None, at: datetime
) -> CertificateEvent:
    """Take back that a certificate was withdrawn: it counts again, with the same payload. Return the event.

    What was not due without it is issued right after this transaction: the certificate of a learning path.

    :raises NotPossible: if it is not withdrawn.
    """
    with transaction.atomic():
        event = _record(certificate, Change.RESTORE, CertificateEvent.Kind.RESTORED, reason, actor, second, at)
        enrolment = event.certificate.enrolment
        post_message(
            kind="certificates.issue",
            key=f"{enrolment.public_id}:restored:{event.pk}",
            payload={"enrolment": enrolment.pk},
            at=at,
        )
    return event


def locked_certificate(certificate: Certificate) -> Certificate:
    """Lock a certificate for this transaction, so that changes of it take turns, and return it anew."""
    return (
        Certificate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment")
        .get(pk=certificate.pk)
    )


def objection_now(certificate: Certificate, change: Change, *, has_waiting: bool = False) -> Objection | None:
    """Return why a change of a locked certificate is not possible now, or None. Cost: 2 queries."""
    kinds = CertificateEvent.objects.filter(
        certificate=certificate, kind__in=(CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.RESTORED)
    )
    last = kinds.order_by("happened_at", "pk").values_list("kind", flat=True).last()
    return objection_to(
        change,
        is_withdrawn=last == CertificateEvent.Kind.REVOKED,
        is_replaced=Certificate.objects.filter(supersedes=certificate).exists(),
        has_waiting=has_waiting,
    )


def _record(
    certificate: Certificate,
    change: Change,
    kind: str,
    reason: str,
    actor: User | None,
    second: User | None,
    at: datetime,
) -> CertificateEvent:
    with transaction.atomic():
        locked = locked_certificate(certificate)
        objection = objection_now(locked, change)
        if objection is not None:
            raise NotPossible(objection)
        event = record_event(certificate=locked, kind=kind, at=at, reason=reason, actor=actor, second=second)
        tell_holder(locked, _TOLD[change], event=event, at=at)
    return event
