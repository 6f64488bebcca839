"""One POST of an editor in the CMS: one transaction, and one edition after it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.models import Page

from courses import middleware
from courses.models import CourseEdition, EditionDue, ModulePage
from courses.queries.serving import course_by_key, outline_of
from tests.courses.builders import course_page, lesson_pages, make_course, module_pages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def course():
    return make_course(module_count=2)


@pytest.fixture(autouse=True)
def editor(client, django_user_model, course):
    user = django_user_model.objects.create_superuser(username="edith", password="tea and biscuits")
    client.force_login(user)
    return user


def edition_count():
    return CourseEdition.objects.count()


def copy_module(client, course):
    module, parent = module_pages(course)[0], course_page(course)
    return client.post(
        reverse("wagtailadmin_pages:copy", args=[module.pk]),
        {
            "new_title": "Copied module",
            "new_slug": "copied-module",
            "new_parent_page": parent.pk,
            "copy_subpages": "on",
            "publish_copies": "on",
        },
    )


def test_copying_a_live_module_makes_one_edition(course, client, editor):
    assert copy_module(client, course).status_code == 302

    assert edition_count() == 2
    assert len(outline_of(course_by_key(course.key), "en").items) == 9
    assert CourseEdition.objects.get(number=2).made_by == editor
    assert EditionDue.objects.count() == 0

    # Wagtail numbers pages below a copy from nought: there is room before the first all the same.
    lesson, copied = lesson_pages(course)[2], ModulePage.objects.get(slug="copied-module")
    spot = f"{lesson.pk}-{lesson.get_parent().pk}-1"
    client.post(
        reverse("courses_outline", args=[course_page(course).pk]), {"spot": spot, "to": copied.pk, "place": "1"}
    )
    assert copied.get_children().first().pk == lesson.pk


def test_a_copy_that_goes_wrong_half_way_leaves_nothing(course, client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("wagtail.admin.views.pages.copy.hooks.get_hooks", broken_after("after_copy_page"))

    answer = copy_module(client, course)

    assert answer.status_code == 500
    assert ModulePage.objects.filter(slug="copied-module").exists() is False
    assert (edition_count(), EditionDue.objects.count()) == (1, 0)


def broken_after(name):
    def get_hooks(hook_name):
        if hook_name == name:
            raise RuntimeError("the power was cut")
        return []

    return get_hooks


def test_moving_in_the_explorer_makes_one_edition_under_the_tree_lock(course, client):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    # Wagtail's API, which choosers read, would write without the lock and publish past the gate.
    for action in PagesAdminAPIViewSet.actions:
        sent = {"destination_page_id": target.pk, "position": "first-child"}
        assert client.post(f"/cms/api/main/pages/{lesson.pk}/action/{action}/", sent).status_code == 404, action
    with CaptureQueriesContext(connection) as captured:
        client.post(reverse("wagtailadmin_pages:move_confirm", args=[lesson.pk, target.pk]))

    assert edition_count() == 2
    assert outline_of(course_by_key(course.key), "en").by_key[str(lesson.translation_key)].path == "module-2/lesson-1-1"
    if connection.vendor == "postgresql":
        locked = [query["sql"] for query in captured if "pg_advisory_xact_lock" in query["sql"]]
        assert len(locked) == 1


def test_unpublishing_a_module_makes_one_edition(course, client):
    client.post(reverse("wagtailadmin_pages:unpublish", args=[module_pages(course)[0].pk]))

    assert edition_count() == 2
    assert len(outline_of(course_by_key(course.key), "en").items) == 3


def test_unpublishing_several_lessons_at_once_makes_one_edition(course, client):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    chosen = "&".join(f"id={page.pk}" for page in lesson_pages(course)[:3])

    client.post(f"{address}?{chosen}&next=/cms/")

    assert edition_count() == 2
    assert len(outline_of(course_by_key(course.key), "en").items) == 3


def test_an_editor_gets_an_answer_even_if_settling_goes_wrong(course, client, monkeypatch):
    from courses.operations import settling

    def broken(**kwargs):
        raise RuntimeError("no space left")

    monkeypatch.setattr(settling, "settle", broken)
    answer = client.post(reverse("wagtailadmin_pages:unpublish", args=[module_pages(course)[0].pk]))

    assert answer.status_code == 302
    assert middleware.CMS_PREFIX == "/cms/"
    assert EditionDue.objects.filter(course_key=course.key).exists()
    assert Page.objects.get(pk=module_pages(course)[0].pk).live is False
