"""The list of case studies: found by facets, in every language, with as many queries for many as for few."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation
from tests.case_studies.builders import case_index, make_case, make_many_cases, translate_case
from tests.people import make_learner

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


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


def test_the_list_costs_the_same_for_ten_stories_and_for_a_thousand(client: Client):
    for _ in range(10):
        make_case()
    few = count_queries(client, "/en/case-studies/?cost=500-2000&sort=newest")
    make_many_cases(990)

    assert count_queries(client, "/en/case-studies/?cost=500-2000&sort=newest") == few == 5
    assert "1001 of 1001 stories" in text(client.get("/en/case-studies/?cost=500-2000")).replace(",", "")


def test_a_long_list_comes_in_pages_that_keep_what_was_chosen(client: Client):
    make_many_cases(25)

    second = client.get("/en/case-studies/?sort=team&sector=textile&page=2")

    assert len(titles(client.get("/en/case-studies/?sort=team&sector=textile"))) == 24
    assert len(titles(second)) == 2
    assert [way.url for way in second.context["pages"]] == [
        "?sector=textile&sort=team",
        "?sector=textile&sort=team&page=2",
    ]
    assert len(titles(client.get("/en/case-studies/?page=999"))) == 2, "a page behind the last is the last"
    assert len(titles(client.get("/en/case-studies/?page=-1"))) == 24


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["Forms", "Parts", "Coats"]),
        ("cost", ["Coats", "Forms", "Parts"]),
        ("setup", ["Coats", "Parts", "Forms"]),
        ("nonsense", ["Coats", "Parts", "Forms"]),
    ],
)
def test_the_list_is_put_in_order(client: Client, three_stories, sort, expected):
    assert titles(client.get(f"/en/case-studies/?sort={sort}")) == expected


def test_a_story_is_found_by_a_competence_and_by_its_languages(client: Client, three_stories):
    translate_case(make_case(title="Visits"), "it", title="Visite")

    response = client.get("/en/case-studies/?language=it")

    assert titles(response) == ["Visits"]
    assert len(titles(client.get("/en/case-studies/?competence=digcomp-5.2"))) == 4
    assert len(titles(client.get("/en/case-studies/?competence=digcomp-1.1"))) == 0
    labels = [option.label for group in response.context["groups"] for option in group.options]
    assert "Italiano" in labels
    assert "Identifying needs and digital technological responses (DigComp 5.2)" in labels


def test_one_link_shows_organisations_like_ones_own(client: Client, three_stories):
    own = Organisation.objects.create(name="Coat house", country="IT", sector="textile", size_band="small")
    person = make_learner("tailor")
    Membership.objects.create(user=person, organisation=own, role="learner", start_date=date(2026, 1, 1))
    client.force_login(person)

    response = client.get("/en/case-studies/")

    assert response.context["like_mine"] == "sector=textile&size=small", "no story is of Italy and textile"
    assert titles(client.get(f"/en/case-studies/?{response.context['like_mine']}")) == ["Coats"]
    assert "Organisations like mine" not in text(Client().get("/en/case-studies/"))


def test_the_feed_has_the_newest_first_and_says_what_is_invented(client: Client, three_stories):
    make_case(title="Unfinished", live=False)

    feed = ElementTree.fromstring(client.get("/en/case-studies/feed.atom").content)

    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Forms", "Parts", "Coats"]
    first = next(feed.iter(f"{ATOM}entry"))
    assert (first.findtext(f"{ATOM}summary") or "").startswith("Illustrative: the organisation is invented.")
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href", "").endswith("/en/case-studies/forms/")
    assert first.findtext(f"{ATOM}published")


def test_the_feed_is_narrowed_as_the_list_is(client: Client, three_stories):
    page = client.get("/en/case-studies/?country=DE")
    feed = ElementTree.fromstring(client.get(page.context["feed_url"]).content)

    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Parts"]
