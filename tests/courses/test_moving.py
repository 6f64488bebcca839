"""A step moves to another course: taken out of the old one, new in the other; who did it keeps it. It is said before."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from courses.models import CourseEdition, LessonPage
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key, outline_of
from progress.models import ItemCompletion
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
from tests.people import make_editor, make_learner
from tests.progress.builders import do_lesson, enrol, lessons_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    person = make_editor("edith")
    client.force_login(person)
    return person


@pytest.fixture
def old():
    return make_course(slug="old", title="Old course", languages=("it",))


@pytest.fixture
def new():
    return make_course(slug="new", title="New course", lesson_count=1, quiz_count=0, languages=("it",))


def confirm_address(page, target):
    return reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])


def rename(lesson):
    """Give a lesson an address that no other course has."""
    with one_edition(cause="content", at=NOON):
        for language in ("en", "it"):
            publish(in_language(lesson, language), slug="moved-lesson")
    return LessonPage.objects.get(pk=lesson.pk)


def test_a_lesson_that_moves_to_another_course_is_taken_out_here_and_new_there(
    client, old, new, django_capture_on_commit_callbacks
):
    lesson, target = rename(lesson_pages(old)[0]), module_pages(new)[0]
    key = str(lesson.translation_key)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(confirm_address(lesson, target))

    assert key not in [item.key for item in outline_of(course_by_key(old.key), "en").items]
    assert [entry["key"] for entry in course_by_key(old.key).current_edition.manifest["tombstones"]] == [key]
    there = outline_of(course_by_key(new.key), "en").by_key[key]
    assert (there.title, there.path) == ("Lesson 1-1", "module-1/moved-lesson")
    assert outline_of(course_by_key(new.key), "it").by_key[key].title == "it: Lesson 1-1"
    assert in_language(lesson, "it").get_parent() == Page.objects.get(pk=in_language(target, "it").pk)


def test_who_did_it_keeps_it_and_who_is_enrolled_there_need_not_do_it(
    client, old, new, django_capture_on_commit_callbacks
):
    lesson, target = rename(lesson_pages(old)[0]), module_pages(new)[0]
    learner = make_learner("ana")
    here, there = enrol(old, learner), enrol(new, learner)
    do_lesson(here, lessons_of(course_by_key(old.key))[0])
    before = list(ItemCompletion.objects.values_list("enrolment", "item_key"))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(confirm_address(lesson, target))

    assert list(ItemCompletion.objects.values_list("enrolment", "item_key")) == before
    assert before == [(here.pk, lesson.translation_key)]
    item = outline_of(course_by_key(new.key), "en").by_key[str(lesson.translation_key)]
    assert item.required is True
    editions = CourseEdition.objects.filter(course__key=new.key).count()
    assert [list(bound) for bound in item.binds] == [[editions, None]]
    assert there.start_edition_id != course_by_key(new.key).current_edition_id


def test_the_page_that_asks_says_what_a_move_to_another_course_means(client, old, new):
    lesson, target, quiz = lesson_pages(old)[0], module_pages(new)[0], quiz_pages(old)[0]
    questions = [dict(block) for block in quiz.questions.raw_data]
    for question in questions[:2]:
        question["value"] = {**question["value"], "lesson": lesson.pk}
    publish(quiz, questions=questions)
    body = [dict(block) for block in lesson_pages(old)[1].body.raw_data]
    body[1]["value"] = {"html": f'<p><a linktype="page" id="{lesson.pk}">Before</a></p>'}
    publish(lesson_pages(old)[1], body=body)
    rename(lesson)

    html = client.get(confirm_address(lesson, target)).content.decode()

    for words in (
        "In “Old course” this is taken out: nobody has to do it there any more.",
        "In “New course” it is a new step: who enrols from then on does it.",
        "2 questions of “Old course” name a lesson that goes as the one that explains them.",
        "1 lesson of “Old course” links to what goes.",
    ):
        assert words in html


def test_a_quiz_that_goes_says_which_lessons_stay(client, old, new):
    lesson, target, quiz = lesson_pages(old)[0], module_pages(new)[0], quiz_pages(old)[0]
    questions = [dict(block) for block in quiz.questions.raw_data]
    questions[0]["value"] = {**questions[0]["value"], "lesson": lesson.pk}
    publish(quiz, questions=questions)

    html = client.get(confirm_address(quiz, target)).content.decode()

    assert "Questions that go name 1 lesson that stays in “Old course” as the one that explains them." in html


def test_a_move_inside_a_course_needs_no_words(client):
    course = make_course(slug="own", title="Own course", module_count=2)
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]

    html = client.get(confirm_address(lesson, target)).content.decode()

    assert ("Are you sure" in html, "Own course” this" in html) == (True, False)


def test_the_outline_leads_to_the_page_that_asks(client, old, new):
    lesson, target = rename(lesson_pages(old)[0]), module_pages(new)[0]
    address = reverse("courses_outline", args=[course_page(old).pk])
    form = client.get(f"{address}?move={lesson.pk}").content.decode()
    place = f"{lesson.pk}-{lesson.get_parent().pk}-1"

    answer = client.post(address, {"spot": place, "to": target.pk, "place": ""})

    assert f'<optgroup label="New course"><option value="{target.pk}">Module 1</option>' in form
    assert answer["Location"] == confirm_address(lesson, target)
    assert Page.objects.get(pk=lesson.pk).get_parent().get_parent().pk == course_page(old).pk


def test_a_translation_whose_course_has_no_such_language_stays_and_is_found(
    client, old, django_capture_on_commit_callbacks
):
    plain = make_course(slug="plain", title="Plain course", lesson_count=1, quiz_count=0)
    lesson, target = rename(lesson_pages(old)[0]), module_pages(plain)[0]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(confirm_address(lesson, target))

    assert in_language(lesson, "it").get_parent().pk == in_language(module_pages(old)[0], "it").pk
    assert str(lesson.translation_key) in outline_of(course_by_key(plain.key), "en").by_key
