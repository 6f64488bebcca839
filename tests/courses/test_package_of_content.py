"""The demo's own courses go out as packages and come in again: all that they say, show and ask is there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from courses.models import CoursePackage, CoursePage
from portal.loading.content import CONTENT_DIR
from portal.loading.courses import load_courses
from portal.loading.files import SHARE_PICTURE, load_pictures
from portal.loading.ledger import Ledger
from portal.loading.reading import Content, CourseText, read_content
from tests.courses.likeness import likeness_of
from tests.courses.packages import imported, package_of_page
from tests.people import make_editor

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
BASICS, CLUSTER = "digital-basics-at-work", "leading-a-cluster"
pytestmark = pytest.mark.django_db


@cache
def texts() -> Content:
    """Return the content folder, read once: it is large."""
    return read_content(CONTENT_DIR)


def assert_comes_in_as_it_went_out(name: str, modules: Sequence[int] | None = None) -> None:
    page = loaded(name, modules)

    record = imported(package_of_page(page), by=make_editor(), slug="imported")

    assert (record.problem, record.state) == ("", CoursePackage.State.IMPORTED)
    made, original = likeness_of(record.course_page.specific), likeness_of(page)
    assert made["languages"].keys() == original["languages"].keys()
    assert made == original


def loaded(name: str, modules: Sequence[int] | None) -> CoursePage:
    """Load one course of the content folder, all of it or some of its modules by their place, and what it needs."""
    content = texts()
    course = next(course for course in content.courses if course.folder.endswith(name))
    if modules is not None:
        course = replace(course, modules=[course.modules[place] for place in modules])
    used = pictures_of(course, content)
    ledger = Ledger(at=NOON, say=lambda words: None)
    pictures = load_pictures({key: content.pictures[key] for key in used}, ledger=ledger)
    # The other courses are there by name, without modules: outcomes and prerequisites name them.
    bare = [replace(entry, modules=[]) for entry in content.courses if entry.name != course.name]
    load_courses(replace(content, courses=[course, *bare]), pictures=pictures, ledger=ledger)
    return CoursePage.objects.get(translation_key=course.key, locale__language_code="en")


def pictures_of(course: CourseText, content: Content) -> set[str]:
    texts = [text for module in course.modules for item in module.items for text in item.pages.values()]
    blocks = [block for text in texts for block in text.stream]
    blocks += [block for entry in content.bank for block in entry.blocks.values()]
    return {block["value"]["picture"] for block in blocks if block["value"].get("picture")} - {SHARE_PICTURE}


def test_the_end_of_the_cluster_course_comes_in_with_its_test_and_its_action_plan(own_storage):
    assert_comes_in_as_it_went_out(CLUSTER, [-1])


@pytest.mark.full
@pytest.mark.parametrize("name", [BASICS, CLUSTER])
def test_a_whole_course_comes_in_as_it_went_out(own_storage, name):
    assert_comes_in_as_it_went_out(name)
