"""A certificate that is issued again, corrected."""

from datetime import timedelta

import pytest

from certificates import operations, queries
from certificates.models import Certificate, CertificateEvent, HolderName, NameVisibility
from certificates.operations.reissuing import reissue_certificate
from certificates.operations.revoking import NotPossible, revoke_certificate
from foundation.models import OutboxMessage, seal_of
from foundation.rules.canonical import digest
from progress.models import MarkEvent
from tests.certificates.builders import NOON, earn
from tests.courses.builders import make_course, offer_achievement
from tests.people import make_learner, make_user

pytestmark = [pytest.mark.django_db]
LATER = NOON + timedelta(days=30)


@pytest.fixture
def certificate(db):
    course = offer_achievement(make_course(), validity_months=12)
    return earn(course, name="Giulia Feri", learner=make_learner(email="giulia@example.org"))


def _reissue(certificate, *, name="Giulia Ferri", reason="name", **changes):
    people = {} if "actor" in changes else {"actor": make_user("piotr"), "second": make_user("ada")}
    return reissue_certificate(certificate=certificate, name=name, reason=reason, at=LATER, **people | changes)


@pytest.mark.both_databases
def test_a_corrected_name_makes_a_new_certificate_that_supersedes_the_old_one(certificate):
    new = _reissue(certificate)

    assert new.supersedes == certificate
    assert new.number != certificate.number
    assert new.public_id != certificate.public_id
    assert new.payload["holder"] == {"name": "Giulia Ferri"}
    assert new.payload["supersedes"] == certificate.number
    assert new.payload["issued_date"] == "2026-12-24"
    assert new.payload_sha256 == digest(new.payload)
    assert (new.valid_until, new.achievement, new.issuer, new.enrolment) == (
        certificate.valid_until,
        certificate.achievement,
        certificate.issuer,
        certificate.enrolment,
    )
    assert new.payload["valid_until"] == certificate.payload["valid_until"] == "2027-11-24"
    assert HolderName.objects.get().name == "Giulia Ferri"


def test_the_old_one_says_that_it_was_replaced_and_by_whom_it_was_decided(certificate):
    new = _reissue(certificate)

    old = queries.certificate_by_public_id(certificate.public_id)
    assert queries.status_of(old, today=LATER.date()).is_replaced
    assert old.superseded_by == new
    event = CertificateEvent.objects.get(certificate=certificate, kind="re-issued")
    assert (event.reason, event.actor.username, event.second.username) == ("name", "piotr", "ada")
    assert CertificateEvent.objects.get(certificate=new).kind == "issued"
    posted = OutboxMessage.objects.filter(posted_at=LATER).order_by("kind")
    assert [message.kind for message in posted] == ["certificates.badge", "certificates.mail", "certificates.status"]


def test_a_wrong_result_is_read_again_of_the_same_edition_and_the_last_day_stays(certificate):
    event = MarkEvent.objects.get()
    MarkEvent.objects.create(
        attempt=event.attempt, kind="by-hand", score=2, max_score=3, pass_mark=60, passed=True, marked_at=LATER
    )

    new = _reissue(certificate, name="Giulia Feri", reason="error")

    assert new.payload["learning"]["result"] == {"score": 2, "max_score": 3, "per_cent": 66}
    assert new.payload["course"] == certificate.payload["course"]
    assert new.payload["valid_until"] == "2027-11-24"
    assert new.payload["supersedes"] == certificate.number
    assert new.supersedes == certificate


def test_what_is_replaced_or_withdrawn_is_not_issued_again(certificate):
    new = _reissue(certificate)

    with pytest.raises(NotPossible):
        _reissue(certificate, name="Somebody Else", actor=None, second=None)
    revoke_certificate(certificate=new, reason="misuse", actor=None, second=None, at=LATER)
    with pytest.raises(NotPossible):
        _reissue(new, name="Somebody Else", actor=None, second=None)
    assert Certificate.objects.count() == 2


def test_nothing_more_is_due_after_a_correction_and_it_can_be_corrected_once_more(certificate):
    new = _reissue(certificate)

    assert operations.issue_due_certificates(enrolment=certificate.enrolment, at=LATER) == []
    newest = _reissue(new, name="Giulia Ferri-Conti", actor=None, second=None)
    assert newest.payload["supersedes"] == new.number
    assert queries.certificates_of_enrolment(certificate.enrolment) == [newest]


def test_the_holder_s_choice_about_the_name_is_kept(certificate):
    operations.show_name(certificate=certificate, visibility=NameVisibility.INITIALS)

    assert _reissue(certificate).name_visibility == NameVisibility.INITIALS


@pytest.mark.parametrize("reason", ["name", "error"])
def test_a_former_name_is_on_no_page_that_the_new_one_leads_to(client, certificate, reason):
    second = _reissue(certificate, name="Giulia Feri", reason="error")  # the name was overlooked
    third = _reissue(second, reason=reason, actor=None, second=None)

    for old in (certificate, second):
        assert "Giulia Feri" not in client.get("/en/verify/", {"number": old.number}).content.decode()
        old.refresh_from_db()
        assert old.seal == seal_of(old, leaving_out=("name_visibility",))
    assert "Giulia Ferri" in client.get("/en/verify/", {"number": third.number}).content.decode()
    third.refresh_from_db()
    assert third.name_visibility == NameVisibility.FULL


def test_a_page_of_a_certificate_that_was_replaced_for_another_reason_shows_the_name_as_before(certificate):
    _reissue(certificate, name="Giulia Feri", reason="error")

    certificate.refresh_from_db()
    assert certificate.name_visibility == NameVisibility.FULL


def test_a_name_that_cannot_be_printed_changes_nothing(certificate):
    with pytest.raises(operations.NameRefused):
        _reissue(certificate, name="😀")

    assert Certificate.objects.count() == 1
    assert HolderName.objects.get().name == "Giulia Feri"
