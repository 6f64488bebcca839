"""Whether every badge is as it was signed, says what its certificate says, and has its place in a status list."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

from django.db.models import Exists, OuterRef

from certificates.models import Badge, CertificateEvent, SigningKey, StatusList, StatusPlace
from certificates.rules.bitstring import decode, is_set, revoked
from certificates.rules.multikey import read_multikey
from certificates.rules.payload import address_for
from certificates.rules.signing import is_signed_by
from foundation.queries.differences import SEAL_WORDS, Seals, in_parts, in_words, readable

_ROWS = 100  # held at a time
_KEYS = 64  # held at a time
_EXTRA = (
    "certificate__number",
    "certificate__payload",
    "certificate__issuer__did",
    "certificate__status_place__index",
    "certificate__status_place__status_list__number",
    "key__public_multibase",
    "key__issuer_id",
    "certificate__issuer_id",
)


def badges() -> Iterator[str]:
    """Look at every badge: seal, digest, proof, and whether it is of its certificate. Cost: 1 query for 100, 10 ms each."""
    seals = Seals(Badge)
    for part in in_parts(Badge.objects, (*_EXTRA, *seals.names), size=_ROWS):
        for values in part:
            row = dict(zip(("pk", *_EXTRA, *seals.names), values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values[1 + len(_EXTRA) :]) else []
            differences += readable(partial(_differences_of_badge, row))
            yield in_words(f"{row['certificate__number']} {row['language']}", differences)


def status_places() -> Iterator[str]:
    """Look at every place: its seal, its list, and whether a badge names it. Cost: 1 query for 100."""
    seals = Seals(StatusPlace)
    extra = (
        "certificate__number",
        "status_list__length",
        "status_list__issuer_id",
        "certificate__issuer_id",
        "has_badge",
    )
    places = StatusPlace.objects.annotate(has_badge=Exists(Badge.objects.filter(certificate=OuterRef("certificate"))))
    for part in in_parts(places, (*extra, *seals.names), size=_ROWS):
        for values in part:
            row = dict(zip(("pk", *extra, *seals.names), values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values[1 + len(extra) :]) else []
            if row["index"] >= row["status_list__length"]:
                differences.append("its place is beyond the end of the list")
            if row["status_list__issuer_id"] != row["certificate__issuer_id"]:
                differences.append("its list is of another issuer")
            if not row["has_badge"]:
                differences.append("it has a place and no badge")
            yield in_words(row["certificate__number"], differences)


def status_lists() -> Iterator[str]:
    """Look at every signed list: its proof, and whether it says of each place what the events say. Cost: 3 queries a list.

    One that waits to be signed anew is not looked at.
    """
    for status_list in StatusList.objects.select_related("issuer").order_by("pk"):
        differences = [] if status_list.is_stale else readable(partial(_differences_of_list, status_list))
        yield in_words(f"list {status_list.number}", differences)


def _differences_of_badge(row: dict[str, Any]) -> list[str]:
    text, payload = row["document"], row["certificate__payload"]
    if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
        return ["its text has another digest than when it was signed"]
    document = json.loads(text)
    if not _is_signed(text, row["key__public_multibase"]):
        return ["its proof does not hold"]
    differences = []
    if row["key__issuer_id"] != row["certificate__issuer_id"]:
        differences.append("it is signed with the key of another issuer")
    if document["issuer"]["id"] != row["certificate__issuer__did"]:
        differences.append("it names another issuer")
    if document["id"] != f"{address_for(payload, row['language'])}badge.json":
        differences.append("it is of another certificate or language")
    achievement = payload["achievement"]["address"].replace("{language}", row["language"])
    if document["credentialSubject"]["achievement"]["id"] != achievement:
        differences.append("it is for another achievement")
    if document["validFrom"] != payload["issued_at"]:
        differences.append("it names another time of issue")
    status = document["credentialStatus"]
    place = (row["certificate__status_place__status_list__number"], row["certificate__status_place__index"])
    if (int(status["statusListCredential"].rpartition("/")[2]), int(status["statusListIndex"])) != place:
        differences.append("it names another place in a status list")
    return differences


def _differences_of_list(status_list: StatusList) -> list[str]:
    document = json.loads(status_list.document)
    if document["issuer"] != status_list.issuer.did:
        return ["it names another issuer"]
    keys = SigningKey.objects.filter(issuer=status_list.issuer_id).values_list("public_multibase", flat=True)
    if not any(is_signed_by(document, read_multikey(key)) for key in keys):
        return ["its proof does not hold"]
    bits = decode(document["credentialSubject"]["encodedList"])
    if len(bits) * 8 != status_list.length:
        return ["it has another length than its row says"]
    events = CertificateEvent.objects.filter(certificate__status_place__status_list=status_list)
    said = revoked(events.order_by("happened_at", "pk").values_list("certificate__status_place__index", "kind"))
    in_list = {index for index in range(status_list.length) if is_set(bits, index)}
    return [
        f"place {index} is {'set' if index in in_list else 'not set'}, and its events say otherwise"
        for index in sorted(in_list ^ said)[:3]
    ]


@lru_cache(_KEYS)
def _public_key(multibase: str) -> bytes:
    return read_multikey(multibase)


def _is_signed(text: str, multibase: str) -> bool:
    return is_signed_by(json.loads(text), _public_key(multibase))
