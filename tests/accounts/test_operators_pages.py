"""People in /ops/ and in the CMS."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from accounts.models import Membership, User
from tests.people import join, make_editor, make_learner, make_operator, make_organisation, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    person = make_operator("operator")
    # What the migration of `home` gives the group; here for a database without it.
    rights = Permission.objects.filter(content_type__app_label="accounts")
    Group.objects.get(name="Operators").permissions.add(*rights, Permission.objects.get(codename="access_admin"))
    return person


@pytest.mark.parametrize("model", ["user", "organisation", "cluster", "project", "membership", "clustermembership"])
def test_an_operator_lists_searches_and_adds(operator, model):
    browser = signed_in(operator)

    for name in ("changelist", "add"):
        response = browser.get(reverse(f"admin:accounts_{model}_{name}"), {"q": "x"} if name == "changelist" else {})
        assert response.status_code == 200, name


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
