"""What an editor pastes into the pages of a course arrives clean, in every kind of field; what is stored is left alone."""

import pytest
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text

from courses.models import CoursePage, LessonPage, LessonVersion
from courses.operations.settling import one_edition
from tests.courses.builders import NOON, course_index, lesson_pages, make_course, module_pages, publish
from tests.courses.forms import course_form, edit, form_of, lesson_form, sent
from tests.people import make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(quiz_count=0)


@pytest.fixture
def browser(client):
    client.force_login(make_editor("edith"))
    return client


def test_text_fields_and_blocks_of_a_lesson_arrive_clean(course, browser):
    steps = {
        "title": "Two\u00a0 steps",
        "steps": {
            "count": "1",
            "0": {
                "value": {"title": "\u2022\tLock\u200b it", "html": rich_text("<p>\u2022 One</p><p>\u2022 Two</p>")},
                "order": "0", "deleted": "", "id": "", "type": "item",
            },
        },
    }  # fmt: skip
    form = lesson_form(
        ("heading", {"text": "Be\u00adgin  here "}),
        ("rich_text", {"html": rich_text("<p>First\u00a0of  all</p><p></p><p>\u00a0</p>")}),
        ("steps", steps),
        ("quote", {"text": "One line \r\n\r\n\r\nand\u00a0another", "source": "Ada\u00a0Byron"}),
        title="A\u00a0title", summary="Short \u200btext", source=rich_text("<p>Written\u00a0for this portal.</p>"),
    )  # fmt: skip

    browser.post(f"/cms/pages/add/courses/lessonpage/{module_pages(course)[0].pk}/", sent(form))

    lesson = LessonPage.objects.get(slug="lesson-new").get_latest_revision_as_object()
    raw = [block["value"] for block in lesson.body.raw_data]
    assert (lesson.title, lesson.summary, lesson.source) == ("A title", "Short text", "<p>Written for this portal.</p>")
    assert raw[0] == {"text": "Begin here"}
    assert raw[1]["html"] == "<p>First of all</p>"
    assert raw[2]["title"] == "Two steps"
    assert raw[2]["steps"][0]["value"] == {
        "title": "Lock it",
        "html": "<ul><li>One</li><li>Two</li></ul>",
    }
    assert (raw[3]["text"], raw[3]["source"]) == ("One line\n\nand another", "Ada Byron")


def test_rows_of_a_list_arrive_clean(browser):
    form = course_form(description=rich_text("<p>For\u00a0all</p>"))
    form["outcomes"] = {
        "TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000",
        "0": {"text": "\u2022\u00a0Signs in\u00ad safely.", "id": "", "ORDER": "1", "DELETE": ""},
    }  # fmt: skip

    browser.post(f"/cms/pages/add/courses/coursepage/{course_index().pk}/", sent(form))

    course = CoursePage.objects.get(slug="course-new")
    assert course.description == "<p>For all</p>"
    assert [outcome.text for outcome in course.outcomes.all()] == ["Signs in safely."]


def test_what_is_stored_is_left_as_it_is_until_somebody_saves_it(course, browser):
    lesson = lesson_pages(course)[0]
    body = [dict(block) for block in lesson.body.raw_data]
    body[0]["value"] = {"text": "Spaces\u00a0 kept"}
    with one_edition(cause="content", at=NOON):
        publish(lesson, body=body)
    frozen = LessonVersion.objects.order_by("pk").last().body
    assert frozen["blocks"][0]["text"] == "Spaces\u00a0 kept"

    edit(browser, Page.objects.get(pk=lesson.pk).specific, action="publish")

    assert LessonPage.objects.get(pk=lesson.pk).body.raw_data[0]["value"] == {"text": "Spaces kept"}


def test_nothing_but_spaces_is_nothing(course, browser):
    lesson = lesson_pages(course)[0]

    answer = edit(browser, lesson, title="\u200b\u00a0")

    assert "This field is required." in answer.content.decode()
    assert form_of(LessonPage.objects.get(pk=lesson.pk))["title"] == "Lesson 1-1"
