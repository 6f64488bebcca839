import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.models import Badge, CertificateEvent, SigningKey, StatusList, StatusPlace
from certificates.operations.badges import NoBadge, badge_from_message, sign_badge, sign_many
from certificates.operations.events import record_event
from certificates.operations.keys import (
    KeyExists,
    KeyMissing,
    NoSuchKey,
    WrongHost,
    create_key,
    remove_key,
    rotate_key,
    signer_of,
)
from certificates.operations.status_lists import sign_due_lists, status_from_message, take_places
from certificates.queries.badges import BadgeState, badge_of, check_badge
from certificates.queries.keys import did_document_of
from certificates.rules.bitstring import decode, is_set
from certificates.rules.multikey import read_multikey
from certificates.rules.signing import is_signed_by
from foundation.models import OutboxMessage
from foundation.operations import deliver_message, post_message
from tests.certificates.payloads import old_payload
from tests.certificates.signed import BASE_URL, NOON, issue
from tests.people import make_learner, make_operator
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def keys_dir(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = BASE_URL
    return settings.PORTAL_KEYS_DIR


@pytest.fixture
def certificate():
    return issue(email="giulia@collina.example")


def _bit(certificate) -> bool:
    place = StatusPlace.objects.select_related("status_list").get(certificate=certificate)
    document = json.loads(place.status_list.document)
    return is_set(decode(document["credentialSubject"]["encodedList"]), place.index)


@pytest.mark.both_databases
def test_a_badge_is_signed_once_a_language_and_found_again(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON)

    assert sign_badge(certificate=certificate, language="en", at=NOON + timedelta(days=1)) == badge
    assert badge_of(certificate, "en") == badge
    assert badge_of(certificate, "it") is None
    italian = sign_badge(certificate=certificate, language="it", at=NOON)
    assert json.loads(italian.document)["credentialSubject"]["achievement"]["inLanguage"] == "it"
    assert StatusPlace.objects.count() == 1
    assert is_signed_by(json.loads(badge.document), read_multikey(badge.key.public_multibase))


def test_the_message_of_an_issue_signs_in_the_holder_s_language():
    learner = make_learner(email="anna@example.org", language="it")
    certificate = issue(learner=learner)

    badge_from_message({"certificate": certificate.pk}, at=NOON)

    assert [badge.language for badge in Badge.objects.filter(certificate=certificate)] == ["it"]


def test_a_holder_without_an_address_is_named_by_the_certificate():
    badge = sign_badge(certificate=issue(email=""), language="en", at=NOON)

    subject = json.loads(badge.document)["credentialSubject"]
    assert subject["id"] == f"{BASE_URL}/en/certificates/{badge.certificate.public_id}/#holder"
    assert "identifier" not in subject


def test_the_last_day_of_a_certificate_counts_to_its_end(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON)

    assert certificate.payload["valid_until"] == "2029-11-24"
    assert json.loads(badge.document)["validUntil"] == "2029-11-24T22:59:59Z"  # midnight in Brussels, in winter


def test_a_certificate_older_than_badges_has_none():
    certificate = issue(payload=old_payload())

    badge_from_message({"certificate": certificate.pk}, at=NOON)

    assert not Badge.objects.exists()
    with pytest.raises(NoBadge):
        sign_badge(certificate=certificate, language="en", at=NOON)


def test_a_text_that_cannot_be_signed_keeps_nobody_else_from_their_badge():
    broken, whole = issue(email="a@example.org"), issue(email="b@example.org")
    payload = broken.payload | {"number": "CT-\x01"}
    type(broken).objects.filter(pk=broken.pk).update(payload=payload)

    badges = sign_many(certificate_ids=[broken.pk, whole.pk], at=NOON)

    assert [badge.certificate for badge in badges] == [whole]


def test_many_badges_cost_few_queries():
    some = [issue(email=f"a{number}@example.org") for number in range(3)]
    more = [issue(email=f"b{number}@example.org") for number in range(12)]
    sign_many(certificate_ids=[some[0].pk], at=NOON)  # makes key and list

    with counted_queries() as few:
        sign_many(certificate_ids=[certificate.pk for certificate in some], at=NOON)
    with counted_queries() as many:
        badges = sign_many(certificate_ids=[certificate.pk for certificate in more], at=NOON)

    assert len(badges) == 12
    assert len(many) <= len(few) <= 13


@pytest.mark.both_databases
def test_revoking_sets_the_bit_and_restoring_clears_it(certificate):
    sign_badge(certificate=certificate, language="en", at=NOON)
    assert not _bit(certificate)

    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)
    assert StatusList.objects.get().is_stale
    status_from_message({"certificate": certificate.pk}, at=NOON)
    assert _bit(certificate)

    record_event(certificate=certificate, kind=CertificateEvent.Kind.RESTORED, at=NOON + timedelta(hours=1))
    status_from_message({"certificate": certificate.pk}, at=NOON + timedelta(hours=1))
    assert not _bit(certificate)
    assert not StatusList.objects.get().is_stale


