"""The ways in the CMS to the outline of a course and to its copy; what Wagtail's own copying and moving leaves to do."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from courses.models import CourseIndexPage, CoursePage, LearningPathPage, ModulePage
from courses.models.items import Item
from courses.models.pages import FrozenPage
from courses.operations.copying import repoint_copied
from courses.operations.moving import move_translations
from courses.queries.moving import words_before_move
from courses.views.copying import copy, copying
from courses.views.outline import outline


@hooks.register("register_admin_urls")
def outline_address() -> list[URLPattern]:
    return [
        path("courses/<int:page_id>/outline/", outline, name="courses_outline"),
        path("courses/<int:page_id>/copy/", copy, name="courses_copy"),
        path("courses/copies/<uuid:key>/", copying, name="courses_copying"),
    ]


@hooks.register("register_page_header_buttons")
def outline_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    """Lead from a course, and from every page in it, to its outline. Cost: 1 query."""
    kind = page.specific_class or Page
    if issubclass(kind, FrozenPage) and not issubclass(kind, CourseIndexPage | LearningPathPage):
        number = CoursePage.objects.ancestor_of(page, inclusive=True).values_list("pk", flat=True).first()
        if number is not None:
            yield Button(_("Outline"), url=_address(number), icon_name="list-ul", priority=4)
    if issubclass(kind, CoursePage) and page.permissions_for_user(user).can_copy():
        yield Button(_("Copy the course"), url=reverse("courses_copy", args=[page.pk]), icon_name="copy", priority=64)


@hooks.register("register_page_listing_more_buttons")
def outline_in_list(page: Page, user: Any, next_url: str | None = None) -> Iterable[Button]:
    if issubclass(page.specific_class or Page, CoursePage):
        yield Button(_("Outline"), url=_address(page.pk), icon_name="list-ul", priority=4)


@hooks.register("before_copy_page")
def copy_course_whole(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to our own copy of a course: Wagtail's leaves out translations, and what pages name stays the original's."""
    return redirect("courses_copy", page.pk) if issubclass(page.specific_class or Page, CoursePage) else None


@hooks.register("after_copy_page")
def name_what_was_copied(request: HttpRequest, page: Page, new_page: Page) -> None:
    """Have the copies of a module's steps name one another. Wagtail copies in the order of the tree."""
    if not issubclass(page.specific_class or Page, FrozenPage) or new_page.alias_of_id is not None:
        return
    copies = list(new_page.get_descendants(inclusive=True).order_by("path").values_list("pk", flat=True))
    originals = list(page.get_descendants(inclusive=True).order_by("path").values_list("pk", flat=True))
    repoint_copied(pages=dict(zip(originals, copies, strict=False)), user=_person(request))


@hooks.register("before_move_page")
def say_what_a_move_means(request: HttpRequest, page: Page, destination: Page) -> None:
    """Say on the page that asks before a move what it means to learners, where it leads to another course."""
    if request.method == "GET":
        for words in words_before_move(page, destination):
            messages.warning(request, words)


@hooks.register("after_move_page")
def move_texts_too(request: HttpRequest, page: Page) -> None:
    person = _person(request)
    if person is not None and issubclass(page.specific_class or Page, ModulePage | Item):
        move_translations(page=Page.objects.get(pk=page.pk), user=person)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _address(number: int) -> str:
    return reverse("courses_outline", args=[number])
