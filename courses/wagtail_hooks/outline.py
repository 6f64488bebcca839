"""The ways in the CMS to the outline of a course: from its page and every page in it, and from the list of courses."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage, LearningPathPage
from courses.models.pages import FrozenPage
from courses.views.outline import outline


@hooks.register("register_admin_urls")
def outline_address() -> list[URLPattern]:
    return [path("courses/<int:page_id>/outline/", outline, name="courses_outline")]


@hooks.register("register_page_header_buttons")
def outline_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    """Lead from a course, and from every page in it, to its outline. Cost: 1 query."""
    kind = page.specific_class or Page
    if issubclass(kind, FrozenPage) and not issubclass(kind, CourseIndexPage | LearningPathPage):
        number = CoursePage.objects.ancestor_of(page, inclusive=True).values_list("pk", flat=True).first()
        if number is not None:
            yield Button(_("Outline"), url=_address(number), icon_name="list-ul", priority=4)


@hooks.register("register_page_listing_more_buttons")
def outline_in_list(page: Page, user: Any, next_url: str | None = None) -> Iterable[Button]:
    if issubclass(page.specific_class or Page, CoursePage):
        yield Button(_("Outline"), url=_address(page.pk), icon_name="list-ul", priority=4)


def _address(number: int) -> str:
    return reverse("courses_outline", args=[number])
