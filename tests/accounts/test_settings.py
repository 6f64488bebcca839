import pytest
from django.urls import reverse

from tests.people import make_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

CHOICES = {"display_name": "Anna", "language": "it", "text_size": "large", "wide_spacing": "on", "calm_mode": "on"}


def test_a_person_sets_how_the_site_looks_and_reads():
    anna = make_user("anna")

    response = signed_in(anna).post(reverse("accounts:settings"), CHOICES)

    anna.refresh_from_db()
    assert (anna.language, anna.text_size, anna.wide_spacing, anna.calm_mode) == ("it", "large", True, True)
    assert (response.status_code, response.url) == (303, "/it/account/settings/")


def test_the_choice_shows_on_every_page():
    browser = signed_in(make_user("anna", text_size="large", wide_spacing=True, calm_mode=True))

    page = browser.get(reverse("accounts:settings")).content.decode()

    assert 'data-text="large" data-spacing="wide" data-calm="yes"' in page


@pytest.mark.parametrize("change", [{"language": "xx"}, {"text_size": "huge"}, {"display_name": "x" * 121}])
def test_a_forged_choice_changes_nothing(change):
    anna = make_user("anna", display_name="Before")

    response = signed_in(anna).post(reverse("accounts:settings"), {**CHOICES, **change})

    anna.refresh_from_db()
    assert (response.status_code, anna.display_name, anna.language) == (200, "Before", "en")


def test_settings_cannot_change_rights():
    anna = make_user("anna")

    signed_in(anna).post(reverse("accounts:settings"), {**CHOICES, "is_staff": "on", "is_superuser": "on"})

    anna.refresh_from_db()
    assert (anna.is_staff, anna.is_superuser) == (False, False)


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client):
    response = client.get(reverse("accounts:settings"))

    assert response.url == f"{reverse('account_login')}?next={reverse('accounts:settings')}"


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_visitors_pages_answer_in_every_language(client, name):
    for language in ("en", "it", "de"):
        response = client.get(reverse(name).replace("/en/", f"/{language}/", 1))
        assert response.status_code == 200, language
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ["accounts:settings", "account_email", "account_change_password", "account_logout"])
def test_ones_own_pages_answer(name):
    response = signed_in(make_user("anna")).get(reverse(name))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("page", ["account_login", "account_signup", "account_reset_password"])
def test_a_problem_stands_on_top_and_at_the_field_and_is_tied_to_it(client, page):
    response = client.post(reverse(page), {})
    html = response.content.decode()
    field, problems = next(iter(response.context["form"].errors.items()))

    assert f'<a href="#id_{field}">{problems[0]}</a>' in html
    assert f'id="id_{field}_error"' in html
    assert "<title>Error:" in html