def test_a_replaced_certificate_is_set_for_good(certificate):
    sign_badge(certificate=certificate, language="en", at=NOON)
    record_event(certificate=certificate, kind=CertificateEvent.Kind.REISSUED, at=NOON)

    assert sign_due_lists(at=NOON) == 1
    assert _bit(certificate)


def test_what_was_withdrawn_before_it_had_a_badge_is_set_once_it_has(certificate):
    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)
    sign_badge(certificate=certificate, language="en", at=NOON)

    sign_due_lists(at=NOON)

    assert _bit(certificate)


def test_a_list_is_signed_anew_before_it_ends(certificate):
    sign_badge(certificate=certificate, language="en", at=NOON)
    first = StatusList.objects.get()

    assert sign_due_lists(at=NOON + timedelta(days=3)) == 0
    assert sign_due_lists(at=NOON + timedelta(days=5)) == 1
    assert StatusList.objects.get().valid_until == first.valid_until + timedelta(days=5)


def test_the_next_list_is_opened_when_one_is_half_full():
    certificates = [issue(email=f"a{number}@example.org") for number in range(5)]
    signer = signer_of(issuer=site_issuer(), at=NOON)
    take_places(certificates=certificates[:1], signer=signer, at=NOON)
    StatusList.objects.update(length=4)  # half full after two

    places = take_places(certificates=certificates, signer=signer, at=NOON)

    lists = {}
    for place in places.values():
        lists.setdefault(place.status_list.number, set()).add(place.index)
    assert {number: len(indices) for number, indices in lists.items()} == {1: 2, 2: 3}
    assert [(entry.number, entry.is_open) for entry in StatusList.objects.order_by("number")] == [(1, False), (2, True)]


def test_the_database_refuses_a_place_for_two():
    one, other = issue(email="a@example.org"), issue(email="b@example.org")
    sign_badge(certificate=one, language="en", at=NOON)
    place = StatusPlace.objects.get(certificate=one)

    with pytest.raises(IntegrityError), transaction.atomic():
        StatusPlace.objects.create(certificate=other, status_list=place.status_list, index=place.index)


def test_the_secret_half_lies_in_a_file_that_only_its_owner_reads(keys_dir):
    key = create_key(issuer=site_issuer(), at=NOON)

    path = keys_dir / f"{key.key_id}.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert site_issuer().did == "did:web:learn.example"
    with pytest.raises(KeyExists):
        create_key(issuer=site_issuer(), at=NOON)


def test_a_further_issuer_has_a_did_and_a_list_of_its_own(db):
    partner = Issuer.objects.create(key="collina", legal_name="Rete Collina Viva")

    sign_many(certificate_ids=[issue(email="giulia@collina.example").pk, issue(issuer=partner).pk], at=NOON)

    partner.refresh_from_db()
    assert partner.did == "did:web:learn.example:issuers:collina"
    assert sorted(StatusList.objects.values_list("issuer__key", flat=True)) == ["collina", "site"]
    badge = Badge.objects.get(certificate__issuer=partner)
    assert json.loads(badge.document)["issuer"]["id"] == partner.did


def test_rotating_keeps_what_was_signed_and_signs_with_the_new_key(certificate):
    old = sign_badge(certificate=certificate, language="en", at=NOON)

    new = rotate_key(issuer=site_issuer(), at=NOON + timedelta(days=1))

    assert badge_of(certificate, "en") == old
    assert sign_badge(certificate=certificate, language="it", at=NOON + timedelta(days=1)).key == new
    assert len(did_document_of(site_issuer())["assertionMethod"]) == 2


