"""Site search: courses, lessons, case studies and pages, each once, in the reader's language where there is one."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import SearchEntry
from courses.operations.settling import one_edition
from home.queries.search import search_site
from tests.case_studies.builders import make_case, translate_case
from tests.courses.builders import NOON, lesson_pages, make_course, module_pages, publish, quiz_pages
from tests.home.builders import home_page, standard_page

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


def found(words: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(hit.found.kind, hit.found.title, hit.url) for hit in search_site(words, language=language).hits]


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_courses_stories_and_pages_are_found_together():
    make_course(title="Wombat basics", slug="wombat-basics", lesson_count=1, quiz_count=0)
    make_case(title="The wombat desk")
    standard_page("Wombat policy", slug="wombat-policy")

    assert sorted(found("wombat")) == [
        ("course", "Wombat basics", "/en/courses/wombat-basics/"),
        ("page", "Wombat policy", "/en/wombat-policy/"),
        ("story", "The wombat desk", "/en/case-studies/the-wombat-desk/"),
    ]


def test_a_story_is_found_by_what_went_wrong_and_by_its_steps():
    make_case(
        title="Coats",
        went_wrong="<p>The ink was invisible under the neon lamp.</p>",
        steps=[{"type": "step", "value": {"title": "Bought a guillotine", "html": "<p>Second hand.</p>"}}],
    )

    assert [title for _kind, title, _url in found("neon lamp")] == ["Coats"]
    assert [title for _kind, title, _url in found("guillotine")] == ["Coats"]


def test_all_words_must_be_there():
    make_case(title="The wombat desk")

    assert found("wombat zeppelin") == []


def test_a_translated_story_is_listed_once_and_an_english_one_leads_below_the_readers_language():
    translate_case(make_case(title="The wombat desk"), "it", title="Il banco wombat")
    make_case(title="Another wombat")

    assert sorted(found("wombat", "it")) == [
        ("story", "Another wombat", "/it/case-studies/another-wombat/"),
        ("story", "Il banco wombat", "/it/case-studies/the-wombat-desk/"),
    ]


def test_drafts_and_what_was_taken_down_are_not_found():
    make_case(title="The wombat desk", live=False)
    make_case(title="The wombat chair").unpublish()

    assert found("wombat") == []


def test_results_say_what_they_are_and_that_a_story_is_illustrative(client: Client):
    make_case(title="The wombat desk")

    shown = text(client.get("/en/search/?q=wombat"))

    assert "1 page found" in shown
    assert "Case study, Acul de Nord Illustrative" in shown


def test_nothing_found_offers_what_is_read_most(client: Client):
    make_course(title="Digital basics", slug="digital-basics")
    make_case(title="Coats")

    shown = text(client.get("/en/search/?q=zeppelin"))

    assert "Nothing here has “zeppelin” in it" in shown
    assert "Digital basics" in shown
    assert "Coats" in shown


@pytest.mark.parametrize(
    "words",
    [
        "%00wombat",
        "wombat" * 400,
        "'; drop table",
        '"wombat',
        "wombat -desk",
        "wom*bat",
        "(",
        "a:b & | !",
        "<b>",
        "%F0%9F%A6%98",
    ],
)
def test_odd_words_are_words(client: Client, words: str):
    home_page()
    make_case(title="The wombat desk")

    assert client.get(f"/en/search/?q={words}").status_code == 200


def test_a_search_costs_the_same_for_one_hit_of_each_kind_and_for_ten(client: Client):
    def queries() -> int:
        client.get("/en/search/?q=wombat")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/search/?q=wombat").status_code == 200
        return len(captured)

    make_course(title="Wombat basics", slug="wombat")
    make_case(title="The wombat desk")
    standard_page("Wombat policy")
    few = queries()
    for number in range(9):
        make_course(title=f"Wombat {number}", slug=f"wombat-{number}")
        make_case(title=f"Wombat desk {number}")
        standard_page(f"Wombat policy {number}")

    assert queries() <= few <= 14


def test_a_lesson_is_found_by_what_a_key_word_means_and_a_course_by_its_module_and_the_titles_of_its_quizzes():
    course = make_course(title="Basics", slug="basics", lesson_count=1, quiz_count=1)
    words = [{"type": "key_words", "value": {"words": [{"word": "Wombat", "meaning": "A burrowing animal"}]}}]
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], body=words)
    module, quiz = module_pages(course)[0].title, quiz_pages(course)[0].title

    entry = SearchEntry.objects.get(item_key__isnull=False)

    assert entry.key_words == "Wombat: A burrowing animal"
    assert [kind for kind, _title, _url in found("burrowing animal")] == ["lesson"]
    assert "course" in [kind for kind, _title, _url in found(module)]
    assert "course" in [kind for kind, _title, _url in found(quiz)]
