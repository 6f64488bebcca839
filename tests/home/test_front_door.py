"""The front door leads to the reader's language where its home page is live, else to English."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.case_studies.builders import make_case
from tests.courses.builders import make_course
from tests.home.builders import home_page, standard_page

pytestmark = pytest.mark.django_db


def html(response) -> str:
    return response.content.decode()


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(response)))


@pytest.mark.parametrize("wanted", ["", "en", "it", "it-CH, en;q=0.5", "tlh", "*", "x" * 600])
def test_without_other_home_pages_everybody_reads_english(client: Client, wanted: str):
    home_page()

    response = client.get("/", headers={"accept-language": wanted})

    assert (response.status_code, response["Location"]) == (302, "/en/")


def test_readers_of_italian_are_led_to_the_italian_home_page_once_it_is_live(client: Client):
    italian = home_page("it")
    assert client.get("/", headers={"accept-language": "it-CH, en;q=0.5"})["Location"] == "/it/"
    assert client.get("/", headers={"accept-language": "de"})["Location"] == "/en/"

    italian.unpublish()
    assert client.get("/", headers={"accept-language": "it"})["Location"] == "/en/"


def test_the_front_door_is_kept_by_caches_for_each_language_apart(client: Client):
    home_page()

    assert "Accept-Language" in client.get("/")["Vary"]


def test_a_language_without_home_page_leads_to_its_courses(client: Client):
    home_page()

    response = client.get("/sv/")

    assert (response.status_code, response["Location"]) == (302, "/sv/courses/")


def test_the_home_page_shows_courses_and_a_story(client: Client):
    home_page()
    make_course(title="Digital basics", slug="digital-basics")
    make_case(title="Coats", result="Big labels cut the search from 9 to 3 minutes.")

    response = client.get("/en/")

    assert '<a href="/en/courses/digital-basics/">Digital basics</a>' in html(response)
    assert '<a href="/en/case-studies/coats/">' in html(response)
    assert "9 to 3 minutes" in text(response)
    assert "Illustrative" in text(response)


def test_an_empty_site_says_that_courses_and_stories_come(client: Client):
    home_page()

    shown = text(client.get("/en/"))

    assert "The first course is being written" in shown
    assert "Stories of organisations like yours come here" in shown


def test_the_home_page_costs_the_same_for_one_course_and_story_and_for_ten(client: Client):
    home_page()

    def queries() -> int:
        client.get("/en/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/").status_code == 200
        return len(captured)

    make_course(slug="first", title="First")
    make_case()
    few = queries()
    for number in range(9):
        make_course(slug=f"course-{number}", title=f"Course {number}")
        make_case()

    assert queries() == few <= 6


def test_about_is_shown_in_english_below_every_language_and_says_so(client: Client):
    standard_page("About this site", slug="about", summary="Who makes it.")

    response = client.get("/it/about/")

    assert response.status_code == 200
    assert 'lang="en"' in html(response)
    assert '<link rel="canonical" href="http://127.0.0.1:8000/en/about/">' in html(response)
    assert 'href="/de/about/" lang="de"' in html(response)


def test_a_translated_standard_page_is_read_in_its_language_and_both_name_each_other(client: Client):
    english = standard_page("About this site", slug="about")
    italian = home_page("it")
    copy = english.copy_for_translation(italian.locale)
    copy.title = "Chi siamo"
    copy.save_revision().publish()

    for path, title in (("/it/about/", "Chi siamo"), ("/en/about/", "About this site")):
        page = html(client.get(path))
        assert f"<h1>{title}</h1>" in page
        assert '<link rel="alternate" hreflang="it" href="http://127.0.0.1:8000/it/about/">' in page
        assert '<link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8000/en/about/">' in page


def test_a_standard_page_of_no_language_is_not_there(client: Client):
    home_page()

    assert client.get("/en/privacy/").status_code == 404


def test_a_page_may_not_take_an_address_that_the_portal_answers():
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="the portal itself answers"):
        standard_page("Me", slug="me")


def test_search_engines_are_told_of_pages_and_stories_under_the_address_of_the_site(client: Client):
    standard_page("About this site", slug="about")
    make_case(title="Coats")
    make_case(title="Unfinished", live=False)

    listed = re.findall(r"<loc>([^<]*)</loc>", html(client.get("/sitemap.xml")))

    assert set(listed) >= {
        "http://127.0.0.1:8000/en/",
        "http://127.0.0.1:8000/en/about/",
        "http://127.0.0.1:8000/en/case-studies/",
        "http://127.0.0.1:8000/en/case-studies/coats/",
    }
    assert "http://127.0.0.1:8000/en/case-studies/unfinished/" not in listed
