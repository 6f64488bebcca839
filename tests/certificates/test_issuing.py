from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.db import IntegrityError, connection, transaction

from certificates import operations, queries
from certificates.models import Certificate, CertificateEvent, HolderName
from certificates.rules.numbers import read_number
from courses.models import CoursePage
from courses.operations.settling import one_edition
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from foundation.rules.canonical import digest
from progress.models import CourseCompletion
from tests.certificates.builders import NOON, complete, earn
from tests.courses.builders import make_course, publish
from tests.people import make_learner
from tests.progress.builders import do_everything, do_lessons, enrol

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def course(db):
    return make_course()


def test_a_certificate_is_issued_when_the_course_is_complete_and_the_name_confirmed(course):
    certificate = earn(course, name="Giulia Ferri")

    assert read_number(certificate.number) == certificate.number
    assert len(certificate.public_id) == 32
    assert certificate.payload["holder"] == {"name": "Giulia Ferri"}
    assert certificate.payload["texts"]["en"]["title"] == "Digital basics"
    assert certificate.payload["learning"]["lesson_count"] == 2
    assert [quiz["score"] for quiz in certificate.payload["learning"]["quizzes"]] == [3]
    assert certificate.payload_sha256 == digest(certificate.payload)
    event = CertificateEvent.objects.get(certificate=certificate)
    assert (event.kind, event.payload_sha256, event.happened_at) == ("issued", certificate.payload_sha256, NOON)


def test_nothing_is_issued_without_a_name(course):
    enrolment = complete(course)

    assert operations.issue_due_certificates(enrolment=enrolment, at=NOON) == []
    assert not Certificate.objects.exists()


def test_nothing_is_issued_while_a_step_is_missing(course):
    enrolment = enrol(course)
    do_lessons(enrolment)
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    assert operations.issue_due_certificates(enrolment=enrolment, at=NOON) == []


def test_a_course_that_offers_no_certificate_issues_none():
    enrolment = complete(make_course(has_certificate=False))
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    assert operations.issue_due_certificates(enrolment=enrolment, at=NOON) == []


def test_issuing_twice_leaves_one_certificate(course):
    certificate = earn(course)

    assert operations.issue_due_certificates(enrolment=certificate.enrolment, at=NOON + timedelta(days=1)) == []
    assert Certificate.objects.get() == certificate
    assert CertificateEvent.objects.count() == 1


def test_the_database_refuses_a_second_certificate_of_a_kind(course):
    certificate = earn(course)

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            number="CT-0000-0000-0000-0000",
            enrolment=certificate.enrolment,
            kind=certificate.kind,
            payload={},
            payload_sha256="",
            issued_at=NOON,
        )


def test_confirming_the_name_completes_a_course_whose_steps_are_all_done(course):
    enrolment = complete(course)
    CourseCompletion.objects.all().delete()  # as when the last missing step was taken out by an editor

    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    assert CourseCompletion.objects.get().cause == "name"


def test_the_certificate_is_there_on_the_next_page_when_the_name_comes_last(course, django_capture_on_commit_callbacks):
    enrolment = complete(course)

    with django_capture_on_commit_callbacks(execute=True):
        operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    assert Certificate.objects.get().enrolment_id == enrolment.pk


def test_the_certificate_is_there_on_the_next_page_when_the_last_step_comes_last(
    course, django_capture_on_commit_callbacks
):
    enrolment = enrol(course)
    with django_capture_on_commit_callbacks(execute=True):
        operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)
    assert not Certificate.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        do_everything(enrolment)

    assert Certificate.objects.get().enrolment_id == enrolment.pk


def test_issuing_asks_for_the_badge_and_tells_a_holder_who_has_an_address(course):
    certificate = earn(course, learner=make_learner(email="giulia@example.org", language="it"))

    kinds = OutboxMessage.objects.exclude(kind="certificates.issue").order_by("kind", "key")
    assert [(message.kind, message.key) for message in kinds] == [
        ("certificates.badge", certificate.public_id),
        ("certificates.mail", certificate.public_id),
    ]


