"""The list of case studies: found by facets, in every language, with as many queries for many as for few."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.case_studies.builders import case_index, make_case, translate_case

pytestmark = pytest.mark.django_db


def titles(response) -> list[str]:
    return re.findall(r'<h2[^>]*><a href="[^"]*">([^<]*)</a></h2>', response.content.decode())


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def three_stories():
    make_case(title="Coats", country="RO", sector="textile", cost_band="500-2000", setup_time="weeks")
    make_case(title="Parts", country="DE", sector="assembly", cost_band="2000-10000", setup_time="weeks")
    make_case(
        title="Forms", country="IT", sector="cluster", cost_band="500-2000", setup_time="months", audiences=["enabler"]
    )


def test_the_list_shows_live_stories_only_and_counts_them(client: Client, three_stories):
    make_case(title="Unfinished", live=False)

    response = client.get("/en/case-studies/")

    assert titles(response) == ["Coats", "Parts", "Forms"]
    assert "3 stories" in text(response)
    assert "All stories are illustrative" in text(response)


def test_facets_combine_and_say_how_many_each_option_would_show(client: Client, three_stories):
    response = client.get("/en/case-studies/?cost=500-2000&setup=months")

    assert titles(response) == ["Forms"]
    assert "1 of 3 stories" in text(response)
    counts = {
        group.heading: [(option.label, option.count) for option in group.options]
        for group in response.context["groups"]
    }
    assert counts["Set-up"] == [("Weeks", 1), ("Months", 1)]
    assert counts["Cost of the first year"] == [("500 to 2,000 EUR", 1)]
    assert [(chip.label, chip.url) for chip in response.context["chips"]] == [
        ("500 to 2,000 EUR", "?setup=months"),
        ("Months", "?cost=500-2000"),
    ]


def test_options_of_one_facet_widen(client: Client, three_stories):
    assert titles(client.get("/en/case-studies/?country=RO&country=IT")) == ["Coats", "Forms"]


def test_a_story_is_found_by_whom_it_is_for(client: Client, three_stories):
    assert titles(client.get("/en/case-studies/?for=enabler")) == ["Forms"]


def test_nothing_fits_and_the_nearest_are_shown(client: Client, three_stories):
    response = client.get("/en/case-studies/?country=DE&cost=500-2000&for=enabler")

    assert "No story fits all of that" in text(response)
    assert titles(response) == ["Forms", "Coats", "Parts"]


@pytest.mark.parametrize("query", ["?cost=a-lot", "?colour=red", "?cost=%00", "?cost=<script>"])
def test_unknown_facets_and_values_are_left_aside(client: Client, three_stories, query):
    response = client.get(f"/en/case-studies/{query}")

    assert response.status_code == 200
    assert len(titles(response)) == 3


def test_without_any_story_the_page_says_so(client: Client):
    case_index()

    assert "The first story is being written" in text(client.get("/en/case-studies/"))


def test_english_stories_are_listed_below_other_languages_and_marked(client: Client, three_stories):
    response = client.get("/it/case-studies/")

    assert titles(response) == ["Coats", "Parts", "Forms"]
    assert '<h2 lang="en"><a href="/it/case-studies/coats/">' in response.content.decode()


def test_a_translated_story_is_listed_once_in_the_readers_language(client: Client):
    translate_case(make_case(title="Coats"), "it", title="Cappotti")

    assert titles(client.get("/it/case-studies/")) == ["Cappotti"]
    assert titles(client.get("/en/case-studies/")) == ["Coats"]
    assert titles(client.get("/de/case-studies/")) == ["Coats"]


def test_visitors_share_a_copy_and_a_session_does_not(client: Client, three_stories):
    assert client.get("/en/case-studies/")["Cache-Control"].startswith("public")

    client.cookies["sessionid"] = "a-dead-one"
    assert client.get("/en/case-studies/")["Cache-Control"] == "private, no-store"


def count_queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_for_one_story_and_for_ten(client: Client):
    make_case()
    few = count_queries(client, "/en/case-studies/?cost=500-2000")
    for _ in range(9):
        make_case()

    assert count_queries(client, "/en/case-studies/?cost=500-2000") == few == 3
