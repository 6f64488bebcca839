"""Many people brought in: looked over, mended, added by a job, told, printed, undone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Invitation, Membership, Notification, SignInCard, User
from accounts.operations import carding_many
from accounts.operations.cards import use_card
from accounts.operations.memberships import end_membership
from accounts.queries.joining import card_by
from cockpit import tasks
from cockpit.models import ImportedRow, PeopleImport
from cockpit.operations import importing, importing_mails
from cockpit.operations.joining import accept_invitation
from cockpit.queries.importing import IMPORT, UNDO
from cockpit.rules.importing_files import read_list
from foundation.models import Job
from foundation.operations import run_job
from progress.models import CohortMember, Enrolment
from progress.operations.cohorts import make_cohort
from tests.cockpit.import_files import csv_file, people, xlsx_file
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation, make_user, signed_in
from tests.progress.builders import NOON, counted_queries

pytestmark = pytest.mark.django_db
PAGE = "/en/cockpit/import/"
State, RowState = PeopleImport.State, ImportedRow.State
FORTY = [
    *people(36),
    ("Ana Pop", "ana.hub.example"),
    ("", "bo@hub.example"),
    ("Person 1 again", "person-1@hub.example"),
    ("Without Mail", ""),
]


@pytest.fixture
def hub(db):
    return make_organisation("Repair Hub")


@pytest.fixture
def manager(hub):
    return make_manager("marta", organisation=hub)


@pytest.fixture
def browser(manager):
    return signed_in(manager)


def send(browser, data: bytes, *, name: str = "people.csv", **fields):
    """Send a list as the page's form does."""
    page = browser.get(PAGE).content.decode()
    said = dict(re.findall(r'<input type="hidden" name="(key|organisation)" value="([^"]*)"', page))
    return browser.post(PAGE, said | {"language": "en", "file": SimpleUploadedFile(name, data)} | fields)


def sent(browser, data: bytes, **fields) -> PeopleImport:
    answer = send(browser, data, **fields)
    assert answer.status_code == 303, re.findall(r'field__problem">(.*?)</p>', answer.content.decode())
    return PeopleImport.objects.get(public_id=answer.url.rstrip("/").rsplit("/", 1)[-1])


def looked_over(hub, manager, *rows, **fields) -> PeopleImport:
    return importing.look_over(
        organisation=hub,
        read=read_list(csv_file(*rows)),
        file_name="people.csv",
        file_sha256="0" * 64,
        language="en",
        by=manager,
        at=NOON,
        key=uuid4(),
        **fields,
    )


def work(record: PeopleImport, kind: str = IMPORT, *, at=NOON) -> PeopleImport:
    record.refresh_from_db()
    job = Job.objects.get(kind=kind, key=f"{record.public_id}:{record.run_count}")
    assert run_job(job_id=job.pk, clock=lambda: at)
    record.refresh_from_db()
    return record


def added(hub, manager, *rows, at=NOON, **fields) -> PeopleImport:
    record = looked_over(hub, manager, *rows, **fields)
    importing.start_import(record=record, at=at)
    return work(record, at=at)


def states(record: PeopleImport) -> list[str]:
    return list(record.rows.order_by("number").values_list("state", flat=True))


def page_of(browser, record: PeopleImport) -> str:
    return browser.get(f"{PAGE}{record.public_id}/").content.decode()