def test_a_mail_that_is_refused_leaves_no_address_behind(course, monkeypatch, caplog):
    def refuse(backend, mails):
        raise SMTPRecipientsRefused({mails[0].to[0]: (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    earn(course, learner=make_learner(email="giulia@example.org"))
    message = OutboxMessage.objects.get(kind="certificates.mail")

    assert not deliver_message(message_id=message.pk, at=NOON + timedelta(days=1))

    message.refresh_from_db()
    assert message.problem == "SMTPRecipientsRefused"
    assert "giulia@" not in caplog.text


def test_a_holder_without_address_gets_no_mail(course):
    earn(course)

    assert not OutboxMessage.objects.filter(kind="certificates.mail").exists()


def test_the_name_may_change_until_the_certificate_is_issued(course):
    enrolment = complete(course)
    operations.confirm_name(enrolment=enrolment, name="Giulia", at=NOON)
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    operations.issue_due_certificates(enrolment=enrolment, at=NOON)

    with pytest.raises(operations.NameIsFixed):
        operations.confirm_name(enrolment=enrolment, name="Somebody Else", at=NOON)
    assert Certificate.objects.get().payload["holder"]["name"] == HolderName.objects.get().name == "Giulia Ferri"


def test_the_same_name_again_is_no_change(course):
    certificate = earn(course, name="Giulia Ferri")

    operations.confirm_name(enrolment=certificate.enrolment, name=" Giulia  Ferri ", at=NOON + timedelta(days=1))

    assert HolderName.objects.get().confirmed_at == NOON


def test_a_name_that_cannot_be_printed_is_refused_and_nothing_is_written(course):
    enrolment = complete(course)

    with pytest.raises(operations.NameRefused):
        operations.confirm_name(enrolment=enrolment, name="a" * 121, at=NOON)

    assert not HolderName.objects.exists()


def test_what_was_issued_does_not_change_when_the_course_does(course):
    certificate = earn(course)
    before = (certificate.payload, certificate.payload_sha256)

    with one_edition(cause="publish", at=NOON):
        publish(CoursePage.objects.get(), title="Another title")

    certificate.refresh_from_db()
    assert (certificate.payload, certificate.payload_sha256) == before


def test_the_certificate_speaks_of_the_edition_that_was_completed(course):
    enrolment = complete(course)
    with one_edition(cause="publish", at=NOON):
        publish(CoursePage.objects.get(), title="Another title")
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)

    operations.issue_due_certificates(enrolment=enrolment, at=NOON)

    payload = Certificate.objects.get().payload
    assert payload["texts"]["en"]["title"] == "Digital basics"
    assert payload["course"]["edition"] == 1


def test_an_issued_certificate_cannot_be_saved(course):
    certificate = earn(course)
    certificate.payload["holder"]["name"] = "Somebody Else"

    with pytest.raises(TypeError, match="does not change"):
        certificate.save()
    with pytest.raises(TypeError, match="does not change"):
        certificate.save(update_fields=["payload"])


def test_a_payload_changed_behind_its_back_is_not_vouched_for(course):
    certificate = earn(course)
    Certificate.objects.update(payload=certificate.payload | {"holder": {"name": "Somebody Else"}})

    found = queries.certificate_by_public_id(certificate.public_id)

    assert queries.status_of(found, today=NOON.date()).is_unconfirmed


def test_a_digest_changed_with_the_payload_is_not_vouched_for_either(course):
    certificate = earn(course)
    forged = certificate.payload | {"holder": {"name": "Somebody Else"}}
    Certificate.objects.update(payload=forged, payload_sha256=digest(forged))

    found = queries.certificate_by_public_id(certificate.public_id)

    assert queries.status_of(found, today=NOON.date()).is_unconfirmed


def test_share_links_are_numbered_so_that_a_form_sent_twice_makes_one(course):
    certificate = earn(course)

    first = operations.create_share_link(certificate=certificate, at=NOON, number=1)

    assert operations.create_share_link(certificate=certificate, at=NOON, number=1) == first
    assert operations.create_share_link(certificate=certificate, at=NOON).number == 2
    assert len(first.token) == 43


def test_a_share_link_opens_nothing_after_its_end(course):
    certificate = earn(course)
    link = operations.create_share_link(certificate=certificate, at=NOON)
    assert queries.is_shared(certificate, link.token, at=NOON)

    operations.end_share_link(link=link, at=NOON)

    assert not queries.is_shared(certificate, link.token, at=NOON)
    assert not queries.is_shared(certificate, "", at=NOON)


def test_a_certificate_has_at_most_twenty_links(course):
    certificate = earn(course)
    for _number in range(20):
        operations.create_share_link(certificate=certificate, at=NOON)

    with pytest.raises(operations.TooManyLinks):
        operations.create_share_link(certificate=certificate, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_issue_one_certificate():
    enrolment = complete(make_course())
    HolderName.objects.create(enrolment=enrolment, name="Giulia Ferri", confirmed_at=NOON)

    def issue(_worker: int) -> int:
        try:
            return len(operations.issue_due_certificates(enrolment=enrolment, at=NOON))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        issued = list(workers.map(issue, range(4)))

    assert sorted(issued) == [0, 0, 0, 1]
    assert Certificate.objects.count() == CertificateEvent.objects.count() == 1
