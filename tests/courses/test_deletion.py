"""Pages that records point at stay, whichever way somebody tries; everything else may go."""

import pytest
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from courses import deletion
from courses.deletion import RecordsHoldPages
from courses.models import Course, CourseCard, CoursePage
from courses.operations.settling import one_edition
from courses.queries.deletion import subtree_of, why_not_delete
from tests.courses.builders import NOON, course_page, in_language, lesson_pages, make_course, module_pages, quiz_pages

pytestmark = pytest.mark.django_db

WORDS = "3 people have done this step."


@pytest.fixture
def course():
    return make_course(module_count=2, languages=("it",))


@pytest.fixture
def held(course, monkeypatch):
    """A lesson that records point at, as an upper app would say it."""
    lesson = lesson_pages(course)[0]
    monkeypatch.setattr(deletion, "_guards", [lambda keys: WORDS if lesson.translation_key in keys else None])
    return lesson


@pytest.fixture
def editor(client, django_user_model):
    user = django_user_model.objects.create_superuser(username="edith", password="tea and biscuits")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    "delete",
    [
        lambda lesson, course: lesson.delete(),
        lambda lesson, course: Page.objects.get(pk=lesson.pk).delete(),
        lambda lesson, course: Page.objects.filter(pk=lesson.pk).delete(),
        lambda lesson, course: type(lesson).objects.filter(pk=lesson.pk).delete(),
        lambda lesson, course: module_pages(course)[0].delete(),
        lambda lesson, course: course_page(course).delete(),
        lambda lesson, course: course_page(course).get_parent().delete(),
    ],
    ids=["the page", "as base page", "as base queryset", "as queryset", "its module", "its course", "the catalogue"],
)
def test_a_page_that_records_point_at_is_not_deleted(course, held, delete):
    with pytest.raises(RecordsHoldPages, match=WORDS), transaction.atomic():
        delete(held, course)

    assert Page.objects.filter(pk=held.pk).exists()


def test_a_page_without_records_may_be_deleted(course, held):
    with one_edition(cause="publish", at=NOON):
        quiz_pages(course)[0].delete()

    assert why_not_delete(subtree_of(held)) == WORDS


def test_a_translation_may_be_deleted_while_its_source_page_stays(course, held):
    with one_edition(cause="publish", at=NOON):
        in_language(held, "it").delete()

    assert Page.objects.filter(pk=held.pk).exists()


def test_the_cms_says_why_a_lesson_stays_and_offers_to_unpublish_it(course, held, editor, client):
    answer = client.post(reverse("wagtailadmin_pages:delete", args=[held.pk]))

    assert answer.status_code == 409
    assert WORDS in answer.text
    assert reverse("wagtailadmin_pages:unpublish", args=[held.pk]) in answer.text
    assert Page.objects.filter(pk=held.pk).exists()


def test_the_cms_offers_to_archive_a_course_that_records_point_at(course, held, editor, client):
    page = course_page(course)
    archive = reverse("courses_archive", args=[course.key])

    assert archive in client.get(reverse("wagtailadmin_pages:delete", args=[page.pk])).text
    assert client.get(archive).status_code == 200
    for _press in ("first", "second"):
        client.post(archive, {"wanted": "archived"})

    assert Course.objects.get(key=course.key).archived_at is not None
    assert CourseCard.objects.count() == 0
    client.post(archive, {"wanted": "offered"})
    assert Course.objects.get(key=course.key).archived_at is None
    assert CourseCard.objects.count() == 6


def test_a_bulk_deletion_with_one_page_of_records_deletes_nothing(course, held, editor, client):
    other = lesson_pages(course)[1]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])

    answer = client.post(f"{address}?id={other.pk}&id={held.pk}&next=/cms/")

    assert answer.status_code == 409
    assert WORDS in answer.text
    assert Page.objects.filter(pk__in=[other.pk, held.pk]).count() == 2


def test_the_cms_deletes_a_page_without_records(course, held, editor, client):
    quiz = quiz_pages(course)[0]

    client.post(reverse("wagtailadmin_pages:delete", args=[quiz.pk]))

    assert Page.objects.filter(pk=quiz.pk).exists() is False
    assert CoursePage.objects.filter(translation_key=course.key).count() == 2
