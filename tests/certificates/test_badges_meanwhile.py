"""Badges are signed while something else happens: a certificate is withdrawn, or the key of another issuer is away."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.models import Badge, Certificate, CertificateEvent, StatusList, StatusPlace
from certificates.operations.badges import sign_badge, sign_many
from certificates.operations.drafting import post_follow_ups
from certificates.operations.events import record_event
from certificates.operations.keys import create_key
from certificates.operations.revoking import revoke_certificate
from certificates.operations.status_lists import sign_due_lists, status_from_message
from certificates.rules.bitstring import decode, is_set
from foundation.models import OutboxMessage
from foundation.operations import deliver_message, post_message
from tests.certificates.signed import BASE_URL, NOON, issue

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = BASE_URL


def _bit(certificate: Certificate) -> bool:
    place = StatusPlace.objects.select_related("status_list").get(certificate=certificate)
    document = json.loads(place.status_list.document)
    return is_set(decode(document["credentialSubject"]["encodedList"]), place.index)


def _has_to_wait(act: Callable[[], object]) -> bool:
    """Do something in a connection of its own; return whether a lock kept it from being done."""

    def run() -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '100ms'")
                act()
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("signs_first", [True, False], ids=["signed first", "withdrawn first"])
def test_what_is_withdrawn_while_its_badge_is_signed_is_set_in_the_list(signs_first):
    sign_badge(certificate=issue(email="a@example.org"), language="en", at=NOON)  # key and list are there
    certificate = issue(email="b@example.org")

    def sign():
        sign_badge(certificate=certificate, language="en", at=NOON)

    def withdraw():
        revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)

    first, second = (sign, withdraw) if signs_first else (withdraw, sign)
    with transaction.atomic():
        first()
        waits = _has_to_wait(second)
    if waits:
        second()
    sign_due_lists(at=LATER)

    assert _bit(certificate)


@pytest.mark.django_db
def test_the_message_of_a_withdrawal_puts_a_list_right_that_nobody_flagged():
    certificate = issue()
    sign_badge(certificate=certificate, language="en", at=NOON)
    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)
    StatusList.objects.update(is_stale=False)

    status_from_message({"certificate": certificate.pk}, at=LATER)

    assert _bit(certificate)
    status_from_message({"certificate": certificate.pk}, at=LATER + timedelta(hours=1))
    assert StatusList.objects.get().signed_at == LATER  # it says so: not signed once more


@pytest.fixture
def partner(db):
    return Issuer.objects.create(key="collina", legal_name="Rete Collina Viva")


def _lose_key(issuer: Issuer, settings) -> None:
    key = issuer.keys.get()
    (Path(settings.PORTAL_KEYS_DIR) / f"{key.key_id}.pem").unlink()


def test_a_withdrawal_waits_for_no_key_of_another_issuer(partner, settings):
    certificates = [issue(issuer=partner), issue(email="a@example.org")]
    sign_many(certificate_ids=[entry.pk for entry in certificates], at=NOON)
    _lose_key(partner, settings)
    for certificate in certificates:
        revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)

    messages = OutboxMessage.objects.filter(kind="certificates.status").order_by("pk")
    done = [deliver_message(message_id=message.pk, at=LATER) for message in messages]

    assert done == [False, True]
    assert [_bit(certificate) for certificate in certificates] == [False, True]


def test_badges_of_each_issuer_have_a_message_of_their_own(partner):
    certificates = [issue(issuer=partner), issue(email="a@example.org"), issue(issuer=partner)]
    OutboxMessage.objects.all().delete()

    post_follow_ups(certificates=certificates, at=NOON)

    posted = OutboxMessage.objects.filter(kind="certificates.badge").order_by("pk")
    first, second, third = (entry.pk for entry in certificates)
    assert sorted(message.payload["certificates"] for message in posted) == [[first, third], [second]]


def test_a_message_about_two_issuers_signs_for_the_one_that_can_and_the_rest_waits(partner, settings):
    create_key(issuer=site_issuer(), at=NOON)
    create_key(issuer=partner, at=NOON)
    _lose_key(partner, settings)
    waiting, signed = issue(issuer=partner), issue(email="a@example.org")
    message = post_message(
        kind="certificates.badge", key="both", payload={"certificates": [waiting.pk, signed.pk]}, at=NOON
    )

    assert deliver_message(message_id=message.pk, at=NOON)

    assert [badge.certificate for badge in Badge.objects.all()] == [signed]
    rest = OutboxMessage.objects.get(kind="certificates.badge", done_at=None)
    assert rest.payload == {"certificates": [waiting.pk]}
    assert not deliver_message(message_id=rest.pk, at=NOON)
    assert OutboxMessage.objects.filter(kind="certificates.badge").count() == 2
