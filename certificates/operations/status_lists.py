"""Lists that say which badges are revoked: a place for each certificate, and the list itself, signed."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from accounts.models import Issuer
from certificates.models import Certificate, CertificateEvent, StatusList, StatusPlace
from certificates.operations.events import IN_THE_LIST
from certificates.operations.keys import Signer, signer_of
from certificates.rules.bitstring import decode, encode, is_set, revoked, status_list_document
from certificates.rules.signing import sign, text_of

VALID_FOR = timedelta(days=7)
SIGNED_ANEW_BEFORE = timedelta(days=3)
"""Before the end of a list's validity: a key may be missing for four days before a verifier sees it."""

_random = secrets.SystemRandom()


def list_address(number: int) -> str:
    """Return where a status list is read: the same for all holders, so that nobody can be followed by it."""
    return f"{settings.PORTAL_BASE_URL}/credentials/status/{number}"


def moment(at: datetime) -> str:
    """Write a time as credentials do: UTC, whole seconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def take_places(*, certificates: Sequence[Certificate], signer: Signer, at: datetime) -> dict[int, StatusPlace]:
    """Return the place of each certificate of one issuer, by its row number, taken now where it has none.

    Places are random; two workers that want the same one are told apart by the constraint. A list takes new ones until
    it is half full. Within a transaction of the caller. Cost: 6 queries for any number, and a few more where a list is
    opened.
    """
    found = _places_of(certificates)
    missing = [certificate for certificate in certificates if certificate.pk not in found]
    if missing:
        # Whoever withdraws one waits until its place can be seen, or is seen here: one of the two flags the list.
        _lock(missing)
    while missing:
        status_list, room = _open_list(signer, at)
        part = missing[:room]
        indices = _random.sample(range(status_list.length), len(part))
        StatusPlace.objects.bulk_create(
            [
                StatusPlace(certificate=certificate, status_list=status_list, index=index)
                for certificate, index in zip(part, indices, strict=True)
            ],
            ignore_conflicts=True,
        )
        taken = _places_of(missing)
        found |= taken
        missing = [certificate for certificate in missing if certificate.pk not in taken]
        # Withdrawn before it had a place: the list does not say so yet.
        if CertificateEvent.objects.filter(certificate__in=part, kind__in=IN_THE_LIST).exists():
            StatusList.objects.filter(pk=status_list.pk).update(is_stale=True)
    return found


def sign_list(*, status_list: StatusList, signer: Signer, at: datetime) -> StatusList:
    """Make a status list again from the events of its certificates, sign it, and return it. Cost: 3 queries."""
    with transaction.atomic():
        # Whoever revokes meanwhile waits, and flags the list again. Certificates may take places all the same.
        status_list = StatusList.objects.select_for_update(no_key=True).get(pk=status_list.pk)
        events = CertificateEvent.objects.filter(
            kind__in=IN_THE_LIST, certificate__status_place__status_list=status_list
        ).order_by("happened_at", "pk")
        set_indices = revoked(events.values_list("certificate__status_place__index", "kind"))
        document = status_list_document(
            address=list_address(status_list.number),
            issuer=signer.did,
            encoded_list=encode(set_indices, length=status_list.length),
            valid_from=moment(at),
            valid_until=moment(at + VALID_FOR),
        )
        signed = sign(document, key=signer.secret, method=signer.method, created=moment(at))
        status_list.document = text_of(signed)
        status_list.signed_at, status_list.valid_until, status_list.is_stale = at, at + VALID_FOR, False
        status_list.save(update_fields=["document", "signed_at", "valid_until", "is_stale"])
    return status_list


def sign_due_lists(*, at: datetime) -> int:
    """Sign every list anew in which something changed, or that ends soon; return how many.

    What stands in the way of one issuer does not hold up the others. Cost: 1 query when nothing is due.

    :raises certificates.operations.keys.KeyMissing: if an issuer cannot sign; after all others are done.
    """
    due = StatusList.objects.filter(Q(is_stale=True) | Q(valid_until__lte=at + SIGNED_ANEW_BEFORE))
    problem: Exception | None = None
    count = 0
    for status_list in due.select_related("issuer").order_by("number"):
        try:
            sign_list(status_list=status_list, signer=signer_of(issuer=status_list.issuer, at=at), at=at)
        except Exception as error:  # noqa: BLE001 - the lists of other issuers must be signed whatever it was
            problem = error
        else:
            count += 1
    if problem is not None:
        raise problem
    return count


def status_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.status`: a certificate was revoked, restored or replaced.

    Its own list is signed anew unless it says so already; those of other issuers wait for nobody here.
    Cost: 2 queries where the list says so, else 3 more and those of the signer.

    :raises certificates.operations.keys.KeyMissing: if its issuer cannot sign.
    """
    places = StatusPlace.objects.select_related("status_list__issuer")
    place = places.filter(certificate=payload["certificate"]).first()
    if place is None:
        return  # it has no badge yet; its list is flagged when it takes a place
    status_list = place.status_list
    if status_list.is_stale or not _says_what_happened(place):
        sign_list(status_list=status_list, signer=signer_of(issuer=status_list.issuer, at=at), at=at)


def _says_what_happened(place: StatusPlace) -> bool:
    """Return whether the bit of a certificate is as its events say."""
    events = CertificateEvent.objects.filter(certificate=place.certificate_id, kind__in=IN_THE_LIST)
    kinds = events.order_by("happened_at", "pk").values_list("kind", flat=True)
    subject = json.loads(place.status_list.document)["credentialSubject"]
    is_revoked = place.index in revoked((place.index, kind) for kind in kinds)
    return is_set(decode(subject["encodedList"]), place.index) == is_revoked


def _lock(certificates: Sequence[Certificate]) -> None:
    """Have changes of certificates wait for the end of this transaction, as `revoking.locked_certificate` does."""
    rows = Certificate.objects.filter(pk__in=[certificate.pk for certificate in certificates]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _places_of(certificates: Sequence[Certificate]) -> dict[int, StatusPlace]:
    places = StatusPlace.objects.filter(certificate__in=certificates).select_related("status_list")
    return {place.certificate_id: place for place in places}


def _open_list(signer: Signer, at: datetime) -> tuple[StatusList, int]:
    """Return the list of an issuer that takes new certificates, and how many fit in it before it is half full."""
    issuer = signer.row.issuer
    status_list = StatusList.objects.filter(issuer=issuer, is_open=True).first() or _new_list(issuer, signer, at)
    room = status_list.length // 2 - status_list.places.count()
    if room > 0:
        return status_list, room
    StatusList.objects.filter(pk=status_list.pk).update(is_open=False)
    status_list = _new_list(issuer, signer, at)
    return status_list, status_list.length // 2 - status_list.places.count()


def _new_list(issuer: Issuer, signer: Signer, at: datetime) -> StatusList:
    """Open a list and sign it at once, empty: a badge must never name a list that is not there."""
    try:
        with transaction.atomic():
            number = (StatusList.objects.aggregate(last=Max("number"))["last"] or 0) + 1
            status_list = StatusList.objects.create(issuer=issuer, number=number, created_at=at)
    except IntegrityError:
        opened = StatusList.objects.filter(issuer=issuer, is_open=True).first()
        if opened is None:
            raise  # another issuer took the number at the same time: whoever asked tries again
        return opened
    return sign_list(status_list=status_list, signer=signer, at=at)
