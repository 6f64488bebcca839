"""The lists of pages in the CMS: what they say of courses, modules and steps, and what that costs."""

import re
from datetime import date

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import CourseIndexPage, LessonPage
from tests.courses.builders import (
    add_lesson,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    quiz_pages,
)
from tests.people import make_editor
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db
OF_TRANSLATION_BUTTONS = re.compile(r'"wagtail_localize_|FROM "wagtailcore_locale" WHERE NOT')


@pytest.fixture
def editor(client):
    person = make_editor("edith")
    client.force_login(person)
    return person


def listed(client, address, page):
    """Return the cells of the row of a page by the heads of their columns."""
    html = client.get(address).content.decode()
    table = html.split('<table class="listing', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)
    row = next(row for row in rows if f'"page_{page.pk}_title"' in row)
    heads, cells = (
        [" ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", cell, flags=re.DOTALL).split()) for cell in found]
        for found in (re.findall(r"<t[hd].*?</t[hd]>", part, flags=re.DOTALL) for part in (rows[0], row))
    )
    return dict(zip(heads, cells, strict=True))


def costs_of(client, address):
    """Return what a list asks of the database, but for what its translation buttons ask for each row they stand in."""
    with counted_queries() as statements:
        answer = client.get(address)
    assert answer.status_code == 200
    return [statement for statement in statements if not OF_TRANSLATION_BUTTONS.search(statement)]


def explorer(page):
    return reverse("wagtailadmin_explore", args=[page.pk])


def test_a_list_of_steps_says_what_their_drafts_say(client, editor):
    course = make_course(languages=("it",))
    first, second = lesson_pages(course)
    quiz = quiz_pages(course)[0]
    first.minutes, first.required, first.review_by_date = 11, False, date(2001, 2, 3)
    first.save_revision(user=editor)
    in_language(second, "it").unpublish()
    address = explorer(module_pages(course)[0])

    assert [
        {name: listed(client, address, page)[name] for name in ("Type", "Time", "Required", "Published in")}
        for page in (first, second, quiz)
    ] == [
        {"Type": "Lesson page", "Time": "11 minutes", "Required": "No", "Published in": "English, Italian"},
        {"Type": "Lesson page", "Time": "5 minutes", "Required": "Yes", "Published in": "English"},
        {"Type": "Quiz page", "Time": "4 minutes", "Required": "Yes", "Published in": "English, Italian"},
    ]
    assert listed(client, address, first)["Read again by"] == "03/02/2001, past"
    assert listed(client, address, second)["Read again by"] == "31/01/2099"


def test_a_list_of_modules_puts_their_steps_together(client, editor):
    course = make_course(module_count=2)
    first, second = module_pages(course)
    add_lesson(second, "more", minutes=7, required=False)
    address = explorer(course_page(course))

    assert (listed(client, address, first)["Time"], listed(client, address, first)["Required"]) == (
        "14 minutes",
        "3 of 3",
    )
    assert (listed(client, address, second)["Time"], listed(client, address, second)["Required"]) == (
        "21 minutes",
        "3 of 4",
    )


def test_a_list_of_courses_says_hours_languages_and_the_day_to_read_them_again(client, editor):
    page = course_page(make_course(languages=("it", "ro")))

    row = listed(client, explorer(CourseIndexPage.objects.get(locale__language_code="en")), page)

    assert (row["Time"], row["Published in"], row["Read again by"]) == (
        "2 hours",
        "English, Italian, Romanian",
        "31/01/2099",
    )


@pytest.mark.indexed
def test_what_a_search_finds_below_a_module_is_listed_whatever_it_is(client, editor):
    course = make_course()
    page = course_page(course)

    row = listed(client, f"{explorer(module_pages(course)[0])}?q=basics&search_all=1", page)

    assert row["Time"] == "2 hours"


def test_all_lessons_of_the_site_are_listed_with_their_time(client, editor):
    lesson = lesson_pages(make_course())[0]

    row = listed(client, reverse("wagtailadmin_pages:type_use", args=["courses", "lessonpage"]), lesson)

    assert (row["Time"], row["Required"]) == ("5 minutes", "Yes")


def test_a_list_costs_the_same_for_ten_pages_and_for_a_hundred(client, editor):
    module = module_pages(make_course(lesson_count=9))[0]
    client.get(explorer(module))
    ten = costs_of(client, explorer(module))
    parent = Page.objects.get(pk=module.pk)
    for number in range(90):
        parent.add_child(instance=LessonPage(title=f"More {number}", slug=f"more-{number}", live=False))

    hundred = costs_of(client, explorer(module))

    assert "1-50 of 100" in " ".join(client.get(explorer(module)).content.decode().split())
    assert len(hundred) == len(ten)


def test_a_list_of_modules_costs_the_same_for_one_and_for_many(client, editor):
    one, many = course_page(make_course()), course_page(make_course(slug="many", module_count=8, lesson_count=1))
    client.get(explorer(one))

    assert len(costs_of(client, explorer(many))) == len(costs_of(client, explorer(one)))
