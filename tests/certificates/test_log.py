"""The log of certificates: made afterwards, published once a day, and no change of the past goes unseen."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from certificates.models import Certificate, CertificateEvent, LogEntry, LogHead, Reason
from certificates.operations import chaining
from certificates.operations.chaining import chain_events
from certificates.operations.events import record_event
from certificates.operations.heads import sign_head
from certificates.operations.keys import KeyMissing, rotate_key
from certificates.queries.log import SAID, said_in
from certificates.rules.chain import START, leaf_of, link_of, read_head
from foundation.models import seal_of
from tests.certificates.builders import earn
from tests.courses.builders import make_course
from tests.portal.test_frozen_rows import columns_of, is_another, other_value

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITHDRAWN, RESTORED = CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.RESTORED
LOGGED = (CertificateEvent, LogEntry, LogHead)
both = pytest.mark.both_databases


@pytest.fixture(scope="module")
def all_certificates(django_db_setup, django_db_blocker):
    """Three certificates of one course, made once for a module and taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        course = make_course(lesson_count=1)
        yield [earn(course, name=name) for name in ("Giulia Ferri", "Ben Ode", "Ada Byron")]
        transaction.set_rollback(True)


@pytest.fixture
def certificates(all_certificates, db, settings, tmp_path) -> list[Certificate]:
    """Each test sees them fresh, with a folder of keys of its own."""
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    return all_certificates


@pytest.fixture
def logged(certificates) -> list[Certificate]:
    """With what happened to them, chained and signed on two days."""
    for number, certificate in enumerate(certificates):
        record_event(certificate=certificate, kind=WITHDRAWN, reason=Reason.ERROR, at=NOON + number * HOUR)
    chain_events(at=NOON + 4 * HOUR)
    sign_head(at=NOON + 5 * HOUR)
    for certificate in certificates[:2]:
        record_event(certificate=certificate, kind=RESTORED, reason=Reason.REVIEWED, at=NOON + 6 * HOUR)
    chain_events(at=NOON + 7 * HOUR)
    sign_head(at=NOON + 24 * HOUR)
    return certificates


def verify(**options: Any) -> list[str]:
    """Run the command; return its lines of differences, none where the log holds."""
    problems = StringIO()
    try:
        call_command("verify_log", stdout=StringIO(), stderr=problems, **options)
    except CommandError:
        assert problems.getvalue()
    return problems.getvalue().splitlines()


def rewrite_chain() -> None:
    """Do what somebody would who holds the database and knows the code: compute every link and seal anew."""
    previous = START
    for entry in LogEntry.objects.order_by("number").select_related("event__certificate"):
        leaf = leaf_of(said_in([_value(entry.event, name) for name in SAID]))
        previous = link_of(entry.number, previous, leaf)
        entry.leaf_sha256, entry.sha256 = leaf, previous
        LogEntry.objects.filter(pk=entry.pk).update(leaf_sha256=leaf, sha256=previous, seal=seal_of(entry))


def _value(event: CertificateEvent, name: str) -> Any:
    value: Any = event
    for part in name.split("__"):
        value = getattr(value, part)
    return value


