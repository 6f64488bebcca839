"""Certificates are replaced, withdrawn and restored by two people, or by one who waited; never by the holder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection

from accounts.models import User
from accounts.operations import note_access_changed
from certificates.models import Certificate, CertificateEvent, CertificateRequest
from certificates.operations import requesting
from certificates.operations.confirming import NameRefused
from certificates.operations.revoking import NotPossible
from certificates.queries.notices import What, holder_notice
from certificates.queries.showing import certificate_by_public_id
from certificates.rules.requests import Objection
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.certificates.builders import NOON, earn
from tests.certificates.payloads import full_payload
from tests.certificates.rows import make_certificate
from tests.courses.builders import make_course
from tests.people import LONG_AGO, make_learner, make_operator, make_registrar

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
NEXT_DAY = NOON + timedelta(hours=24)
TODAY = NOON.date()


@pytest.fixture
def certificate(db) -> Certificate:
    course = make_course(lesson_count=1, quiz_count=0)
    return earn(course, learner=make_learner("giulia", email="giulia@learn.example", language="it"))


@pytest.fixture
def piotr(db) -> User:
    return make_operator("piotr", email="piotr@learn.example")


@pytest.fixture
def marta(db) -> User:
    return make_registrar("marta", email="marta@learn.example")


def ask(certificate: Certificate, by: User, kind: str = "revoke", **changes) -> CertificateRequest:
    reason = {"revoke": "misuse", "restore": "reviewed", "reissue": "name"}[kind]
    fields = {"reason": reason, "note": "Somebody else used it.", "public_id": uuid4(), "at": NOON, **changes}
    return requesting.ask_change(certificate=certificate, kind=kind, by=by, **fields)


def agree(request: CertificateRequest, by: User) -> CertificateRequest:
    return requesting.agree_to_request(request=request, by=by, at=LATER)


def kinds(certificate: Certificate) -> list[str]:
    events = CertificateEvent.objects.filter(certificate=certificate)
    return list(events.order_by("happened_at", "pk").values_list("kind", flat=True))


def deliver(kind: str) -> None:
    for message in OutboxMessage.objects.filter(kind=kind, done_at=None).order_by("pk"):
        assert deliver_message(message_id=message.pk, at=NEXT_DAY + timedelta(days=1)), message.problem


def deliver_to(person: User, kind: str) -> list[str]:
    """Send what waits of a kind and return the subjects of what reached a person."""
    mail.outbox.clear()
    deliver(kind)
    return [sent.subject for sent in mail.outbox if sent.to == [person.email]]


@pytest.mark.both_databases
def test_what_one_asks_and_another_agrees_to_is_done_with_both_in_the_history(certificate, piotr, marta):
    request = agree(ask(certificate, piotr), marta)

    event = CertificateEvent.objects.get(certificate=certificate, kind="revoked")
    assert (event.actor, event.second, event.reason, event.happened_at) == (piotr, marta, "misuse", LATER)
    assert (request.state, request.event, request.decided_by) == ("done", event, marta)
    assert OutboxMessage.objects.filter(kind="certificates.status").count() == 1


def test_nothing_happens_until_somebody_else_agrees(certificate, piotr, marta):
    request = ask(certificate, piotr)

    assert kinds(certificate) == ["issued"]
    assert request.due_at is None
    assert deliver_to(marta, "certificates.request.mail") == [
        f"A certificate needs a second look: {certificate.number}"
    ]


def test_who_asked_cannot_agree_or_refuse(certificate, piotr, marta):
    request = ask(certificate, piotr)

    with pytest.raises(requesting.NotAllowed):
        agree(request, piotr)
    with pytest.raises(requesting.NotAllowed):
        requesting.refuse_request(request=request, by=piotr, note="No.", at=LATER)
    assert kinds(certificate) == ["issued"]


def test_the_holder_neither_asks_nor_agrees_whatever_right_they_have(certificate, piotr, marta):
    holder = certificate.enrolment.learner
    holder.groups.add(Group.objects.get(name="Registrars"))

    with pytest.raises(requesting.NotAllowed):
        ask(certificate, holder)
    request = ask(certificate, piotr)
    with pytest.raises(requesting.NotAllowed):
        agree(request, User.objects.get(pk=holder.pk))


def test_who_has_no_right_neither_asks_nor_agrees(certificate, piotr, marta):
    with pytest.raises(requesting.NotAllowed):
        ask(certificate, make_learner())
    with pytest.raises(requesting.NotAllowed):
        agree(ask(certificate, piotr), make_learner())


def test_a_form_sent_twice_is_one_request_and_another_form_has_to_wait(certificate, piotr, marta):
    public_id = uuid4()
    first = ask(certificate, piotr, public_id=public_id)

    assert ask(certificate, piotr, public_id=public_id) == first
    with pytest.raises(NotPossible) as refused:
        ask(certificate, marta)
    assert refused.value.objection is Objection.WAITS
    assert CertificateRequest.objects.count() == 1


def test_agreeing_twice_does_it_once(certificate, piotr, marta):
    request = ask(certificate, piotr)

    agree(request, marta)
    again = agree(request, marta)

    assert again.state == "done"
    assert kinds(certificate) == ["issued", "revoked"]


def test_what_was_decided_cannot_be_decided_again(certificate, piotr, marta):
    request = ask(certificate, piotr)
    requesting.refuse_request(request=request, by=marta, note="It was not misused.", at=LATER)

    with pytest.raises(requesting.AlreadyDecided):
        agree(request, make_registrar("nils"))
    with pytest.raises(requesting.AlreadyDecided):
        requesting.take_back_request(request=request, by=piotr, at=LATER)
    assert kinds(certificate) == ["issued"]


def test_a_refusal_needs_words_and_who_asked_reads_them(certificate, piotr, marta):
    request = ask(certificate, piotr)
    with pytest.raises(requesting.NeedsReason):
        requesting.refuse_request(request=request, by=marta, note="  ", at=LATER)

    requesting.refuse_request(request=request, by=marta, note="It was not misused.", at=LATER)

    assert deliver_to(piotr, "certificates.request.mail") == [f"Not done: certificate {certificate.number}"]
    assert "It was not misused." in mail.outbox[-1].body


def test_only_who_asked_takes_it_back(certificate, piotr, marta):
    request = ask(certificate, piotr)
    with pytest.raises(requesting.NotAllowed):
        requesting.take_back_request(request=request, by=marta, at=LATER)

    requesting.take_back_request(request=request, by=piotr, at=LATER)

    with pytest.raises(requesting.AlreadyDecided):
        agree(request, marta)
    assert kinds(certificate) == ["issued"]


@pytest.mark.both_databases
def test_in_a_team_of_one_it_waits_24_hours_and_the_operators_are_told_at_once(certificate, piotr, settings):
    settings.PORTAL_CONTACT_EMAIL = "office@learn.example"
    request = ask(certificate, piotr)

    mail.outbox.clear()
    deliver("certificates.request.mail")
    assert sorted(sent.to[0] for sent in mail.outbox) == ["office@learn.example", "piotr@learn.example"]
    assert request.due_at == NEXT_DAY
    assert requesting.do_due_requests(at=NEXT_DAY - timedelta(seconds=1)) == 0
    assert kinds(certificate) == ["issued"]

    assert requesting.do_due_requests(at=NEXT_DAY) == 1
    assert requesting.do_due_requests(at=NEXT_DAY) == 0
    event = CertificateEvent.objects.get(certificate=certificate, kind="revoked")
    assert (event.actor, event.second) == (piotr, None)


def test_a_request_that_breaks_when_it_is_due_holds_up_no_other(certificate, piotr, caplog):
    broken = ask(certificate, piotr, "reissue", new_name="Giulia Verdi")
    CertificateRequest.objects.filter(pk=broken.pk).update(new_name="\U0001f600")  # a rule of names came later
    other = make_certificate(full_payload())
    whole = ask(other, piotr)

    assert requesting.do_due_requests(at=NEXT_DAY) == 1

    whole.refresh_from_db()
    assert whole.state == "done"
    assert kinds(certificate) == ["issued"]
    assert f"request {broken.pk} of a certificate waits" in caplog.text


def test_what_a_team_of_one_takes_back_in_time_never_happens(certificate, piotr):
    request = ask(certificate, piotr)
    requesting.take_back_request(request=request, by=piotr, at=LATER)

    assert requesting.do_due_requests(at=NEXT_DAY) == 0
    assert kinds(certificate) == ["issued"]


def test_where_a_second_person_came_meanwhile_they_decide_instead_of_the_clock(certificate, piotr):
    request = ask(certificate, piotr)
    marta = make_registrar("marta", email="marta@learn.example")

    assert requesting.do_due_requests(at=NEXT_DAY) == 0
    request.refresh_from_db()
    assert (request.state, request.due_at) == ("waiting", None)
    assert deliver_to(marta, "certificates.request.mail") == [
        f"A certificate needs a second look: {certificate.number}"
    ]
    agree(request, marta)
    assert kinds(certificate) == ["issued", "revoked"]


def test_a_withdrawn_certificate_can_only_be_restored_and_a_restored_one_counts_as_before(certificate, piotr, marta):
    with pytest.raises(NotPossible):
        ask(certificate, piotr, "restore")
    agree(ask(certificate, piotr), marta)
    for kind in ("revoke", "reissue"):
        with pytest.raises(NotPossible):
            ask(certificate, piotr, kind, new_name="Giulia Verdi")

    agree(ask(certificate, marta, "restore"), piotr)

    assert kinds(certificate) == ["issued", "revoked", "restored"]


def test_a_corrected_certificate_takes_the_place_of_the_one_with_the_wrong_name(certificate, piotr, marta):
    agree(ask(certificate, piotr, "reissue", new_name="  Giulia   Verdi "), marta)

    new = Certificate.objects.get(supersedes=certificate)
    assert new.payload["holder"]["name"] == "Giulia Verdi"
    assert (kinds(certificate), kinds(new)) == (["issued", "re-issued"], ["issued"])
    with pytest.raises(NotPossible):
        ask(certificate, piotr, "reissue", new_name="Giulia Bianchi")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("", NameRefused), ("Giulia \N{PARTY POPPER}", NameRefused), ("Giulia Ferri", requesting.SameName)],
)
def test_a_name_that_cannot_stand_there_or_stands_there_is_refused(certificate, piotr, marta, name, refusal):
    with pytest.raises(refusal):
        ask(certificate, piotr, "reissue", new_name=name)
    assert not CertificateRequest.objects.exists()


def test_a_reason_that_does_not_fit_is_refused(certificate, piotr, marta):
    with pytest.raises(requesting.NeedsReason):
        ask(certificate, piotr, "revoke", reason="name")


def test_the_holder_is_told_in_their_language_of_each_change_and_how_to_have_it_looked_at_again(
    certificate, piotr, marta, settings
):
    settings.PORTAL_CONTACT_EMAIL = "office@learn.example"
    OutboxMessage.objects.filter(kind="certificates.mail").delete()
    holder = certificate.enrolment.learner
    holder.language = "en"
    holder.save()
    agree(ask(certificate, piotr), marta)

    assert deliver_to(holder, "certificates.mail") == ["Your certificate was withdrawn: Digital basics"]
    (sent,) = mail.outbox
    assert "The reason: It was misused." in sent.body
    assert "Somebody else used it." in sent.body
    assert "office@learn.example" in sent.body
    assert sent.alternatives[0][1] == "text/html"
    assert "piotr" not in sent.body.lower()

    agree(ask(certificate, marta, "restore"), piotr)
    assert deliver_to(holder, "certificates.mail") == ["Your certificate counts again: Digital basics"]
    agree(ask(certificate, marta, "reissue", new_name="Giulia Verdi"), piotr)
    assert deliver_to(holder, "certificates.mail") == ["You have a new certificate: Digital basics"]


def test_the_pages_of_the_holder_say_what_the_mail_said(certificate, piotr, marta):
    def notice(of: Certificate):
        return holder_notice(certificate_by_public_id(of.public_id), language="en", today=TODAY)

    assert notice(certificate) is None
    agree(ask(certificate, piotr), marta)
    told = notice(certificate)
    assert (told.what, told.is_warning) == (What.WITHDRAWN, True)
    assert told.paragraphs[1:3] == ("The reason: It was misused.", "What was noted: Somebody else used it.")

    agree(ask(certificate, piotr, "restore"), marta)
    assert notice(certificate).what is What.RESTORED
    agree(ask(certificate, piotr, "reissue", new_name="Giulia Verdi"), marta)
    assert notice(certificate) is None
    assert notice(Certificate.objects.get(supersedes=certificate)).what is What.REPLACED


# Who counts as a second person


def test_a_colleague_whose_address_an_operator_changed_cannot_be_used_to_agree(certificate, piotr, marta):
    request = ask(certificate, piotr)
    other = User.objects.get(pk=marta.pk)
    other.email = "mine@elsewhere.example"
    other.save()
    note_access_changed(before=marta, person=other, by=piotr, at=NOON)

    with pytest.raises(requesting.TooNew) as refused:
        agree(request, marta)  # as read before: it is looked up anew
    with pytest.raises(requesting.TooNew):
        requesting.refuse_request(request=request, by=marta, note="No.", at=LATER)
    assert refused.value.counts_from == NEXT_DAY
    assert kinds(certificate) == ["issued"]

    requesting.agree_to_request(request=request, by=marta, at=NEXT_DAY)
    assert kinds(certificate) == ["issued", "revoked"]


def test_an_account_made_now_or_given_the_right_now_agrees_to_nothing_for_a_day(certificate, piotr, marta):
    request = ask(certificate, piotr)
    made_now = make_registrar("nils", date_joined=NOON)
    given_now = make_learner("olga")
    given_now.groups.add(Group.objects.get(name="Registrars"))

    for person in (made_now, given_now):
        with pytest.raises(requesting.TooNew):
            agree(request, User.objects.get(pk=person.pk))
    assert kinds(certificate) == ["issued"]


def test_the_right_is_seen_wherever_it_was_given_and_forgotten_with_it(piotr):
    olga, ruth = make_learner("olga"), make_learner("ruth", is_superuser=True)
    olga.groups.add(Group.objects.get(name="Registrars"))

    requesting.note_rights(at=NOON)
    requesting.note_rights(at=LATER)
    seen = dict(User.objects.values_list("username", "register_right_since"))
    assert (seen["olga"], seen["ruth"], seen["piotr"]) == (NOON, NOON, LONG_AGO)

    olga.groups.clear()
    User.objects.filter(pk=ruth.pk).update(is_active=False)
    requesting.note_rights(at=NEXT_DAY)
    seen = dict(User.objects.values_list("username", "register_right_since"))
    assert (seen["olga"], seen["ruth"], seen["piotr"]) == (None, None, LONG_AGO)


def test_a_request_waits_for_a_colleague_who_is_new_and_is_not_done_by_one_alone(certificate, piotr):
    make_registrar("nils", date_joined=NOON)

    request = ask(certificate, piotr)

    assert request.due_at is None
    assert requesting.do_due_requests(at=NEXT_DAY) == 0


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do things in threads of their own, at the same moment; return what each returned or raised."""

    def one(act: Callable[[], object]) -> object:
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - what each met is what the test looks at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_people_who_agree_and_a_worker_that_sweeps_at_the_same_moment_do_it_once(certificate, piotr):
    request = ask(certificate, piotr)
    marta, nils = make_registrar("marta"), make_registrar("nils")

    at_once(
        lambda: agree(request, marta),
        lambda: agree(request, nils),
        lambda: requesting.do_due_requests(at=NEXT_DAY),
        lambda: requesting.take_back_request(request=request, by=piotr, at=LATER),
    )

    request.refresh_from_db()
    assert request.state in {"done", "taken-back"}
    assert kinds(certificate).count("revoked") == (request.state == "done")


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_ask_at_the_same_moment_leave_one_request(certificate, piotr, marta):
    outcomes = at_once(lambda: ask(certificate, piotr), lambda: ask(certificate, marta))

    assert CertificateRequest.objects.count() == 1
    assert sum(isinstance(outcome, NotPossible) for outcome in outcomes) == 1