def test_a_list_of_forty_with_three_faults_is_mended_on_the_page_and_added(browser, hub):
    record = sent(browser, xlsx_file(*FORTY), name="people.xlsx")
    address = f"{PAGE}{record.public_id}/"
    page = page_of(browser, record)
    assert "37 people can be added, 3 rows need a look" in page
    assert "Row 38: the address has no @." in page
    assert "Row 39: the name is missing." in page
    assert "Row 40: the same address is in row 2." in page
    assert Invitation.objects.count() == 0

    typed = {"row": ["38", "39", "40"], "row-38-email": "ana@hub.example", "row-39-name": "", "row-40-out": "on"}
    refused = browser.post(address, typed | {"act": "add"})

    text = refused.content.decode()
    assert refused.status_code == 422
    assert "<title>Error:" in text
    assert text.count("Row 39: the name is missing.") == 2  # in the summary and at the field
    assert "ana@hub.example" in text
    assert Job.objects.filter(kind=IMPORT).count() == 0

    answer = browser.post(address, {"row": "39", "row-39-name": "Bo Ek", "act": "add"})
    again = browser.post(address, {"act": "add"})

    assert (answer.status_code, again.status_code) == (303, 303)
    running = browser.get(address)
    assert running.headers["Refresh"] == "3"
    assert "<progress" in running.content.decode()
    work(record, at=timezone.now())
    assert (record.state, states(record).count(RowState.ADDED)) == (State.DONE, 39)
    assert Invitation.objects.filter(organisation=hub, state="waiting").exclude(email="").count() == 38
    assert Notification.objects.filter(kind="accounts.invitation").count() == 38
    card = Invitation.objects.get(email="")
    assert (card.name, card.person.has_usable_password()) == ("Without Mail", False)
    done = browser.get(address)
    assert "39 people were added" in done.content.decode()
    assert "Refresh" not in done.headers


@pytest.mark.both_databases
def test_the_same_file_again_adds_nobody_and_a_longer_one_adds_who_is_missing(hub, manager):
    added(hub, manager, *FORTY[:5], ("Without Mail", ""), ("Named", "", "named"))

    again = added(hub, manager, *FORTY[:6], ("Without Mail", ""), ("Named", "", "named"))

    assert states(again).count(RowState.WAS_HERE) == 7
    assert states(again).count(RowState.ADDED) == 1
    assert Invitation.objects.count() == 8
    assert User.objects.filter(invitations__isnull=False).count() == 2
    assert Notification.objects.filter(kind="accounts.invitation").count() == 6


def test_a_list_with_nobody_new_says_so_and_has_no_button(browser, hub, manager):
    added(hub, manager, *FORTY[:3])

    record = sent(browser, csv_file(*FORTY[:3]))

    page = page_of(browser, record)
    assert "Nobody can be added yet" in page
    assert "3 are here already" in page
    assert 'value="add"' not in page
    with pytest.raises(importing.NothingToAdd):
        importing.start_import(record=record, at=NOON)


def test_members_who_are_here_come_into_the_course_and_others_get_there_when_they_accept(hub, manager):
    course = make_course()
    ana = make_learner("ana", email="ana@hub.example")
    join(ana, hub)

    record = added(hub, manager, ("Ana", "ana@hub.example"), ("Bo", "bo@hub.example"), course_key=course.key)

    assert states(record) == [RowState.WAS_HERE, RowState.ADDED]
    assert Enrolment.objects.get(learner=ana).organisation == hub
    bo = make_learner("bo")
    accept_invitation(invitation=Invitation.objects.get(), person=bo, at=NOON)
    assert Enrolment.objects.filter(learner=bo, course=course, organisation=hub).exists()


def test_members_who_are_here_come_into_the_cohort_once(hub, manager):
    cohort = make_cohort(
        name="May", organisation=hub, start_date=NOON.date(), end_date=NOON.date(), course=make_course(), at=NOON
    )
    join(make_learner("ana", email="ana@hub.example"), hub)
    record = looked_over(hub, manager, ("Ana", "ana@hub.example"), cohort_key=cohort.public_id)

    importing.start_import(record=record, at=NOON)
    work(record)

    assert CohortMember.objects.filter(cohort=cohort).count() == 1


def test_an_account_of_somebody_else_is_not_told_of(browser, hub):
    make_learner("stranger", email="stranger@other.example")

    record = sent(browser, csv_file(("Stranger", "stranger@other.example"), ("Nobody", "nobody@other.example")))

    assert states(record) == [RowState.READY, RowState.READY]
    rows = re.findall(r"<td data-label=\"How it stands\">(.*?)</td>", page_of(browser, record))
    assert rows[0] == rows[1]


