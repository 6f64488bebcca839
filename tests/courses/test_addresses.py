"""Addresses follow the tree and keep their history; a rename makes no edition."""

import pytest

from courses.models import CourseAddress, CourseEdition, CoursePage, ItemAddress
from courses.operations.settling import one_edition, settle_due
from courses.queries.serving import course_by_key, find_course, find_item, find_module, outline_of
from courses.rules.addresses import course_address, item_address
from tests.courses.builders import (
    NOON,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(module_count=2, languages=("it",))


def edition_count(course):
    return CourseEdition.objects.filter(course__key=course.key).count()


def test_a_course_and_its_items_are_found_by_their_addresses(course):
    lesson = lesson_pages(course)[0]

    assert find_course("digital-basics").course == course
    assert find_course("digital-basics").is_current is True
    hit = find_item("digital-basics", "module-1/lesson-1-1")
    assert (hit.course, hit.item_key, hit.is_current) == (course, str(lesson.translation_key), True)


def test_nothing_is_found_at_an_unknown_address(course):
    assert find_course("unknown") is None
    assert find_item("digital-basics", "module-1/unknown") is None
    assert find_item("unknown", "module-1/lesson-1-1") is None
    assert find_module("digital-basics", "unknown") is None


def test_finding_costs_one_query_and_reads_no_manifest(course, django_assert_num_queries):
    with django_assert_num_queries(1):
        hit = find_item("digital-basics", "module-1/lesson-1-1")
        number = hit.course.current_edition.number

    assert number == 1
    assert "manifest" in hit.course.current_edition.get_deferred_fields()


def test_renaming_a_course_is_one_row_and_makes_no_edition(course):
    with one_edition(cause="publish", at=NOON):
        publish(course_page(course), slug="first-steps")

    assert edition_count(course) == 1
    hit = find_item("digital-basics", "module-1/lesson-1-1")
    assert (hit.is_current, hit.current_slug, hit.current_path) == (False, "first-steps", "module-1/lesson-1-1")
    assert CourseAddress.objects.filter(course=course).count() == 2
    assert outline_of(course_by_key(course.key), "it").slug == "first-steps"


def test_an_old_lesson_address_below_an_old_course_address_leads_to_todays_in_one_hop(course):
    with one_edition(cause="publish", at=NOON):
        publish(course_page(course), slug="first-steps")
        publish(module_pages(course)[0], slug="begin")
        publish(lesson_pages(course)[0], slug="hello")

    hit = find_item("digital-basics", "module-1/lesson-1-1")

    assert (hit.current_slug, hit.current_path) == ("first-steps", "begin/hello")


def test_two_lessons_that_swap_their_slugs_end_at_each_others_address(course):
    first, second = lesson_pages(course)[:2]
    with one_edition(cause="publish", at=NOON):
        publish(first, slug="for-a-moment")
        publish(second, slug="lesson-1-1")
        publish(first, slug="lesson-1-2")

    assert find_item("digital-basics", "module-1/lesson-1-1").item_key == str(second.translation_key)
    assert find_item("digital-basics", "module-1/lesson-1-2").item_key == str(first.translation_key)


def test_the_address_of_an_item_taken_out_is_known_and_leads_nowhere(course):
    with one_edition(cause="publish", at=NOON):
        lesson_pages(course)[0].unpublish()

    hit = find_item("digital-basics", "module-1/lesson-1-1")

    assert (hit.current_path, hit.is_current) == ("", False)


def test_a_translations_own_slug_leads_to_the_address_of_the_course(course):
    with one_edition(cause="publish", at=NOON):
        publish(in_language(course_page(course), "it"), slug="basi-digitali")
        publish(in_language(lesson_pages(course)[0], "it"), slug="lezione")

    assert find_course("basi-digitali").current_slug == "digital-basics"
    assert find_item("basi-digitali", "module-1/lezione").current_path == "module-1/lesson-1-1"


def test_a_module_is_found_by_its_old_slug(course):
    with one_edition(cause="publish", at=NOON):
        publish(module_pages(course)[1], slug="then")

    assert find_module("digital-basics", "module-2").current_path == "then/lesson-2-1"
    assert find_module("digital-basics", "then").current_path == "then/lesson-2-1"


def test_an_old_slug_may_be_taken_by_a_new_course(course):
    with one_edition(cause="publish", at=NOON):
        publish(course_page(course), slug="first-steps")
    other = make_course(slug="digital-basics", title="Another one")

    assert find_course("digital-basics").course == other


def test_a_slug_that_another_course_has_now_gets_a_number(course):
    """Two trees of different source languages may hold the same slug; the page's own check does not see every way."""
    other = make_course(slug="other", title="Another one")
    CourseAddress.objects.filter(course=other).update(slug="digital-steps")
    page = course_page(course)
    page.slug = "digital-steps"
    with one_edition(cause="code", at=NOON):
        super(CoursePage, page).save(clean=False)

    assert find_course("digital-steps").course == other
    assert find_course("digital-steps-2").course == course
    publish(lesson_pages(course)[0], title="Settled again")
    settle_due(at=NOON)
    assert find_course("digital-steps-2").is_current is True


def test_addresses_name_language_course_module_and_item(course):
    outline = outline_of(course, "it")

    assert course_address(outline, "it") == "/it/courses/digital-basics/"
    assert item_address(outline, outline.items[0], "it") == "/it/courses/digital-basics/module-1/lesson-1-1/"


def test_the_same_slug_in_two_modules_is_no_clash(course):
    with one_edition(cause="publish", at=NOON):
        for quiz in quiz_pages(course):
            publish(quiz, slug="quiz")

    assert (
        find_item("digital-basics", "module-1/quiz").item_key != find_item("digital-basics", "module-2/quiz").item_key
    )


def test_settling_without_change_writes_no_address(course):
    before = set(ItemAddress.objects.values_list("pk", "path", "current"))
    publish(lesson_pages(course)[0], title="A better title")
    settle_due(at=NOON)

    assert set(ItemAddress.objects.values_list("pk", "path", "current")) == before
