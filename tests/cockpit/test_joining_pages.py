"""Pages by which people come in: what they say before anybody acts, and that only their buttons act."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, JoinLink, JoinRequest, Membership, SignInCard
from accounts.operations import cards, joining
from progress.models import Enrolment
from tests.people import (
    join,
    make_cluster,
    make_learner,
    make_manager,
    make_organisation,
    make_project,
    signed_in,
)
from tests.progress.builders import make_quiz_course

pytestmark = pytest.mark.django_db
WORDS = "river stone apple nine"


@pytest.fixture(autouse=True)
def _no_misses_yet():
    cache.clear()


def _link(organisation=None, **fields):
    words = {"days": 30, "limit": 30, "by": None, "at": timezone.now(), **fields}
    return joining.make_join_link(organisation=organisation or make_organisation("Repair Hub"), **words)


def _text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_code_leads_to_the_page_of_its_link_however_it_is_typed(client) -> None:
    link = _link()
    answer = client.post("/en/join/", {"code": " " + link.code.lower().replace("-", " ").replace("0", "o")})
    assert answer.status_code == 303
    assert answer["Location"] == reverse("cockpit:join", args=[link.token])


def test_a_visitor_reads_who_sees_what_before_there_is_an_account(client) -> None:
    organisation = make_organisation("Repair Hub")
    make_cluster("East", organisation)
    answer = client.get(f"/en/join/{_link(organisation, by=make_manager('radu')).token}/")
    text = _text(answer)
    assert answer.status_code == 200
    for words in (
        "Repair Hub invites you",
        "Radu",
        "which course you are in",
        "cluster East",
        "Nobody there ever sees",
    ):
        assert words in text
    assert "/en/account/signup/?next=/en/join/" in text
    assert answer["Cache-Control"].count("no-store") == 1


def test_where_people_are_not_shown_the_page_says_so(client) -> None:
    text = _text(client.get(f"/en/join/{_link(make_organisation('Quiet', shows_people=False)).token}/"))
    assert "Quiet has switched off" in text


def test_the_list_of_a_project_is_told(client) -> None:
    project = make_project("Threads", names_basis="contract", retention_until=timezone.localdate())
    text = _text(client.get(f"/en/join/{_link(project=project, course_key=make_quiz_course().key).token}/"))
    assert "project Threads" in text
    assert "list that its funder may check" in text


def test_opening_a_link_changes_nothing_and_the_button_joins() -> None:
    link, person = _link(course_key=make_quiz_course().key), make_learner()
    browser = signed_in(person)
    address = f"/en/join/{link.token}/"
    for _ in range(2):
        assert browser.get(address).status_code == 200
    assert not Membership.objects.exists()
    for _ in range(2):
        assert browser.post(address).status_code == 303
    assert Membership.objects.get().told_at is not None
    assert Enrolment.objects.count() == 1
    assert "You are in already" in _text(browser.get(address))


def test_who_is_signed_out_is_brought_back_to_the_link(client) -> None:
    link = _link()
    answer = client.post(f"/en/join/{link.token}/")
    assert answer.status_code == 303
    assert answer["Location"] == f"/en/account/login/?next=%2Fen%2Fjoin%2F{link.token}%2F"


def test_who_makes_an_account_comes_back_to_the_link(client) -> None:
    address = f"/en/join/{_link().token}/"
    fields = {"display_name": "Ana", "email": "", "username": "ana.k", "password1": WORDS, "next": address}
    answer = client.post("/en/account/signup/", fields)
    assert answer["Location"] == address
    assert not Membership.objects.exists()


def test_unknown_too_old_and_taken_back_read_the_same(client) -> None:
    old, back = _link(at=timezone.now() - timedelta(days=31)), _link(make_organisation())
    joining.revoke_join_link(link=back, at=timezone.now())
    pages = [client.get(f"/en/join/{token}/") for token in ("unknown", old.token, back.token)]
    assert [page.status_code for page in pages] == [404] * 3
    bodies = {re.sub(r"/join/[\w-]+/", "", _text(page)) for page in pages}
    assert len(bodies) == 1


def test_a_full_link_says_who_can_make_another(client) -> None:
    link = _link(limit=1, by=make_manager("radu"))
    signed_in(make_learner()).post(f"/en/join/{link.token}/")
    browser = signed_in(make_learner())
    browser.post(f"/en/join/{link.token}/")
    text = _text(browser.get(f"/en/join/{link.token}/"))
    assert "All places of this link are taken" in text
    assert "Radu can make another one" in text


def test_misses_are_slowed_and_right_codes_never(client) -> None:
    for _ in range(joining.MISSES_ALLOWED):
        joining.count_miss("127.0.0.1")
    assert client.post("/en/join/", {"code": "AAAA-AAAA"}).status_code == 429
    assert client.get("/en/join/unknown/").status_code == 429
    assert client.get("/en/card/AAAA-AAAA-AAAA/").status_code == 429
    link = _link()
    assert client.post("/en/join/", {"code": link.code}).status_code == 303
    assert client.get(f"/en/join/{link.token}/").status_code == 200


@pytest.mark.parametrize("typed", ["", "x", "AAAA-AAAA", "\x00", "🧵" * 40, "' OR 1=1"])
def test_a_code_of_nothing_is_answered_in_words_and_kept_in_the_field(client, typed: str) -> None:
    for address in ("/en/join/", "/en/card/"):
        answer = client.post(address, {"code": typed})
        assert answer.status_code == 422
        assert "There is a problem" in _text(answer)


def _invite(organisation=None, **fields):
    words = {"email": "ana@acul.example", "name": "Ana", "language": "en", "by": None, "at": timezone.now(), **fields}
    return joining.invite(organisation=organisation or make_organisation("Repair Hub"), **words)


def test_an_invitation_is_accepted_with_whatever_account_is_signed_in_and_the_page_says_which() -> None:
    _invitation, token = _invite()
    browser = signed_in(make_learner("zoe", email="zoe@learn.example"))
    text = _text(browser.get(f"/en/invitations/{token}/"))
    assert "(zoe)" in text
    assert "ana@acul.example" not in text
    assert browser.post(f"/en/invitations/{token}/").status_code == 303
    assert Membership.objects.get().user.username == "zoe"
    assert signed_in(make_learner()).get(f"/en/invitations/{token}/").status_code == 404


def test_the_code_of_an_invitation_leads_to_it(client) -> None:
    invitation, _token = _invite()
    answer = client.post("/en/join/", {"code": invitation.code})
    assert answer["Location"] == f"/en/invitations/{invitation.code}/"
    assert "Repair Hub invites you" in _text(client.get(answer["Location"]))


def test_a_manager_who_accepts_comes_to_the_people() -> None:
    _invitation, token = _invite(role="manager")
    browser = signed_in(make_learner())
    assert "To look after its people" in _text(browser.get(f"/en/invitations/{token}/"))
    assert browser.post(f"/en/invitations/{token}/")["Location"] == "/en/cockpit/"


def _card(organisation=None, **fields):
    words = {"name": "Ana Pop", "language": "en", "by": None, "at": timezone.now(), **fields}
    return joining.make_card(organisation=organisation or make_organisation("Repair Hub"), **words)


def test_the_holder_of_a_card_chooses_a_passphrase_joins_and_is_signed_in_as_on_a_shared_device(client) -> None:
    made = _card(course_key=make_quiz_course().key)
    answer = client.post("/en/card/", {"code": made.secret.lower().replace("-", "")})
    page = client.get(answer["Location"])
    assert "which course you are in" in _text(page)
    assert "ana.p" in _text(page)
    assert not Membership.objects.exists()
    weak = client.post(answer["Location"], {"passphrase": "short", "shared_device": "on"})
    assert weak.status_code == 422
    done = client.post(answer["Location"], {"passphrase": WORDS, "shared_device": "on"})
    assert done.status_code == 303
    assert client.session.get_expire_at_browser_close()
    assert Membership.objects.get().user == made.person
    assert Enrolment.objects.get().learner == made.person
    again = client.get(answer["Location"])
    assert again.status_code == 404
    assert client.login(username="ana.p", password=WORDS)


def test_a_card_that_was_replaced_or_taken_back_opens_nothing(client) -> None:
    made = _card()
    cards.new_card(person=made.person, organisation=made.invitation.organisation, by=None, at=timezone.now())
    assert client.post(f"/en/card/{made.secret}/", {"passphrase": WORDS}).status_code == 404
    assert not Membership.objects.exists()


def test_who_waits_reads_it_and_takes_it_back() -> None:
    link = _link(make_organisation("Repair Hub", approves_joining=True))
    browser, address = signed_in(make_learner()), f"/en/join/{link.token}/"
    assert "Ask to join Repair Hub" in _text(browser.get(address))
    browser.post(address)
    assert "Your request waits" in _text(browser.get(address))
    request = JoinRequest.objects.get()
    withdraw = f"/en/join/requests/{request.public_id}/withdraw/"
    assert signed_in(make_learner()).post(withdraw).status_code == 404
    assert browser.post(withdraw).status_code == 303
    assert "Ask to join Repair Hub" in _text(browser.get(address))


# Managers


@pytest.fixture
def hub():
    return make_organisation("Repair Hub")


@pytest.fixture
def manager(hub):
    return make_manager("radu", organisation=hub)


@pytest.fixture
def browser(manager):
    return signed_in(manager)


def _filled(browser, address: str, **fields):
    page = browser.get(address)
    form = page.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return page, {**values, **fields}


def test_a_manager_makes_a_link_once_and_takes_it_back(browser, hub) -> None:
    page, fields = _filled(browser, "/en/cockpit/join-links/", days="7", limit="12")
    assert "No link yet" in _text(page)
    answers = [browser.post("/en/cockpit/join-links/", fields) for _ in range(2)]
    link = JoinLink.objects.get()
    assert answers[1]["Location"] == f"/en/cockpit/join-links/{link.public_id}/"
    shown = _text(browser.get(answers[0]["Location"]))
    assert link.code in shown
    assert "/en/join/" + link.token in shown
    assert link.code in _text(browser.get(answers[0]["Location"] + "sheet/"))
    assert "0 of 12" in _text(browser.get("/en/cockpit/join-links/"))
    for _ in range(2):
        browser.post(answers[0]["Location"])
    assert "Taken back" in _text(browser.get("/en/cockpit/join-links/"))


def test_what_is_wrong_with_a_link_is_said_and_nothing_typed_is_lost(browser) -> None:
    _page, fields = _filled(browser, "/en/cockpit/join-links/", days="0", limit="99999")
    answer = browser.post("/en/cockpit/join-links/", fields)
    assert answer.status_code == 422
    assert 'value="99999"' in _text(answer)
    assert "There is a problem" in _text(answer)


def test_links_cohorts_and_organisations_of_others_are_absent(browser) -> None:
    foreign = _link(make_organisation("Other"))
    assert browser.get(f"/en/cockpit/join-links/{foreign.public_id}/").status_code == 404
    _page, fields = _filled(browser, "/en/cockpit/join-links/", organisation=str(foreign.organisation.public_id))
    assert browser.post("/en/cockpit/join-links/", fields).status_code == 422
    assert JoinLink.objects.count() == 1


def test_several_addresses_are_invited_at_once_and_their_state_is_said(browser, hub) -> None:
    lines = "Ana Pop <ana@acul.example>\n\nJON@acul.example\nana@acul.example"
    _page, fields = _filled(browser, "/en/cockpit/invitations/", addresses=lines)
    for _ in range(2):
        assert browser.post("/en/cockpit/invitations/", fields).status_code == 303
    assert list(Invitation.objects.order_by("pk").values_list("email", "name")) == [
        ("ana@acul.example", "Ana Pop"),
        ("jon@acul.example", ""),
    ]
    text = _text(browser.get("/en/cockpit/invitations/"))
    assert "2 addresses wait for an answer already" in text
    assert "On its way" in text


def test_lines_that_are_no_address_are_named(browser) -> None:
    _page, fields = _filled(browser, "/en/cockpit/invitations/", addresses="ana@acul.example\nnot an address")
    answer = browser.post("/en/cockpit/invitations/", fields)
    assert answer.status_code == 422
    assert "“not an address”" in _text(answer)
    assert not Invitation.objects.exists()


def test_an_invitation_is_printed_sent_again_and_taken_back(browser, hub, manager) -> None:
    invitation, _token = _invite(hub, by=manager, at=timezone.now() - timedelta(hours=1))
    address = f"/en/cockpit/invitations/{invitation.public_id}/"
    assert invitation.code in _text(browser.get(address))
    browser.post(address, {"do": "again"})
    assert "with a new link" in _text(browser.get(address))
    browser.post(address, {"do": "back"})
    assert "Taken back" in _text(browser.get(address))
    assert signed_in(make_manager()).get(address).status_code == 404


def test_whether_an_address_has_an_account_changes_no_word(browser, hub) -> None:
    make_learner(email="known@acul.example")
    pages = []
    for address in ("known@acul.example", "fresh@acul.example"):
        _page, fields = _filled(browser, "/en/cockpit/invitations/", addresses=address)
        browser.post("/en/cockpit/invitations/", fields)
        invitation = Invitation.objects.get(email=address)
        shown = _text(browser.get(f"/en/cockpit/invitations/{invitation.public_id}/"))
        for own in (address, invitation.code, str(invitation.public_id)):
            shown = shown.replace(own, "")
        pages.append(re.sub(r'<path class="sheetcard__ink"[^>]*>|csrfmiddlewaretoken" value="\w+"', "", shown))
    assert pages[0] == pages[1]


def test_people_without_e_mail_get_cards_that_are_shown_for_a_while(browser, hub) -> None:
    _page, fields = _filled(browser, "/en/cockpit/cards/", names="Ana Pop\nJon Pop")
    for _ in range(2):
        answer = browser.post("/en/cockpit/cards/", fields)
    assert answer["Location"] == "/en/cockpit/cards/sheet/"
    sheet = _text(browser.get("/en/cockpit/cards/sheet/"))
    secrets = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", sheet)
    assert len(secrets) == Invitation.objects.count() == 2
    assert "ana.p" in sheet
    assert not any(secret in str(dict(browser.session)) for secret in secrets)
    stranger = signed_in(make_manager(organisation=hub))
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", _text(stranger.get("/en/cockpit/cards/sheet/")))
    listed = _text(browser.get("/en/cockpit/cards/"))
    assert "Print new cards for 2 people" in listed
    assert not any(secret in listed for secret in secrets)
    browser.post("/en/cockpit/cards/anew/")
    assert SignInCard.objects.filter(used_at=None, revoked_at=None).count() == 2
    assert not any(secret in _text(browser.get("/en/cockpit/cards/sheet/")) for secret in secrets)


def test_the_same_form_with_another_name_adds_that_one_too(browser, hub) -> None:
    _page, fields = _filled(browser, "/en/cockpit/cards/", names="Ana Pop\nAna Pop")
    browser.post("/en/cockpit/cards/", fields)
    browser.post("/en/cockpit/cards/", fields | {"names": "Jon Pop\nAna Pop\nAna Pop"})
    assert sorted(Invitation.objects.values_list("name", flat=True)) == ["Ana Pop", "Ana Pop", "Jon Pop"]


def test_a_card_is_taken_back_with_the_invitation(browser, hub) -> None:
    made = _card(hub)
    assert signed_in(make_manager()).post(f"/en/cockpit/cards/{made.card.public_id}/back/").status_code == 404
    browser.post(f"/en/cockpit/cards/{made.card.public_id}/back/")
    assert Invitation.objects.get().state == "revoked"
    assert SignInCard.objects.get().revoked_at is not None


def test_a_manager_asks_for_a_reset_and_never_sees_a_passphrase(browser, hub, manager) -> None:
    made = _card(hub)
    cards.use_card(card=made.card, passphrase=WORDS, at=timezone.now())
    join(made.person, hub)
    address = f"/en/cockpit/people/{made.person.public_id}/reset/"
    assert "print a new card" in _text(browser.get(address))
    assert browser.post(address)["Location"] == "/en/cockpit/cards/sheet/"
    made.person.refresh_from_db()
    assert made.person.check_password(WORDS)
    by_mail = make_learner(email="ana@acul.example")
    join(by_mail, hub)
    address = f"/en/cockpit/people/{by_mail.public_id}/reset/"
    assert "ana@acul.example" not in _text(browser.get(address))
    assert browser.post(address).status_code == 303
    own = make_learner()
    join(own, hub)
    assert "Only the person can change" in _text(browser.get(f"/en/cockpit/people/{own.public_id}/reset/"))
    browser.post(f"/en/cockpit/people/{own.public_id}/reset/")
    assert not SignInCard.objects.filter(person=own).exists()
    assert browser.get(f"/en/cockpit/people/{make_learner().public_id}/reset/").status_code == 404


def test_the_person_reads_who_asked_for_a_reset(browser, hub, manager) -> None:
    person = make_learner(email="ana@acul.example")
    join(person, hub)
    assert "Who asked for a new passphrase" not in _text(signed_in(person).get("/en/me/sight/"))
    browser.post(f"/en/cockpit/people/{person.public_id}/reset/")
    assert "Who asked for a new passphrase for you</h2>" in _text(signed_in(person).get("/en/me/sight/"))


def test_a_manager_lets_people_in_or_not() -> None:
    hub = make_organisation("Repair Hub", approves_joining=True)
    browser, link = signed_in(make_manager(organisation=hub)), _link(hub)
    for name in ("ana", "jon"):
        signed_in(make_learner(name)).post(f"/en/join/{link.token}/")
    assert "2 people wait to be let in" in _text(browser.get("/en/cockpit/join-requests/"))
    ana, jon = JoinRequest.objects.order_by("pk")
    assert signed_in(make_manager()).post(f"/en/cockpit/join-requests/{ana.public_id}/").status_code == 404
    for _ in range(2):
        browser.post(f"/en/cockpit/join-requests/{ana.public_id}/", {"do": "let-in"})
    browser.post(f"/en/cockpit/join-requests/{jon.public_id}/", {"do": "refuse"})
    assert set(Membership.objects.filter(role="learner").values_list("user__username", flat=True)) == {"ana"}
    assert "Nobody waits" in _text(browser.get("/en/cockpit/join-requests/"))


def test_pages_of_ways_in_cost_the_same_for_few_and_many(browser, hub, manager, django_assert_max_num_queries) -> None:
    for number in range(30):
        _link(hub, by=manager)
        _invite(hub, email=f"a{number}@acul.example", by=manager)
        _card(hub, by=manager)
    for address in ("join-links", "invitations", "cards", "join-requests"):
        with django_assert_max_num_queries(15):
            assert browser.get(f"/en/cockpit/{address}/").status_code == 200