def test_a_username_that_was_taken_meanwhile_is_put_back_to_be_looked_at_and_the_others_go_on(hub, manager):
    record = looked_over(hub, manager, ("Ana", "", "ana"), ("Bo", "", "bo"))
    importing.start_import(record=record, at=NOON)
    make_user("ana")

    work(record)

    assert states(record) == [RowState.PROBLEM, RowState.ADDED]
    left = importing.mend_rows(record=record, changes={2: {"username": "ana2"}}, at=NOON)
    importing.start_import(record=record, at=NOON)
    work(record)
    assert (left, states(record)) == (0, [RowState.ADDED, RowState.ADDED])
    assert User.objects.filter(username__in=["ana2", "bo"]).count() == 2


def test_people_of_one_name_get_usernames_of_their_own_also_where_one_is_taken_at_this_moment(
    hub, manager, monkeypatch
):
    make_user("ana.b")
    record = added(hub, manager, ("Ana Bo", ""), ("Ana Bu", ""), ("Ana Be", "", "ana.b2"))
    names = record.rows.order_by("number").values_list("invitation__person__username", flat=True)
    assert (states(record), list(names)) == ([RowState.ADDED] * 3, ["ana.b3", "ana.b4", "ana.b2"])

    # Looked for, a username was free; written down, it is not.
    monkeypatch.setattr(carding_many, "_usernames", lambda newcomers: {one.key: "ana.b" for one in newcomers})
    record = added(hub, manager, ("Ana Bi", ""), ("Bea", "", "bea"))
    names = record.rows.order_by("number").values_list("invitation__person__username", flat=True)
    assert list(names) == ["ana.b5", "bea"]


def test_it_stops_where_it_was_stopped_and_goes_on_from_there(hub, manager, monkeypatch):
    record = looked_over(hub, manager, *people(60))
    importing.start_import(record=record, at=NOON)
    job = Job.objects.get(kind=IMPORT)
    moments = iter([NOON, NOON, NOON + timedelta(minutes=1)])  # begun, counted, one step done
    assert not run_job(job_id=job.pk, clock=lambda: next(moments), at_most=timedelta(minutes=1))

    importing.stop_import(record=record, at=NOON)
    run_job(job_id=job.pk, clock=lambda: NOON)

    record.refresh_from_db()
    assert (record.state, states(record).count(RowState.ADDED)) == (State.STOPPED, 50)
    importing.start_import(record=record, at=NOON)
    work(record)
    assert (record.state, Invitation.objects.count()) == (State.DONE, 60)


def test_it_stops_where_its_maker_manages_the_organisation_no_more(hub, manager):
    record = looked_over(hub, manager, *people(3))
    importing.start_import(record=record, at=NOON)
    end_membership(membership=Membership.objects.get(user=manager), by=make_manager(organisation=hub), at=NOON)

    work(record, at=NOON + timedelta(days=1))

    assert (record.state, Invitation.objects.count()) == (State.STOPPED, 0)


@pytest.mark.both_databases
def test_undoing_takes_back_what_nobody_answered_and_keeps_who_joined(hub, manager):
    record = added(hub, manager, *people(3), ("Card One", "", "one"), ("Card Two", "", "two"))
    here = make_learner("came")
    accept_invitation(invitation=Invitation.objects.get(email="person-2@hub.example"), person=here, at=NOON)
    two = User.objects.get(username="two")
    secrets = importing.print_cards(record=record, by=manager, at=NOON, most=10)
    assert len(secrets) == 2
    card = next(card_by(secret) for secret in secrets.values() if card_by(secret).person_id == two.pk)
    assert use_card(card=card, passphrase="four words in a row", at=NOON)
    accept_invitation(invitation=Invitation.objects.get(person=two), person=two, at=NOON)

    importing.undo_import(record=record, at=NOON + timedelta(hours=23))
    importing.undo_import(record=record, at=NOON + timedelta(hours=23))
    work(record, UNDO, at=NOON + timedelta(hours=23))

    assert record.state == State.UNDONE
    assert states(record).count(RowState.UNDONE) == 3
    assert sorted(Invitation.objects.filter(state="joined").values_list("name", flat=True)) == ["Card Two", "Person 2"]
    assert Invitation.objects.filter(state="revoked").count() == 2
    assert set(User.objects.filter(username__in=["one", "two"]).values_list("username", flat=True)) == {"two"}
    assert Membership.objects.filter(organisation=hub, role="learner").count() == 2