@both
def test_events_are_chained_once_in_order_and_the_log_holds(certificates):
    assert chain_events(at=NOON + HOUR) == 3
    assert chain_events(at=NOON + HOUR) == 0
    record_event(certificate=certificates[0], kind=WITHDRAWN, reason=Reason.ERROR, at=NOON + HOUR)
    assert chain_events(at=NOON + 2 * HOUR) == 1

    entries = LogEntry.objects.order_by("number")
    assert [entry.number for entry in entries] == [1, 2, 3, 4]
    assert [entry.event_id for entry in entries] == list(
        CertificateEvent.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert verify() == []


def test_events_are_added_in_blocks(certificates, monkeypatch):
    monkeypatch.setattr(chaining, "_BLOCK", 2)
    assert chain_events(at=NOON + HOUR) == 3
    assert verify() == []


def test_an_event_that_was_committed_late_comes_later(certificates):
    late = CertificateEvent.objects.order_by("pk").first()
    # As if its transaction had not ended: made again with the number it had.
    CertificateEvent.objects.filter(pk=late.pk)._raw_delete("default")
    chain_events(at=NOON + HOUR)
    CertificateEvent.objects.bulk_create([late])

    assert chain_events(at=NOON + HOUR) == 1
    assert LogEntry.objects.get(number=3).event_id == late.pk
    assert verify() == []


def test_an_event_left_far_behind_is_found_when_all_are_looked_at(certificates, monkeypatch):
    monkeypatch.setattr(chaining, "_LOOK_BACK", 0)
    first = CertificateEvent.objects.order_by("pk").first()
    CertificateEvent.objects.filter(pk=first.pk)._raw_delete("default")
    chain_events(at=NOON + HOUR)
    CertificateEvent.objects.bulk_create([first])

    assert chain_events(at=NOON + HOUR) == 0
    assert chain_events(at=NOON + HOUR, looks_everywhere=True) == 1


@both
def test_a_head_is_signed_once_a_day_and_the_log_leads_to_it(logged, tmp_path):
    first, second = LogHead.objects.order_by("day")
    assert (first.day, first.number, second.day, second.number) == (date(2026, 11, 24), 6, date(2026, 11, 25), 8)
    assert sign_head(at=NOON + 25 * HOUR) == second
    assert verify() == []
    kept = tmp_path / "head.json"
    kept.write_text(first.document)
    assert verify(head=str(kept)) == []
    assert verify(head=second.document) == []


def test_an_empty_log_has_no_head(db):
    assert sign_head(at=NOON) is None


def test_without_a_key_the_head_waits_and_the_chain_goes_on(certificates, settings):
    settings.PORTAL_KEYS_DIR = None
    assert chain_events(at=NOON + HOUR) == 3
    with pytest.raises(KeyMissing):
        sign_head(at=NOON + HOUR)
    assert not LogHead.objects.exists()


def test_heads_of_a_retired_key_still_hold(logged):
    rotate_key(issuer=logged[0].issuer, at=NOON + 26 * HOUR)
    assert verify() == []


def test_the_words_say_what_it_proves_and_no_more(logged):
    said = StringIO()
    call_command("verify_log", stdout=said)
    assert "links 8, published heads 2" in said.getvalue()
    assert "not what somebody wrote anew as a whole" in said.getvalue()
    assert "convinces nobody of this site" in said.getvalue()
    said = StringIO()
    call_command("verify_log", stdout=said, head=LogHead.objects.latest("day").document)
    assert "up to link 8 is as it was when that head was signed" in said.getvalue()


def test_a_chain_that_was_written_anew_as_a_whole_is_found_with_a_kept_head_only(logged):
    kept = LogHead.objects.get(day=date(2026, 11, 24)).document
    event = CertificateEvent.objects.filter(kind=WITHDRAWN).first()
    event.reason = Reason.HOLDER
    CertificateEvent.objects.filter(pk=event.pk).update(reason=event.reason, seal=seal_of(event))
    rewrite_chain()
    LogHead.objects.all()._raw_delete("default")
    assert verify() == []
    [line] = verify(head=kept)
    assert "link 6 is another than when it was signed" in line


def test_links_that_were_taken_away_at_the_end_are_found_with_a_kept_head(logged):
    kept = LogHead.objects.latest("day").document
    LogHead.objects.all()._raw_delete("default")
    LogEntry.objects.filter(number__gt=7)._raw_delete("default")
    CertificateEvent.objects.filter(log_entry=None)._raw_delete("default")
    assert verify() == []
    [line] = verify(head=kept)
    assert "it ends at link 8, and the chain ends at 7" in line


@pytest.mark.parametrize("given", ["{}", '{"type": "CertificateLogHead"}', "/no/such/file"])
def test_what_is_no_head_is_refused_in_words(db, given):
    with pytest.raises(CommandError, match="head"):
        call_command("verify_log", head=given)


def test_a_head_that_another_key_signed_is_told_apart(logged):
    document = json.loads(LogHead.objects.latest("day").document)
    document["proof"]["verificationMethod"] = "did:web:elsewhere.example#key-1"
    [line] = verify(head=json.dumps(document))
    assert "signed with a key that is not ours" in line
    document = json.loads(LogHead.objects.latest("day").document)
    document["made_at"] = "2026-11-25T11:00:00Z"
    [line] = verify(head=json.dumps(document))
    assert "its proof does not hold" in line


def change_something(chance: random.Random) -> str:
    """Change a column of a row of the log or of an event, or take rows out; return what was done, or ""."""
    model = chance.choice(LOGGED)
    row = chance.choice(list(model._base_manager.order_by("pk")))
    rows = model._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            if chance.random() < 0.25:
                if model is CertificateEvent:  # with its link, else the database refuses
                    LogEntry.objects.filter(event=row.pk)._raw_delete("default")
                if model is LogEntry and chance.random() < 0.5:
                    rows._raw_delete("default")
                    rows = CertificateEvent.objects.filter(pk=row.event_id)
                rows._raw_delete("default")
                what = f"deleted {model.__name__} {row.pk}"
            else:
                field = chance.choice(columns_of(model))
                was = getattr(row, field.attname)
                value = other_value(field, was, chance)
                if not is_another(value, was):
                    return ""
                setattr(row, field.attname, value)
                # Half of them by somebody who knows how to make a seal. (When a row was made is held by the seal alone.)
                knows = field.attname not in {"seal", "made_at"} and chance.random() < 0.5
                sealed = {"seal": seal_of(row)} if knows else {}
                rows.update(**{field.attname: value}, **sealed)
                what = f"changed {model.__name__} {row.pk}, {field.attname}: {was!r} to {value!r} {sealed}"
            connection.check_constraints()
    except DatabaseError:
        return ""
    return what


def count_found(number: int, *, seed: int) -> tuple[int, list[str]]:
    """Make so many changes, each alone; return how many there were and those that went unseen.

    Looked at with the head of the last day, as somebody who kept it would: a deleted head is not missed by the chain.
    """
    chance = random.Random(seed)
    kept = {head.day: head.document for head in LogHead.objects.all()}
    last = kept[max(kept)]
    made, unseen = 0, []
    while made < number:
        savepoint = transaction.savepoint()
        what = change_something(chance)
        if what:
            made += 1
            if not verify(head=last) and set(kept) == set(LogHead.objects.values_list("day", flat=True)):
                unseen.append(what)
        transaction.savepoint_rollback(savepoint)
    return made, unseen


@both
def test_each_of_a_hundred_changes_and_deletions_is_found(logged):
    assert count_found(100, seed=random.randrange(10**9)) == (100, [])


@pytest.mark.full
def test_a_thousand_changes_and_deletions_in_the_log_are_found(logged, capsys):
    made, unseen = count_found(1000, seed=6)
    with capsys.disabled():
        print(f"\nverify_log: {made - len(unseen):,} of {made:,} changes and deletions found")  # noqa: T201 - for `make prove`
    assert unseen == []


@both
def test_heads_are_published_for_everybody_to_keep(logged, client):
    latest = client.get("/credentials/log/head")
    assert latest.status_code == 200
    assert latest["Access-Control-Allow-Origin"] == "*"
    assert latest["Cache-Control"] == "public, max-age=300"
    assert latest["Content-Type"] == "application/json"
    assert latest.content.decode() == LogHead.objects.latest("day").document
    assert not latest.cookies
    first = client.get("/credentials/log/2026-11-24")
    head, document = read_head(first.content.decode())
    assert (head.number, document["proof"]["cryptosuite"]) == (6, "eddsa-jcs-2022")
    assert first["Cache-Control"] == "public, max-age=86400"
    for absent in ("2026-11-23", "2026-13-01", "nothing", "20261124"):
        assert client.get(f"/credentials/log/{absent}", follow=True).status_code == 404


def test_a_head_names_nobody_and_no_certificate(logged):
    document = LogHead.objects.latest("day").document
    for certificate in logged:
        assert certificate.number not in document
        assert certificate.public_id not in document
