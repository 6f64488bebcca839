"""Certificates whose last day is over, and those whose last day is near. By the index `certificate_ends`, in blocks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from certificates.models import Certificate, CertificateEvent, CertificateQuerySet
from certificates.operations.events import record_expiries
from certificates.operations.mailing import tell_holders
from certificates.queries.notices import SOON, What

BLOCK = 200
"""Certificates in one transaction."""

_LATE = timedelta(days=30)
"""How late a holder may still be told of the end: after that long without a worker, that it is soon is no news."""

Kind = CertificateEvent.Kind


def expire_certificates(*, at: datetime) -> int:
    """Write down that certificates expired whose last day is over on the day of `at`; return how many. Safe to repeat.

    A certificate counts to the end of its last day, in the site's time zone. Its page says so by itself; the event
    makes it part of the history. Replaced ones are past and left out. The holders are told, but of what is withdrawn.
    Cost: 7 queries for 200.
    """
    today = timezone.localdate(at)
    ended = _standing().filter(valid_until__lt=today).exclude(_has(Kind.EXPIRED))
    return sum(_expire(block, at) for block in _blocks(ended))


def tell_of_ends(*, at: datetime) -> int:
    """Have holders told whose certificate ends within 60 days; return how many were looked at. Each is told once.

    Who would get no more than 30 days of notice is not told: the certificate was shorter than that from the start, or
    no worker ran for a month. Cost: 4 queries for 200.
    """
    today = timezone.localdate(at)
    near = _standing().filter(valid_until__gt=today + SOON - _LATE, valid_until__lte=today + SOON)
    near = near.not_withdrawn()
    count = 0
    for block in _blocks(near):
        with transaction.atomic():
            tell_holders(dict.fromkeys(block), What.ENDS_SOON, at=at)
        count += len(block)
    return count


def _expire(block: list[Certificate], at: datetime) -> int:
    pks = [certificate.pk for certificate in block]
    with transaction.atomic():
        # Locked in the order of their numbers, as every change of one is: two workers take turns, and what the first
        # wrote is read after that.
        locked = list(Certificate.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk"))
        written = CertificateEvent.objects.filter(kind=Kind.EXPIRED, certificate__in=pks)
        known = set(written.values_list("certificate_id", flat=True))
        events = record_expiries(certificates=[entry for entry in locked if entry.pk not in known], at=at)
        withdrawn = set(Certificate.objects.withdrawn().filter(pk__in=pks).values_list("pk", flat=True))
        told = {event.certificate: event for event in events if event.certificate_id not in withdrawn}
        tell_holders(told, What.EXPIRED, at=at)
    return len(events)


def _standing() -> CertificateQuerySet:
    return Certificate.objects.filter(superseded_by=None)


def _has(kind: str) -> Exists:
    return Exists(CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=kind))


def _blocks(certificates: QuerySet[Certificate]) -> Iterator[list[Certificate]]:
    """Yield certificates in blocks, in the order of their numbers; of each only what a message and an event need."""
    rows = certificates.only("pk", "public_id", "payload_sha256").order_by("pk")
    last = 0
    while block := list(rows.filter(pk__gt=last)[:BLOCK]):
        yield block
        last = block[-1].pk
