"""Ways into an organisation: links, invitations, cards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import ClusterManager, Invitation, JoinLink, Notification, SignInCard, User
from accounts.operations import cards, joining
from accounts.queries.joining import card_by, invitation_by, made_for, resets_of
from accounts.rules import ways_in
from tests.people import join, make_cluster, make_learner, make_manager, make_organisation
from tests.progress.builders import NOON

pytestmark = pytest.mark.django_db


@given(st.text(alphabet=ways_in.ALPHABET, min_size=8, max_size=8), st.sampled_from(["", " ", "-", "–", " - "]))
def test_a_code_is_understood_in_small_letters_with_any_dashes_and_look_alikes(code: str, between: str) -> None:
    typed = between.join(code).lower().replace("0", "o").replace("1", "l")
    assert ways_in.read_code(typed) == f"{code[:4]}-{code[4:]}"


@given(st.text(max_size=300))
def test_whatever_is_typed_is_a_code_or_none(text: str) -> None:
    code = ways_in.read_code(text)
    assert code is None or ways_in.read_code(code) == code


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Elena Popescu", "elena.p"),
        ("Łukasz Ångström", "lukasz.a"),
        ("Ștefan  cel Mare", "stefan.m"),
        ("Jonas", "jonas"),
        ("Ольга Иванова", "ольга.и"),
        ("  ", "learner"),
        ("'; DROP TABLE", "drop.t"),
    ],
)
def test_a_username_is_the_first_name_and_a_letter(name: str, username: str) -> None:
    assert next(ways_in.usernames_for(name)) == username


@given(st.text(max_size=200))
def test_a_username_made_of_any_name_can_be_one(name: str) -> None:
    User.username.field.run_validators(next(ways_in.usernames_for(name)))


def test_domains_are_read_with_or_without_an_at_sign() -> None:
    assert ways_in.read_domains("@Acul.example, talwerk.example\nacul.example.") == (
        ["acul.example", "talwerk.example"],
        [],
    )
    assert ways_in.read_domains("localhost a@b .com -x.example") == ([], ["localhost", "a@b", ".com", "-x.example"])


def test_a_link_is_made_once_for_a_form_that_is_sent_twice() -> None:
    organisation, key = make_organisation(), uuid4()
    made = [
        joining.make_join_link(organisation=organisation, days=3, limit=30, by=None, at=NOON, key=key) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert JoinLink.objects.get().expires_at == NOON + timedelta(days=3)


def test_a_link_never_gives_more_places_than_it_has() -> None:
    link = joining.make_join_link(organisation=make_organisation(), days=3, limit=2, by=None, at=NOON)
    assert [joining.take_place(link=link, at=NOON) for _ in range(3)] == [True, True, False]
    joining.give_place_back(link=link)
    assert joining.take_place(link=link, at=NOON)


def test_a_link_that_is_too_old_or_taken_back_gives_no_place() -> None:
    link = joining.make_join_link(organisation=make_organisation(), days=3, limit=2, by=None, at=NOON)
    assert not joining.take_place(link=link, at=NOON + timedelta(days=3))
    joining.revoke_join_link(link=link, at=NOON)
    assert not joining.take_place(link=link, at=NOON)


def _invite(organisation, email="ana@acul.example", **fields):
    words = {"name": "Ana", "language": "ro", "by": None, "at": NOON, **fields}
    return joining.invite(organisation=organisation, email=email, **words)


@pytest.mark.both_databases
def test_an_address_is_invited_and_mailed_once() -> None:
    organisation = make_organisation()
    invitation, token = _invite(organisation)
    again, no_token = _invite(organisation, email=" ANA@acul.example ")
    assert again == invitation
    assert token
    assert no_token == ""
    assert Notification.objects.get().address == "ana@acul.example"
    assert invitation_by(token) == invitation == invitation_by(invitation.code.lower().replace("-", " "))


def test_an_invitation_that_ran_out_is_opened_again() -> None:
    organisation = make_organisation()
    invitation, token = _invite(organisation)
    later = NOON + ways_in.INVITATION_OPEN
    again, new_token = _invite(organisation, at=later)
    assert again == invitation
    assert new_token
    assert invitation_by(token) is None
    assert invitation_by(new_token).expires_at > later
    assert Notification.objects.count() == 2


def test_sent_again_the_link_before_stops_working() -> None:
    manager = make_manager()
    invitation, token = _invite(make_organisation())
    assert joining.send_again(invitation=invitation, by=manager, at=NOON) is None  # pressed at once
    assert joining.send_again(invitation=invitation, by=manager, at=NOON + timedelta(hours=1)) is not None
    assert invitation_by(token) is None


def test_an_invitation_taken_back_stays_so() -> None:
    invitation, _token = _invite(make_organisation())
    assert joining.revoke_invitation(invitation=invitation, at=NOON)
    assert joining.revoke_invitation(invitation=invitation, at=NOON + timedelta(days=1))
    assert Invitation.objects.get().ended_at == NOON


def _card(organisation, name="Ana Pop", **fields):
    return joining.make_card(
        organisation=organisation, **{"name": name, "language": "ro", "by": None, "at": NOON} | fields
    )


@pytest.mark.both_databases
def test_a_card_makes_an_account_that_nobody_can_sign_in_to() -> None:
    organisation, key = make_organisation(), uuid4()
    made = _card(organisation, key=key)
    assert made.person.username == "ana.p"
    assert not made.person.has_usable_password()
    assert card_by(made.secret.lower().replace("-", "")) == made.card
    again = _card(organisation, key=key)
    assert again.person == made.person
    assert again.secret == ""
    assert _card(organisation).person.username == "ana.p2"
    assert invitation_by(made.invitation.code) is None  # the card is the way in


def test_a_username_that_was_asked_for_is_used_or_refused() -> None:
    organisation = make_organisation()
    assert _card(organisation, username="ana.popescu").person.username == "ana.popescu"
    with pytest.raises(joining.UsernameTaken):
        _card(organisation, username="Ana.Popescu")


def test_a_card_is_used_once_and_the_passphrase_is_its_holders() -> None:
    made = _card(make_organisation())
    assert cards.use_card(card=made.card, passphrase="river stone apple nine", at=NOON)
    assert not cards.use_card(card=made.card, passphrase="another one of mine", at=NOON)
    made.person.refresh_from_db()
    assert made.person.check_password("river stone apple nine")


@pytest.mark.parametrize("why", ["revoked", "old", "replaced"])
def test_a_card_that_does_not_count_opens_nothing(why: str) -> None:
    organisation = make_organisation()
    made, at = _card(organisation), NOON
    if why == "revoked":
        cards.revoke_card(card=made.card, at=NOON)
    elif why == "old":
        at = NOON + ways_in.CARD_OPEN
    else:
        cards.new_card(person=made.person, organisation=organisation, by=None, at=NOON)
    assert not cards.use_card(card=made.card, passphrase="river stone apple nine", at=at)
    assert SignInCard.objects.filter(used_at=None, revoked_at=None).count() <= 1


def test_a_reset_by_card_is_for_accounts_of_this_organisation_alone() -> None:
    organisation, manager = make_organisation(), make_manager()
    made = _card(organisation)
    join(made.person, organisation)
    card, _secret = cards.reset_by_card(person=made.person, organisation=organisation, by=manager, at=NOON)
    assert resets_of(made.person) == [(manager.get_short_name(), organisation.name, NOON)]
    assert card.made_by == manager
    own = make_learner()
    join(own, organisation)
    assert not made_for(own, organisation)
    with pytest.raises(cards.NotTheirs):
        cards.reset_by_card(person=own, organisation=organisation, by=manager, at=NOON)
    join(made.person, make_organisation())
    with pytest.raises(cards.NotTheirs):
        cards.reset_by_card(person=made.person, organisation=organisation, by=manager, at=NOON)


@pytest.mark.parametrize("right", ["a cluster", "a group", "the admin"])
def test_a_card_for_an_account_with_rights_beyond_the_organisation_is_never_made(right: str) -> None:
    organisation, manager = make_organisation(), make_manager()
    person = _card(organisation).person
    join(person, organisation)
    if right == "a cluster":
        ClusterManager.objects.create(user=person, cluster=make_cluster(), start_date=NOON.date())
    elif right == "a group":
        person.groups.add(Group.objects.create(name="Registrars of a test"))
    else:
        person.is_staff = True
        person.save()

    with pytest.raises(cards.NotTheirs):
        cards.reset_by_card(person=person, organisation=organisation, by=manager, at=NOON)


def test_a_reset_by_mail_goes_out_once_a_day() -> None:
    organisation, manager = make_organisation(), make_manager()
    person = make_learner(email="ana@acul.example")
    for _ in range(2):
        cards.reset_by_mail(person=person, organisation=organisation, by=manager, at=NOON)
    assert Notification.objects.get(kind="accounts.reset").person == person
    with pytest.raises(cards.NoAddress):
        cards.reset_by_mail(person=make_learner(), organisation=organisation, by=manager, at=NOON)


def test_sealed_secrets_open_for_a_while_and_only_whole() -> None:
    sealed = cards.seal_secrets({"a": "SECRET"})
    assert "SECRET" not in sealed
    assert cards.open_secrets(sealed, seconds=60) == {"a": "SECRET"}
    assert cards.open_secrets(sealed[:-4] + "AAAA", seconds=60) == {}


def test_invitations_are_deleted_60_days_after_their_end_with_accounts_never_opened() -> None:
    organisation = make_organisation()
    never = _card(organisation).person
    came = _card(organisation)
    cards.use_card(card=came.card, passphrase="river stone apple nine", at=NOON)
    join(came.person, organisation)
    _invite(organisation)
    end = NOON + ways_in.CARD_OPEN + ways_in.KEPT_AFTER_END
    assert joining.delete_ended_invitations(at=end - timedelta(days=1)) == 1  # the mailed one ended earlier
    assert joining.delete_ended_invitations(at=end + timedelta(days=1)) == 2
    assert not User.objects.filter(pk=never.pk).exists()
    assert User.objects.filter(pk=came.person.pk).exists()
    assert connection.vendor  # the rows are gone on either database
