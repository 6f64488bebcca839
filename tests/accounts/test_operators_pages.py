"""People in /ops/ and in the CMS."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Membership, Notification, User
from foundation.models import OutboxMessage
from progress.operations.sharing import share_enrolment
from tests.courses.builders import make_course
from tests.people import (
    LONG_AGO,
    join,
    make_cluster,
    make_cluster_manager,
    make_editor,
    make_learner,
    make_operator,
    make_organisation,
    make_registrar,
    signed_in,
)
from tests.progress.builders import NOON, enrol

pytestmark = pytest.mark.django_db

NO_MEMBERSHIPS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


@pytest.fixture
def operator():
    person = make_operator("operator")
    # What the migration of `home` gives the group; here for a database without it.
    rights = Permission.objects.filter(content_type__app_label="accounts")
    Group.objects.get(name="Operators").permissions.add(*rights, Permission.objects.get(codename="access_admin"))
    return person


@pytest.mark.parametrize(
    "model", ["user", "organisation", "cluster", "project", "membership", "clustermembership", "clustermanager"]
)
def test_an_operator_lists_searches_and_adds(operator, model):
    browser = signed_in(operator)

    for name in ("changelist", "add"):
        response = browser.get(reverse(f"admin:accounts_{model}_{name}"), {"q": "x"} if name == "changelist" else {})
        assert response.status_code == 200, name


def test_an_operator_reads_which_messages_did_not_arrive_and_why_but_not_to_whom(operator):
    hub = make_organisation("Repair Hub")
    for number, state in enumerate(("failed", "bounced", "unsure", "sent")):
        Notification.objects.create(
            kind="cockpit.reminder",
            key=f"{state}:1",
            address=f"ana{number}@learn.example",
            organisation=hub,
            state=state,
            problem=f"Reason {number}",
            posted_at=NOON,
            settled_at=NOON,
        )
    browser = signed_in(operator)

    page = browser.get(reverse("admin:accounts_notification_changelist")).text
    assert [f"Reason {number}" in page for number in range(4)] == [True, True, True, False]
    assert ("Repair Hub" in page, "learn.example" in page) == (True, False)
    row = Notification.objects.first()
    assert browser.get(reverse("admin:accounts_notification_change", args=[row.pk])).status_code == 404
    assert browser.get(reverse("admin:accounts_notification_add")).status_code == 403
    assert signed_in(make_learner()).get(reverse("admin:accounts_notification_changelist")).status_code == 302


def test_ops_shows_no_passphrase_and_offers_no_choice_of_one(operator):
    anna = make_learner("anna")
    browser = signed_in(operator)

    page = browser.get(reverse("admin:accounts_user_change", args=[anna.pk])).content.decode()
    attempt = browser.post(
        reverse("admin:auth_user_password_change", args=[anna.pk]),
        {"usable_password": "true", "password1": "chosen by another", "password2": "chosen by another"},
    )

    before = anna.password
    anna.refresh_from_db()
    assert (before in page, attempt.status_code, anna.password) == (False, 302, before)


def test_an_operator_cannot_make_anybody_all_powerful(operator):
    anna = make_learner("anna")
    browser = signed_in(operator)
    values = {"username": "anna", "display_name": "Anna", "language": "en", "is_active": "on", "is_superuser": "on"}
    formset = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    browser.post(reverse("admin:accounts_user_change", args=[anna.pk]), {**values, **formset})
    browser.post(reverse("wagtailusers_users:edit", args=[anna.pk]), values)

    anna.refresh_from_db()
    assert (anna.is_superuser, anna.display_name) == (False, "Anna")


def test_an_operator_adds_a_person_with_a_membership(operator):
    hub = make_organisation("Repair Hub")
    anna = make_learner("anna")
    row = {"user": anna.pk, "organisation": hub.pk, "role": "manager", "start_date": "2026-01-01", "end_date": ""}

    signed_in(operator).post(reverse("admin:accounts_membership_add"), row)

    assert Membership.objects.get().role == "manager"


def test_dates_of_a_membership_are_in_order(operator):
    hub, anna = make_organisation("Repair Hub"), make_learner("anna")
    row = {"user": anna.pk, "organisation": hub.pk, "role": "learner", "start_date": "2026-02-01"}

    response = signed_in(operator).post(reverse("admin:accounts_membership_add"), {**row, "end_date": "2026-01-01"})

    assert "The end date is before the start date." in response.content.decode()


def test_a_list_of_people_costs_the_same_queries_for_one_and_for_many(operator, django_assert_num_queries):
    browser = signed_in(operator)
    hub = make_organisation("Repair Hub")
    join(make_learner(), hub)
    address = reverse("admin:accounts_membership_changelist")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(address)
    for _ in range(9):
        join(make_learner(), hub)

    with django_assert_num_queries(len(one)):
        browser.get(address)


def test_editors_and_learners_have_no_door_to_ops():
    for person in (make_editor(), make_learner()):
        response = signed_in(person).get("/ops/", follow=True)
        assert response.status_code == 403


def test_an_operator_lists_adds_and_edits_people_in_the_cms(operator):
    browser = signed_in(operator)
    new = {"username": "berta", "display_name": "Berta", "email": "", "language": "it"}
    passphrase = {"password1": "seven green bottles", "password2": "seven green bottles"}

    listed = browser.get(reverse("wagtailusers_users:index"), {"q": "oper"})
    offered = browser.get(reverse("wagtailusers_users:add"))
    browser.post(reverse("wagtailusers_users:add"), {**new, **passphrase})
    berta = User.objects.get(username="berta")
    edited = browser.get(reverse("wagtailusers_users:edit", args=[berta.pk]))

    assert (listed.status_code, offered.status_code, edited.status_code) == (200, 200, 200)
    assert (berta.display_name, berta.email, berta.language) == ("Berta", "", "it")


def test_an_editors_own_page_in_the_cms_asks_for_one_name(operator):
    browser = signed_in(operator)

    response = browser.post(
        reverse("wagtailadmin_account"),
        {
            "name_email-display_name": "Olga",
            "theme-theme": "system",
            "theme-density": "default",
            "theme-contrast": "system",
            "theme-keyboard_shortcuts": "on",
        },
    )

    operator.refresh_from_db()
    assert (response.status_code, operator.display_name) == (302, "Olga")


def _mails() -> list[tuple[str, str]]:
    messages = OutboxMessage.objects.filter(kind="accounts.mail").order_by("pk")
    return [(message.payload["to"], message.payload["subject"]) for message in messages]


def _change_at_ops(browser, person, **changes):
    values = {"username": person.username, "email": person.email, "language": person.language, "is_active": "on"}
    groups = {"groups": [group.pk for group in person.groups.all()]}
    response = browser.post(
        reverse("admin:accounts_user_change", args=[person.pk]), {**values, **groups, **NO_MEMBERSHIPS, **changes}
    )
    person.refresh_from_db()
    return response


def test_another_address_at_ops_is_told_to_the_old_one_in_the_language_of_then_and_noted(operator):
    marta = make_registrar("marta", email="marta@learn.example", language="it")

    _change_at_ops(signed_in(operator), marta, email="other@learn.example", language="de")

    assert (marta.email, marta.language, marta.access_changed_at is None) == ("other@learn.example", "de", False)
    sent = OutboxMessage.objects.get(kind="accounts.mail").payload
    assert sent["to"] == "marta@learn.example"
    assert 'lang="it"' in sent["html"]


def test_what_leaves_the_address_alone_is_told_to_nobody(operator):
    marta = make_registrar("marta", email="marta@learn.example")

    _change_at_ops(signed_in(operator), marta, display_name="Marta P.", email="Marta@learn.example")

    assert (marta.display_name, marta.access_changed_at, _mails()) == ("Marta P.", None, [])


def test_a_first_address_is_noted_and_there_is_nobody_to_tell(operator):
    marta = make_registrar("marta")

    _change_at_ops(signed_in(operator), marta, email="mine@learn.example")

    assert (marta.access_changed_at is None, _mails()) == (False, [])


def test_an_operator_who_changes_their_own_address_is_told_and_stays_a_second_person(operator):
    operator.email = "piotr@learn.example"
    operator.save()

    _change_at_ops(signed_in(operator), operator, email="new@learn.example", is_staff="on")

    assert operator.access_changed_at is None
    assert _mails() == [("piotr@learn.example", "Your e-mail address was changed")]


def test_another_address_or_passphrase_in_the_cms_is_told_and_noted_too(operator):
    marta = make_registrar("marta", email="marta@learn.example", display_name="Marta")
    browser = signed_in(operator)
    page = reverse("wagtailusers_users:edit", args=[marta.pk])
    values = {"username": "marta", "display_name": "Marta", "language": "en", "is_active": "on"}
    passphrase = {"password1": "seven green bottles", "password2": "seven green bottles"}

    browser.post(page, {**values, "email": "marta@learn.example"})
    marta.refresh_from_db()
    assert (marta.access_changed_at, _mails()) == (None, [])

    browser.post(page, {**values, **passphrase, "email": "marta@learn.example"})
    marta.refresh_from_db()
    assert marta.check_password("seven green bottles")
    assert marta.access_changed_at is not None
    assert _mails() == [("marta@learn.example", "Your passphrase was changed")]

    User.objects.filter(pk=marta.pk).update(access_changed_at=LONG_AGO)
    browser.post(page, {**values, "email": "other@learn.example"})
    marta.refresh_from_db()
    assert marta.access_changed_at > LONG_AGO
    assert _mails()[1:] == [("marta@learn.example", "Your e-mail address was changed")]


def test_the_form_for_a_new_person_at_ops_takes_no_passphrase(operator):
    browser = signed_in(operator)
    page = reverse("admin:accounts_user_add")
    passphrase = {"usable_password": "true", "password1": "seven green bottles", "password2": "seven green bottles"}

    shown = browser.get(page).content.decode()
    values = {"username": "nils", "email": "nils@learn.example", "language": "en"}
    browser.post(page, {**values, **passphrase, **NO_MEMBERSHIPS})

    nils = User.objects.get(username="nils")
    assert re.findall(r'type="password"|name="usable_password"', shown) == []
    assert (nils.has_usable_password(), nils.email) == (False, "nils@learn.example")


def test_who_was_added_at_ops_with_an_address_chooses_a_passphrase_through_a_mail(operator, client):
    values = {"username": "nils", "email": "nils@learn.example", "language": "en"}
    signed_in(operator).post(reverse("admin:accounts_user_add"), {**values, **NO_MEMBERSHIPS})

    client.post(reverse("account_reset_password"), {"email": "nils@learn.example"})
    text = OutboxMessage.objects.get(kind="accounts.mail").payload["text"]
    link = re.search(r"https?://[^/\s]+(/\S+)", text).group(1)
    chosen = client.get(link, follow=True)
    client.post(chosen.request["PATH_INFO"], {"password1": "seven green bottles"})

    assert User.objects.get(username="nils").check_password("seven green bottles")


def test_an_operator_enters_a_membership_and_the_person_agrees_to_it_by_themselves(operator):
    person, organisation = make_learner(), make_organisation()
    said = {"user": person.pk, "organisation": organisation.pk, "role": "learner", "start_date": "2026-11-01"}
    moment = {"told_at_0": "2026-11-01", "told_at_1": "12:00:00"}

    answer = signed_in(operator).post(reverse("admin:accounts_membership_add"), said | moment)

    assert answer.status_code == 302
    assert Membership.objects.get(user=person).told_at is None


def test_an_end_that_an_operator_sets_ends_what_the_person_shows_there(operator):
    membership = join(make_learner(), make_organisation(), since=date(2026, 1, 1))
    enrolment = enrol(make_course(), membership.user)
    share = share_enrolment(enrolment=enrolment, organisation=membership.organisation, at=NOON)
    row = {
        "user": membership.user_id,
        "organisation": membership.organisation_id,
        "role": "learner",
        "start_date": "2026-01-01",
        "end_date": "2026-11-01",
    }

    answer = signed_in(operator).post(reverse("admin:accounts_membership_change", args=[membership.pk]), row)

    assert answer.status_code == 302
    share.refresh_from_db()
    assert share.ended_at is not None


def test_an_operator_lets_managers_of_a_cluster_bring_people_in_where_it_has_members_now(operator):
    inside, also_inside, gone = (make_organisation(name) for name in ("Inside", "Also inside", "Gone"))
    cluster = make_cluster("Hub", inside, also_inside, gone)
    gone.cluster_memberships.update(end_date=date(2026, 6, 1))
    manager = make_cluster_manager("mira", cluster=cluster)
    asked = {"action": "let_managers_bring_people_in", "_selected_action": [str(cluster.pk)]}
    browser = signed_in(operator)

    said = [
        browser.post(reverse("admin:accounts_cluster_changelist"), asked, follow=True).content.decode()
        for _twice in range(2)
    ]

    managed = Membership.objects.filter(user=manager, role=Membership.Role.MANAGER)
    assert {membership.organisation for membership in managed} == {inside, also_inside}
    assert [membership.told_at for membership in managed] == [None, None]
    assert "2 roles were added." in said[0]
    assert "0 roles were added." in said[1]
    manager.refresh_from_db()
    assert signed_in(manager).get("/en/cockpit/join-links/").status_code == 200
