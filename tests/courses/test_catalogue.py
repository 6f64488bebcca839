"""Cards, facets and search: what is offered, in every language, and nothing that is not published."""

import pytest

from courses.models import CourseCard, SearchEntry
from courses.operations.archiving import archive_course, reopen_course
from courses.operations.settling import one_edition
from courses.queries.catalogue import CatalogueFilters, cards, find_cards
from courses.queries.search import find_hits
from courses.sitemaps import CourseSitemap
from tests.courses.builders import (
    NOON,
    course_page,
    lesson_body,
    lesson_pages,
    make_course,
    publish,
    quiz_pages,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def basics():
    return make_course(slug="basics", title="Digital basics", topics="safety, privacy", plain_language=True)


@pytest.fixture
def green():
    return make_course(slug="green", title="Green tools", topics="energy", category="green", level="advanced")


def test_a_course_has_a_card_in_every_language_of_the_site(basics):
    assert sorted(CourseCard.objects.values_list("language", "text_language")) == [
        (language, "en") for language in sorted(["en", "it", "ro", "sv", "de", "es"])
    ]


def test_a_card_counts_steps_and_minutes(basics):
    card = cards("en")[0]

    assert (card.step_count, card.minutes, card.hours, card.slug) == (3, 14, 2, "basics")


def test_a_translated_course_has_its_own_words_on_its_card(basics):
    with one_edition(cause="publish", at=NOON):
        translate(course_page(basics), "it")

    card = cards("it")[0]
    assert (card.title, card.text_language, card.languages) == ("it: Digital basics", "it", " en it ")


def test_a_course_taken_down_or_empty_has_no_card(basics, green):
    with one_edition(cause="publish", at=NOON):
        course_page(basics).unpublish()
        for page in [*lesson_pages(green), *quiz_pages(green)]:
            page.unpublish()

    assert cards("en") == []


def test_an_archived_course_is_in_neither_catalogue_nor_search_until_it_is_brought_back(basics):
    number = basics.current_edition.number
    archive_course(course_key=basics.key, at=NOON)
    assert cards("en") == []
    assert SearchEntry.objects.count() == 0

    reopen_course(course_key=basics.key, at=NOON)

    assert [card.title for card in cards("en")] == ["Digital basics"]
    assert {hit.title for hit in find_hits([("words",)])} == {"Lesson 1-1", "Lesson 1-2"}
    basics.refresh_from_db()
    assert basics.current_edition.number == number


def test_filters_narrow_by_facet_and_by_words(basics, green):
    assert [card.slug for card in cards("en", CatalogueFilters(categories=frozenset({"green"})))] == ["green"]
    assert [card.slug for card in cards("en", CatalogueFilters(topics=frozenset({"safety", "energy"})))] == [
        "basics",
        "green",
    ]
    assert [card.slug for card in cards("en", CatalogueFilters(words="BASICS digital"))] == ["basics"]
    assert [card.slug for card in cards("en", CatalogueFilters(plain_language=True))] == ["basics"]
    assert cards("en", CatalogueFilters(categories=frozenset({"green"}), levels=frozenset({"basic"}))) == []


def test_a_facet_is_counted_with_the_other_facets_on(basics, green):
    catalogue = find_cards("en", CatalogueFilters(levels=frozenset({"advanced"})))

    assert catalogue.total == 2
    assert catalogue.counts["levels"] == {"basic": 1, "advanced": 1}
    assert catalogue.counts["categories"] == {"green": 1}
    assert catalogue.counts["audiences"] == {"worker": 1}


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_costs_one_query_for_any_number_of_courses(count, django_assert_num_queries):
    for number in range(count):
        make_course(slug=f"course-{number}", title=f"Course {number}", lesson_count=1, quiz_count=0)

    with django_assert_num_queries(1):
        assert len(find_cards("en").cards) == count


def test_courses_stand_in_the_order_of_the_tree_after_they_were_moved(basics, green):
    with one_edition(cause="publish", at=NOON):
        course_page(green).move(course_page(basics), pos="left")

    assert [card.slug for card in cards("en")] == ["green", "basics"]


def test_search_finds_lessons_by_their_words_and_courses_by_their_title(basics, green):
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(green)[1], body=lesson_body("green", words="How a heat pump works."))

    assert [(hit.is_lesson, hit.title) for hit in find_hits([("green",), ("tools",)])] == [(False, "Green tools")]
    assert [(hit.is_lesson, hit.path, hit.course_title) for hit in find_hits([("heat",), ("pump",)])] == [
        (True, "green/module-1/lesson-1-2/", "Green tools")
    ]


def test_search_finds_a_text_in_each_of_its_languages(basics):
    with one_edition(cause="publish", at=NOON):
        lesson = publish(lesson_pages(basics)[0], title="Passphrases")
        translate(lesson, "it")

    hits = find_hits([("passphrases",)])

    assert sorted((hit.language, hit.title, hit.path) for hit in hits) == [
        ("en", "Passphrases", "basics/module-1/lesson-1-1/"),
        ("it", "it: Passphrases", "basics/module-1/lesson-1-1/"),
    ]
    assert len({hit.thing for hit in hits}) == 1


def test_search_follows_a_new_title_and_a_new_address(basics):
    with one_edition(cause="publish", at=NOON):
        publish(course_page(basics), slug="first", title="First steps")

    assert [(hit.title, hit.path) for hit in find_hits([("steps",)])] == [("First steps", "first/")]
    assert {hit.course_title for hit in find_hits([("words",)])} == {"First steps"}


def test_search_never_finds_a_question_or_an_answer(basics):
    assert find_hits([("question",), ("1",)]) == []
    assert find_hits([("right",)]) == []
    assert set(SearchEntry.objects.filter(item_key__isnull=False).values_list("item_key", flat=True)) == {
        page.translation_key for page in lesson_pages(basics)
    }


def test_search_for_nothing_finds_nothing(basics):
    assert find_hits([]) == []


def test_the_sitemap_lists_courses_and_their_open_first_lesson(basics):
    with one_edition(cause="publish", at=NOON):
        translate(lesson_pages(basics)[0], "it")

    sitemap = CourseSitemap()

    assert [sitemap.location(item) for item in sitemap.items()] == [
        "/en/courses/basics/",
        "/en/courses/basics/module-1/lesson-1-1/",
        "/it/courses/basics/module-1/lesson-1-1/",
    ]