def test_it_can_be_undone_for_24_hours(hub, manager):
    record = added(hub, manager, *people(1))

    with pytest.raises(importing.NotNow):
        importing.undo_import(record=record, at=NOON + timedelta(hours=24))

    assert Invitation.objects.get().state == "waiting"


def test_what_was_undone_is_said_with_who_stays(browser, hub, manager):
    record = added(hub, manager, *people(3), at=timezone.now())
    accept_invitation(invitation=Invitation.objects.earliest("pk"), person=make_learner(), at=timezone.now())
    assert "1 person joined meanwhile and stays." in page_of(browser, record)

    answer = browser.post(f"{PAGE}{record.public_id}/undo/")
    work(record, UNDO, at=timezone.now())

    assert answer.status_code == 303
    page = page_of(browser, record)
    assert "Undone: 2 invitations and cards were taken back." in page
    assert "1 person had joined already and stays." in page


def test_cards_are_printed_anew_and_those_of_before_open_nothing(browser, hub, manager):
    record = added(hub, manager, ("Ana", ""), ("Bo", ""), at=timezone.now())
    before = set(SignInCard.objects.values_list("pk", flat=True))

    answer = browser.post(f"{PAGE}{record.public_id}/cards/")

    assert (answer.status_code, answer.url) == (303, "/en/cockpit/cards/sheet/")
    sheet = browser.get(answer.url).content.decode()
    assert all(name in sheet for name in ("Ana", "Bo"))
    assert not SignInCard.objects.filter(pk__in=before, revoked_at=None).exists()
    assert SignInCard.objects.filter(revoked_at=None).count() == 2


def test_the_same_form_sent_twice_is_one_import(browser):
    page = browser.get(PAGE).content.decode()
    said = dict(re.findall(r'<input type="hidden" name="(key|organisation)" value="([^"]*)"', page))

    answers = [
        browser.post(PAGE, said | {"language": "en", "file": SimpleUploadedFile("a.csv", csv_file(*people(2)))})
        for _click in range(2)
    ]

    assert answers[0].url == answers[1].url
    assert PeopleImport.objects.count() == 1


def test_a_row_that_another_window_mended_stays_as_it_is(hub, manager):
    record = looked_over(hub, manager, ("Ana", "ana"))
    importing.mend_rows(record=record, changes={2: {"email": "ana@hub.example"}}, at=NOON)

    importing.mend_rows(record=record, changes={2: {"email": "other"}}, at=NOON)

    assert record.rows.get().values["email"] == "ana@hub.example"
    importing.start_import(record=record, at=NOON)
    with pytest.raises(importing.NotNow):
        importing.mend_rows(record=record, changes={2: {"email": "other"}}, at=NOON)


def test_a_foreign_import_is_as_an_absent_one(browser):
    other = make_organisation("Elsewhere")
    record = looked_over(other, make_manager(organisation=other), *people(1))

    for public_id in (record.public_id, uuid4()):
        for end in ("", "stop/", "undo/", "cards/"):
            assert browser.get(f"{PAGE}{public_id}/{end}").status_code == 404
            assert browser.post(f"{PAGE}{public_id}/{end}", {"act": "add"}).status_code == 404
    answer = send(browser, csv_file(*people(1)), key=str(record.public_id))
    assert answer.status_code == 303
    assert str(record.public_id) not in answer.url
    record.refresh_from_db()
    assert record.organisation == other
    assert send(browser, csv_file(*people(1)), organisation=str(other.public_id)).status_code == 422


