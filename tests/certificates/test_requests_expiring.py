"""Certificates expire as their last day ends, once, and their holders are told before and then."""

from datetime import date, timedelta

import pytest
from django.core import mail

from certificates.models import Certificate, CertificateEvent
from certificates.operations.expiring import expire_certificates, tell_of_ends
from certificates.operations.revoking import revoke_certificate
from certificates.queries.counting import holder_count
from certificates.queries.notices import SOON, What, holder_notice
from certificates.queries.showing import certificate_by_public_id
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.certificates.builders import NOON, earn
from tests.courses.builders import make_course
from tests.people import make_learner
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db

TODAY = NOON.date()


@pytest.fixture
def course(db):
    return make_course(lesson_count=1, quiz_count=0)


def make_ending(course, last_day: date, username: str = "giulia") -> Certificate:
    """Return a certificate whose last day this is, with no mail of its issue to be sent."""
    certificate = earn(course, learner=make_learner(username, email=f"{username}@learn.example"))
    Certificate.objects.filter(pk=certificate.pk).update(valid_until=last_day)
    OutboxMessage.objects.filter(kind="certificates.mail").delete()
    certificate.refresh_from_db()
    return certificate


def expiries(certificate: Certificate) -> list[CertificateEvent]:
    return list(CertificateEvent.objects.filter(certificate=certificate, kind="expired"))


def told() -> list[str]:
    mail.outbox.clear()
    for message in OutboxMessage.objects.filter(kind="certificates.mail", done_at=None):
        assert deliver_message(message_id=message.pk, at=NOON + timedelta(days=400)), message.problem
    return [sent.subject for sent in mail.outbox]


def test_a_certificate_counts_to_the_end_of_its_last_day(course):
    certificate = make_ending(course, TODAY)

    assert expire_certificates(at=NOON) == 0
    assert expiries(certificate) == []
    assert expire_certificates(at=NOON + timedelta(days=1)) == 1
    assert len(expiries(certificate)) == 1


def test_the_day_ends_at_midnight_where_the_site_is(course, settings):
    settings.TIME_ZONE = "Europe/Brussels"
    certificate = make_ending(course, TODAY)
    midnight = NOON.replace(hour=23)  # in Brussels, in winter

    assert expire_certificates(at=midnight - timedelta(seconds=1)) == 0
    assert expire_certificates(at=midnight) == 1
    assert expiries(certificate)[0].happened_at == midnight


@pytest.mark.both_databases
def test_expiring_again_changes_nothing_and_tells_nobody_twice(course):
    make_ending(course, TODAY - timedelta(days=1))

    assert [expire_certificates(at=NOON), expire_certificates(at=NOON)] == [1, 0]
    assert told() == ["Your certificate has expired: Digital basics"]
    assert expire_certificates(at=NOON + timedelta(days=1)) == 0
    assert told() == []


def test_what_was_withdrawn_expires_too_but_its_holder_hears_no_more_of_it(course):
    certificate = make_ending(course, TODAY - timedelta(days=1))
    revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)
    told()

    assert expire_certificates(at=NOON) == 1
    assert told() == []


def test_the_holder_is_told_once_60_days_before(course):
    certificate = make_ending(course, TODAY + SOON)

    assert tell_of_ends(at=NOON - timedelta(days=1)) == 0
    assert tell_of_ends(at=NOON) == 1
    assert told() == ["Your certificate is valid until 23 January 2027: Digital basics"]
    assert "renew" not in mail.outbox[0].body
    tell_of_ends(at=NOON + timedelta(days=1))
    assert told() == []
    shown = certificate_by_public_id(certificate.public_id)
    assert holder_notice(shown, language="en", today=TODAY).what is What.ENDS_SOON


def test_where_renewal_is_offered_the_mail_says_so(course):
    certificate = make_ending(course, TODAY + SOON)
    Certificate.objects.filter(pk=certificate.pk).update(
        payload={**certificate.payload, "renewable_from": "2026-12-01"}
    )

    tell_of_ends(at=NOON)
    told()

    assert "You can renew it" in mail.outbox[0].body


def test_many_expire_in_as_many_queries_as_few(course):
    make_ending(course, TODAY - timedelta(days=1), "giulia")
    with counted_queries() as few:
        expire_certificates(at=NOON)
    for number in range(4):
        make_ending(course, TODAY - timedelta(days=1), f"reader-{number}")
    with counted_queries() as many:
        expire_certificates(at=NOON)

    assert len(many) == len(few)


def test_what_was_withdrawn_and_then_expired_is_held_by_nobody(course):
    withdrawn, standing = make_ending(course, TODAY), make_ending(course, TODAY, "ilse")
    revoke_certificate(certificate=withdrawn, reason="misuse", actor=None, second=None, at=NOON)

    assert expire_certificates(at=NOON + timedelta(days=1)) == 2

    assert holder_count(course) == 1
    assert list(Certificate.objects.withdrawn()) == [withdrawn]
    assert list(Certificate.objects.not_withdrawn()) == [standing]
