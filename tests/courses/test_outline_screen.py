"""The outline of a course in the CMS: all of it on one page, pages added by their titles, moved by buttons and forms."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from courses.models import CourseEdition, LessonPage, QuizPage
from courses.queries.serving import course_by_key, outline_of
from tests.courses.builders import (
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)
from tests.people import make_editor, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(module_count=2)


@pytest.fixture
def editor(client, course):
    person = make_editor("edith")
    client.force_login(person)
    return person


def address(course):
    return reverse("courses_outline", args=[course_page(course).pk])


def show(client, course, query=""):
    answer = client.get(address(course) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def spot(page):
    siblings = list(page.get_parent().get_children().values_list("pk", flat=True))
    return f"{page.pk}-{page.get_parent().pk}-{siblings.index(page.pk) + 1}"


def titles_below(page):
    return list(Page.objects.get(pk=page.pk).get_children().values_list("title", flat=True))


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def row_of(html, page):
    part = html.split(f'id="page-{page.pk}"', 1)[1]
    return part.split('id="page-', 1)[0]


def test_the_outline_says_what_each_step_is_like(client, editor, course):
    first, second = lesson_pages(course)[:2]
    first.save_revision(user=editor)
    second.title, second.minutes, second.required = "Changed in a draft", 11, False
    second.save_revision(user=editor)

    html = show(client, course)

    assert "6 steps , 5 of them required , 34 minutes ." in words_of(html).replace("steps,", "steps ,").replace(
        "required,", "required ,"
    ).replace("minutes.", "minutes .")
    row = words_of(row_of(html, second))
    assert "Changed in a draft Lesson Published, with changes that are not 11 minutes not required Edith" in row
    for name in ("edit", "view_draft", "history"):
        assert reverse(f"wagtailadmin_pages:{name}", args=[second.pk]) in html


def test_the_outline_says_which_translations_are_older_or_missing(client, editor):
    course = make_course(slug="both", languages=("it",))
    first, second = lesson_pages(course)
    publish(first, title="A better title")
    Page.objects.filter(pk=in_language(second, "it").pk).update(translation_key=uuid4())

    html = show(client, course)

    assert "Italian: older than the page" in row_of(html, first)
    assert "Italian: missing" in row_of(html, second)
    assert row_of(html, quiz_pages(course)[0]).count("Italian") == 1


def test_a_translation_leads_to_the_outline_of_its_source(client, editor):
    course = make_course(slug="both", languages=("it",))

    answer = client.get(reverse("courses_outline", args=[course_page(course, "it").pk]))

    assert answer["Location"] == address(course)


def test_a_lesson_made_from_its_title_is_to_be_read_again_in_a_year(client, editor, course):
    module = module_pages(course)[0]

    client.post(address(course), {"where": module.pk, "kind": "lesson", "titles": "Lock the screen"})

    page = LessonPage.objects.get(live=False)
    in_a_year = timezone.localdate(page.latest_revision.created_at) + timedelta(days=365)
    assert page.review_by_date == page.get_latest_revision_as_object().review_by_date == in_a_year


def test_titles_become_drafts_in_their_order_at_the_end_of_the_module(client, editor, course):
    module = module_pages(course)[0]

    answer = client.post(
        address(course), {"where": module.pk, "kind": "lesson", "titles": "• Lock the\u00a0screen\r\n•  Sign out \r\n"}
    )

    assert answer["Location"] == f"{address(course)}?added=2&in={module.pk}"
    made = list(LessonPage.objects.filter(live=False).order_by("path"))
    assert [page.title for page in made] == ["Lock the screen", "Sign out"]
    assert titles_below(module) == ["Lesson 1-1", "Lesson 1-2", "Quiz 1-1", "Lock the screen", "Sign out"]
    assert [(page.owner, page.latest_revision.user, page.slug) for page in made] == [
        (editor, editor, "lock-the-screen"),
        (editor, editor, "sign-out"),
    ]
    assert CourseEdition.objects.count() == 1
    assert "2 drafts were added." in show(client, course, f"?added=2&in={module.pk}")


def test_a_quiz_without_questions_and_two_of_one_title_are_valid_drafts(client, editor, course):
    module = module_pages(course)[1]

    client.post(address(course), {"where": module.pk, "kind": "quiz", "titles": "Check\nCheck"})

    assert list(QuizPage.objects.filter(live=False).order_by("path").values_list("slug", flat=True)) == [
        "check",
        "check-2",
    ]


def test_titles_of_no_letters_and_of_very_many_give_addresses_all_the_same(client, editor, course):
    module = module_pages(course)[1]
    long = "x" * 255

    client.post(address(course), {"where": module.pk, "kind": "quiz", "titles": f"???\n🎉\n{long}\n{long}"})

    slugs = list(QuizPage.objects.filter(live=False).order_by("path").values_list("slug", flat=True))
    assert slugs == ["quiz", "quiz-2", "x" * 200, f"{'x' * 200}-2"]


def test_modules_are_added_to_the_course(client, editor, course):
    page = course_page(course)

    client.post(address(course), {"where": page.pk, "kind": "module", "titles": "Find and check"})

    assert titles_below(page) == ["Module 1", "Module 2", "Find and check"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  \u200b\n", "Write a title. Each line becomes a draft of its own."),
        ("A\n" + "b" * 256, "Line 2 is longer than 255 signs"),
        ("A\n" * 61, "Add at most 60 at once."),
    ],
)
def test_what_cannot_be_a_title_is_said_and_kept(client, editor, course, typed, words):
    module = module_pages(course)[0]

    answer = client.post(address(course), {"where": module.pk, "kind": "quiz", "titles": typed})

    html = answer.content.decode()
    assert (answer.status_code, html.count(words)) == (422, 2)
    assert f">\n{typed.strip()}" in html.replace("\r", "") or typed.strip() in html
    assert '<option value="quiz" selected>' in html
    assert QuizPage.objects.filter(live=False).exists() is False


def test_titles_for_a_module_that_is_gone_are_kept(client, editor, course):
    answer = client.post(address(course), {"where": 987654, "kind": "lesson", "titles": "Long thought about"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "The module these should go to is gone." in html
    assert "Long thought about</textarea>" in html


def test_a_button_moves_a_step_by_one_place_under_the_lock_of_the_tree(client, editor, course):
    first = lesson_pages(course)[0]

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address(course), {"down": spot(first)}, follow=True)

    html = answer.content.decode()
    assert titles_below(module_pages(course)[0]) == ["Lesson 1-2", "Lesson 1-1", "Quiz 1-1"]
    assert "“Lesson 1-1” moved to place 2 of 3." in html
    # The button that was pressed has the focus, so that it can be pressed again.
    assert re.search(r'name="down" value="([\d-]+)"[^>]* autofocus', html)[1] == spot(first)
    assert sum("pg_advisory_xact_lock" in query["sql"] for query in captured) == 1
    assert [item.title for item in outline_of(course_by_key(course.key), "en").items][:2] == [
        "Lesson 1-2",
        "Lesson 1-1",
    ]


def test_at_the_end_the_other_button_has_the_focus(client, editor, course):
    second = lesson_pages(course)[1]

    html = client.post(address(course), {"up": spot(second)}, follow=True).content.decode()

    assert re.search(r'name="down" value="([\d-]+)"[^>]* autofocus', html)[1] == spot(second)


def test_a_module_moves_with_its_steps(client, editor, course):
    second = module_pages(course)[1]

    client.post(address(course), {"up": spot(second)})

    assert titles_below(course_page(course)) == ["Module 2", "Module 1"]
    assert titles_below(second) == ["Lesson 2-1", "Lesson 2-2", "Quiz 2-1"]


def test_a_form_moves_a_step_to_a_place_in_another_module_and_its_translation_with_it(client, editor):
    course = make_course(slug="both", module_count=2, languages=("it",))
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    html = show(client, course, f"?move={lesson.pk}")
    assert f'<option value="{target.pk}">Module 2</option>' in html

    client.post(address(course), {"spot": spot(lesson), "to": target.pk, "place": "2"})

    assert titles_below(target) == ["Lesson 2-1", "Lesson 1-1", "Lesson 2-2", "Quiz 2-1"]
    assert in_language(lesson, "it").get_parent() == Page.objects.get(pk=in_language(target, "it").pk)


def test_without_a_place_it_goes_to_the_end(client, editor, course):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]

    client.post(address(course), {"spot": spot(lesson), "to": target.pk})

    assert titles_below(target)[-1] == "Lesson 1-1"


def test_a_second_tab_does_not_move_what_is_elsewhere_now(client, editor, course):
    first = lesson_pages(course)[0]
    seen = spot(first)
    client.post(address(course), {"down": seen})

    answer = client.post(address(course), {"down": seen})

    assert answer.status_code == 409
    assert "“Lesson 1-1” was moved meanwhile: it is at place 2 in “Module 1” now." in answer.content.decode()
    assert titles_below(module_pages(course)[0]) == ["Lesson 1-2", "Lesson 1-1", "Quiz 1-1"]


def test_what_is_gone_is_not_moved_and_said(client, editor, course):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    seen, numbers = spot(lesson), (target.pk, 987654)
    answers = [client.post(address(course), {"spot": seen, "to": numbers[1]})]
    Page.objects.get(pk=lesson.pk).unpublish()
    wrong = ({"up": "987654-1-2"}, {"up": "nonsense"}, {"up": f"{target.pk}"})
    answers += [client.post(address(course), sent) for sent in wrong]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert all("is gone from this course. Nothing was moved." in answer.content.decode() for answer in answers)


def test_an_address_that_is_taken_is_said(client, editor, course):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    publish(lesson_pages(course)[2], slug=lesson.slug)

    answer = client.post(address(course), {"spot": spot(lesson), "to": target.pk})

    assert answer.status_code == 409
    assert "“Module 2” has a step with the address “lesson-1-1” already." in answer.content.decode()


def make_writer(client, course, *names):
    """Sign in somebody who may only write somewhere: with these rights over a course page."""
    group = Group.objects.create(name=f"Writers {uuid4()}")
    group.permissions.add(*Group.objects.get(name="Editors").permissions.filter(codename="access_admin"))
    for name in names:
        GroupPagePermission.objects.create(
            group=group, page=Page.objects.get(pk=course_page(course).pk), permission_type=name
        )
    writer = make_learner()
    writer.groups.add(group)
    client.force_login(writer)
    return writer


def test_who_may_not_move_sees_no_button_and_is_refused(client, course):
    make_writer(client, course, "add", "change")
    first, module = lesson_pages(course)[0], module_pages(course)[1]

    html = show(client, course, f"?move={first.pk}")
    answers = [
        client.post(address(course), {"down": spot(first)}),
        client.post(address(course), {"spot": spot(first), "to": module.pk}),
    ]

    assert ('name="down"' in html, "Move to" in html, "move-to" in html) == (False, False, False)
    assert "Add as drafts" in html
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/cms/")] * 2
    assert titles_below(module_pages(course)[0]) == ["Lesson 1-1", "Lesson 1-2", "Quiz 1-1"]


def test_who_may_not_add_sees_no_field_and_is_refused(client, course):
    make_writer(client, course, "publish")

    html = show(client, course)
    answer = client.post(address(course), {"where": module_pages(course)[0].pk, "kind": "lesson", "titles": "Mine"})

    assert "Add as drafts" not in html
    assert (answer.status_code, LessonPage.objects.filter(title="Mine").exists()) == (302, False)


def test_a_course_of_others_is_the_same_as_none(client, course):
    make_writer(client, make_course(slug="own", title="Own"), "add", "change", "publish")

    assert client.get(address(course)).status_code == 404
    assert client.get(reverse("courses_outline", args=[987654])).status_code == 404


def test_a_page_of_another_course_is_not_moved_or_added_to_here(client, editor, course):
    other = make_course(slug="other", title="Other")

    answers = [
        client.post(address(course), {"down": spot(lesson_pages(other)[0])}),
        client.post(address(course), {"where": module_pages(other)[0].pk, "kind": "lesson", "titles": "Astray"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert titles_below(module_pages(other)[0]) == ["Lesson 1-1", "Lesson 1-2", "Quiz 1-1"]


def fill(course, count):
    """Add rows of lessons to the first module, as many and as cheaply as a database takes them."""
    module = Page.objects.get(pk=module_pages(course)[0].pk)
    pattern = lesson_pages(course)[0]
    columns = {field.attname: getattr(pattern, field.attname) for field in Page._meta.concrete_fields}
    pages = [
        Page(
            **{
                **columns,
                "id": None,
                "path": Page._get_path(module.path, module.depth + 1, number),
                "slug": f"more-{number}",
                "translation_key": uuid4(),
                "latest_revision_id": None,
                "live_revision_id": None,
            }
        )
        for number in range(4, 4 + count)
    ]
    Page.objects.bulk_create(pages)
    table = LessonPage._meta.db_table
    names = ", ".join(f'"{field.column}"' for field in LessonPage._meta.local_fields if not field.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (page_ptr_id, {names}) SELECT page.id, {names} FROM {table}, wagtailcore_page page "
            "WHERE page_ptr_id = %s AND page.slug LIKE 'more-%%'",
            [pattern.pk],
        )
    Page.objects.filter(pk=module.pk).update(numchild=3 + count)


@pytest.mark.parametrize("count", [4, 494])
def test_the_outline_costs_the_same_queries_at_any_size(client, editor, course, count):
    fill(course, count)
    place = address(course)
    client.get(place)  # what is looked up once a process

    with CaptureQueriesContext(connection) as captured:
        html = client.get(place).content.decode()

    assert html.count('<li class="plan__row"') == count + 6
    assert len(captured) == 18  # of which 9 are of the CMS itself