def test_a_get_changes_nothing(browser, hub, manager):
    record = added(hub, manager, ("Ana", ""), at=timezone.now())

    for end in ("stop/", "undo/", "cards/"):
        assert browser.get(f"{PAGE}{record.public_id}/{end}").status_code == 303

    record.refresh_from_db()
    assert record.state == State.DONE
    assert SignInCard.objects.filter(revoked_at=None).count() == SignInCard.objects.count() == 1


def test_a_file_that_is_not_read_is_refused_at_its_field_and_nothing_is_stored(browser):
    answer = send(browser, b"%PDF-1.7", name="people.csv")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("This is no list of people, but a file of another kind (PDF).") == 2
    assert not PeopleImport.objects.exists()


def test_a_guessed_encoding_and_columns_that_are_not_read_are_said(browser):
    data = csv_file(("Però", "p@hub.example", "1"), headings=("Nome", "Mail", "Telefono"), encoding="cp1252")

    page = page_of(browser, sent(browser, data))

    assert "It was read as windows-1252" in page
    assert "This column is not read: Telefono." in page


def test_the_template_has_headings_in_the_readers_language(browser):
    assert browser.get("/it/cockpit/import/people.csv").content.decode("utf-8-sig").startswith("Nome e cognome;E-mail")
    assert browser.get("/de/cockpit/import/people.xlsx").content[:2] == b"PK"
    assert browser.get("/en/cockpit/import/people.exe").status_code == 404


def test_the_page_costs_the_same_for_ten_rows_and_for_five_hundred(browser, hub, manager):
    small, large = looked_over(hub, manager, *people(10)), looked_over(hub, manager, *people(500, start=100))
    page_of(browser, small)
    with counted_queries() as few:
        page_of(browser, small)
    with counted_queries() as many:
        page = page_of(browser, large)

    assert len(few) == len(many) <= 15
    assert len(page) < 50_000


def test_many_rows_with_faults_come_in_pages_and_can_be_left_out_together(browser, hub, manager):
    record = looked_over(hub, manager, *[(f"Person {number}", "none") for number in range(30)], *people(1))
    page = page_of(browser, record)
    assert page.count('name="row"') == 25
    assert "These are 1 to 25 of 30" in page

    answer = browser.post(f"{PAGE}{record.public_id}/", {"act": "leave-out"})

    assert answer.status_code == 303
    assert states(record).count(RowState.LEFT_OUT) == 30


def test_who_began_it_gets_a_message_with_the_numbers_once_it_is_done(hub, manager):
    User.objects.filter(pk=manager.pk).update(email="marta@hub.example")

    record = added(hub, manager, *people(2), ("Ana", ""))

    told = Notification.objects.select_related("person").get(kind=importing_mails.IMPORT_DONE)
    words = importing_mails.words_of_done(told, {"import": str(record.public_id)})
    assert told.person == manager
    assert "2 people were invited by mail. 1 person got a card." in words["paragraphs"]
    Membership.objects.filter(user=manager).update(end_date=NOON.date(), ended_at=NOON)
    assert importing_mails.words_of_done(told, {"import": str(record.public_id)}) is None


def test_texts_of_rows_are_emptied_after_60_days_and_the_numbers_stay(hub, manager):
    record = added(hub, manager, *people(2))
    waiting = looked_over(hub, manager, ("Ana", "x"))

    assert importing.forget_import_texts(at=NOON + timedelta(days=59)) == 0
    assert importing.forget_import_texts(at=NOON + timedelta(days=60)) == 2

    assert [row.values for row in record.rows.all()] == [{}, {}]
    assert states(record) == [RowState.ADDED] * 2
    assert not PeopleImport.objects.filter(pk=waiting.pk).exists()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.forget_old_import_texts.name in scheduled