def test_a_removed_key_is_out_of_the_document_and_badges_are_signed_again(
    certificate, keys_dir, django_capture_on_commit_callbacks
):
    old = sign_badge(certificate=certificate, language="en", at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        remove_key(key_id=old.key.key_id, at=NOON)

    assert did_document_of(site_issuer())["verificationMethod"] == []
    assert not (keys_dir / f"{old.key.key_id}.pem").exists()
    assert StatusList.objects.get().is_stale
    assert badge_of(certificate, "en") is None
    assert check_badge(old.document, today=TODAY).state is BadgeState.KEY_REMOVED

    again = sign_badge(certificate=certificate, language="en", at=NOON + timedelta(days=1))

    assert again.key != old.key
    assert check_badge(again.document, today=TODAY).state is BadgeState.UNCHANGED
    with pytest.raises(NoSuchKey):
        remove_key(key_id="no-such-key", at=NOON)


def test_a_site_that_moved_signs_nothing(certificate, settings):
    sign_badge(certificate=certificate, language="en", at=NOON)
    settings.PORTAL_BASE_URL = "https://elsewhere.example"

    with pytest.raises(WrongHost, match=r"did:web:learn\.example"):
        sign_badge(certificate=certificate, language="it", at=NOON)
    with pytest.raises(WrongHost):
        rotate_key(issuer=site_issuer(), at=NOON)
    assert SigningKey.objects.filter(retired_at=None).count() == 1


@pytest.mark.parametrize("harm", ["gone", "another", "open", "nonsense"])
def test_a_key_that_cannot_be_used_stops_badges_in_words(certificate, keys_dir, harm):
    key = create_key(issuer=site_issuer(), at=NOON)
    path = keys_dir / f"{key.key_id}.pem"
    if harm == "gone":
        path.unlink()
    elif harm == "another":
        other = create_key(issuer=Issuer.objects.create(key="collina"), at=NOON)
        path.write_bytes((keys_dir / f"{other.key_id}.pem").read_bytes())
    elif harm == "open":
        path.chmod(0o644)
    else:
        path.write_text("nonsense")

    with pytest.raises(KeyMissing, match=key.key_id):
        sign_badge(certificate=certificate, language="en", at=NOON)


def test_a_real_site_makes_no_key_by_itself(certificate, settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(KeyMissing, match="keys create"):
        sign_badge(certificate=certificate, language="en", at=NOON)

    settings.PORTAL_KEYS_DIR = None
    with pytest.raises(KeyMissing, match="PORTAL_KEYS_DIR"):
        create_key(issuer=site_issuer(), at=NOON)


def test_without_a_key_the_message_waits_and_operators_are_told_once_a_day(certificate, settings, keys_dir, mailoutbox):
    from certificates.operations.key_alarms import alarm_about_keys

    settings.PORTAL_CONTACT_EMAIL = ""
    make_operator("operator", email="operator@example.org")
    key = create_key(issuer=site_issuer(), at=NOON)
    path = keys_dir / f"{key.key_id}.pem"
    kept = path.read_bytes()
    path.unlink()
    message = post_message(kind="certificates.badge", key="one", payload={"certificate": certificate.pk}, at=NOON)

    assert not deliver_message(message_id=message.pk, at=NOON)
    assert alarm_about_keys(at=NOON) == 1
    alarm_about_keys(at=NOON + timedelta(hours=2))
    alarms = OutboxMessage.objects.filter(kind="certificates.key-alarm")
    assert alarms.count() == 1
    deliver_message(message_id=alarms.get().pk, at=NOON)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["operator@example.org"], "Badges cannot be signed")]
    assert key.key_id in mailoutbox[0].body
    alarm_about_keys(at=NOON + timedelta(days=1))
    assert alarms.count() == 2

    path.touch(mode=0o600)
    path.write_bytes(kept)
    later = NOON + timedelta(hours=1)
    assert deliver_message(message_id=message.pk, at=later)
    assert alarm_about_keys(at=NOON + timedelta(days=2)) == 0
    assert Badge.objects.filter(certificate=certificate).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one_key_one_list_and_one_badge_each():
    ids = [issue(email=f"a{number}@example.org").pk for number in range(6)]

    def work(_worker: int) -> list[int]:
        try:
            with transaction.atomic():
                return [badge.pk for badge in sign_many(certificate_ids=ids, at=NOON)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        signed = list(workers.map(work, range(3)))

    assert signed[0] == signed[1] == signed[2]
    assert (Badge.objects.count(), StatusPlace.objects.count()) == (6, 6)
    assert (SigningKey.objects.count(), StatusList.objects.count()) == (1, 1)


def test_the_check_of_an_uploaded_badge_says_what_it_is(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON)
    document = json.loads(badge.document)

    found = check_badge(badge.document, today=TODAY)
    assert (found.state, found.certificate, found.language) == (BadgeState.UNCHANGED, certificate, "en")
    assert found.status.is_valid
    assert check_badge(json.dumps(document, indent=2), today=TODAY).is_unchanged
    assert check_badge(json.dumps(document | {"name": "x"}), today=TODAY).state is BadgeState.CHANGED
    foreign = badge.document.replace(certificate.public_id, "f" * 32)
    assert check_badge(foreign, today=TODAY).state is BadgeState.NOT_OURS
    record_event(certificate=certificate, kind=CertificateEvent.Kind.REVOKED, at=NOON)
    withdrawn = check_badge(badge.document, today=TODAY)
    assert (withdrawn.state, withdrawn.certificate) == (BadgeState.UNCHANGED, certificate)
    assert withdrawn.status.is_withdrawn


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"id": NaN}',
        '{"id": 1, "id": 2}',
        "[" * 100_000,
        '{"a":' * 40 + "1" + "}" * 40,
        "x" * 300_000,
    ],
    ids=["nothing", "half", "a list", "a number", "no JSON", "a name twice", "deep", "forty deep", "long"],
)
def test_what_is_no_badge_is_unreadable(db, text):
    assert check_badge(text, today=TODAY).state is BadgeState.UNREADABLE


def test_what_is_kept_is_checked_too(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON)
    forged = badge.document.replace("86", "99")
    Badge.objects.filter(pk=badge.pk).update(document=forged)

    assert check_badge(forged, today=TODAY).state is BadgeState.CHANGED
