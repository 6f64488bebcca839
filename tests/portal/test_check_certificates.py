"""`check_records` finds what is wrong with certificates, badges, status lists and requests, whoever can make a seal."""

import json
from typing import Any

import pytest

from certificates.models import (
    Achievement,
    Badge,
    Certificate,
    CertificateEvent,
    CertificateRequest,
    LogEntry,
    StatusList,
    StatusPlace,
)
from certificates.rules.bitstring import encode
from foundation.models import seal_of
from foundation.rules.canonical import digest
from tests.portal.test_check_records import differences

pytestmark = pytest.mark.django_db


def rewrite(row: Any, **fields: Any) -> None:
    """Change a row as somebody does who knows how to make a seal."""
    for name, value in fields.items():
        setattr(row, name, value)
    seal = {"seal": seal_of(row, type(row)._meta.get_field("seal").leaving_out)} if hasattr(row, "seal") else {}
    type(row)._base_manager.filter(pk=row.pk).update(**fields, **seal)


def says(words: str, lines: list[str]) -> bool:
    return any(words in line for line in lines)


def of_path() -> Certificate:
    return Certificate.objects.get(learning_path__isnull=False)


def test_a_certificate_with_another_last_day_than_its_payload(course):
    rewrite(Certificate.objects.first(), valid_until="2031-01-01")
    assert says("its row has another last day than its payload", differences())


def test_a_certificate_of_a_path_whose_edition_is_another(course):
    certificate = of_path()
    payload = certificate.payload | {"path": certificate.payload["path"] | {"digest": "0" * 64}}
    rewrite(certificate, payload=payload, payload_sha256=digest(payload))
    for event in certificate.events.all():
        rewrite(event, payload_sha256=certificate.payload_sha256)
    found = differences()
    assert says("it is not what its achievement says", found) or says("has another digest", found)


def test_a_certificate_that_was_restored_and_never_withdrawn(course):
    rewrite(CertificateEvent.objects.filter(kind="revoked").first(), kind="restored")
    assert says("restored without being withdrawn", differences())


def test_an_achievement_that_says_something_else(course):
    achievement = Achievement.objects.first()
    rewrite(achievement, body=achievement.body | {"kind": "other"})
    assert says("what it says has another digest than its key", differences())


def test_a_badge_with_one_other_character(course):
    badge = Badge.objects.first()
    rewrite(badge, document=badge.document.replace("participation", "participatiom", 1))
    assert says("its text has another digest", differences())


def test_a_badge_that_was_signed_for_another_certificate(course):
    one, other = Badge.objects.order_by("pk")[:2]
    rewrite(one, document=other.document, sha256=other.sha256)
    assert says("it is of another certificate or language", differences())


def test_a_place_beyond_the_end_of_its_list(course):
    place = StatusPlace.objects.first()
    rewrite(place, index=place.status_list.length)
    found = differences()
    assert says("its place is beyond the end of the list", found)
    assert says("it names another place in a status list", found)


def test_a_status_list_that_somebody_emptied(course):
    status_list = StatusList.objects.get()
    document = json.loads(status_list.document)
    document["credentialSubject"]["encodedList"] = encode((), length=status_list.length)
    StatusList.objects.update(document=json.dumps(document))
    assert says("its proof does not hold", differences())


def test_a_status_list_that_does_not_say_what_happened(course):
    rewrite(CertificateEvent.objects.filter(kind="revoked").last(), kind="expired")
    assert says("and its events say otherwise", differences())


def test_a_request_that_one_person_decided_alone(course):
    request = CertificateRequest.objects.filter(state="done").first()
    CertificateRequest.objects.filter(pk=request.pk).update(decided_by=request.requested_by)
    assert says("the person who asked agreed to it", differences())


def test_a_request_that_is_done_and_whose_event_is_gone(course):
    CertificateRequest.objects.filter(kind="restore").update(event=None)
    assert says("it is done without an event", differences())


def test_a_link_that_was_taken_out_of_the_log(course):
    LogEntry.objects.filter(number=2)._raw_delete("default")
    found = differences()
    assert says("a link is missing before it: 2 was to be here", found)
    assert says("it has no link, and later events have one", found)
