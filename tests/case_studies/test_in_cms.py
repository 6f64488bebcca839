"""Case studies in the lists and the menu of the CMS."""

from datetime import date

import pytest
from django.urls import reverse

from tests.case_studies.builders import case_index, make_case, translate_case
from tests.people import make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(make_editor())
    return client


def test_the_menu_leads_to_the_list_of_case_studies(browser):
    index = case_index()

    assert browser.get(reverse("case_studies_list"))["Location"] == reverse("wagtailadmin_explore", args=[index.pk])
    assert reverse("case_studies_list") in browser.get("/cms/").content.decode()


def test_the_list_says_in_which_languages_a_story_is_public_and_when_it_is_read_again(browser):
    story = make_case(title="Finding a coat", review_by_date=date(2099, 5, 31))
    translate_case(story, "it", title="Trovare un cappotto")

    html = browser.get(reverse("wagtailadmin_explore", args=[case_index().pk])).content.decode()

    row = " ".join(html.split(f'id="page_{story.pk}_title"', 1)[1].split("</tr>", 1)[0].split())
    assert "English, Italian </td> <td > 31/05/2099 </td>" in row
