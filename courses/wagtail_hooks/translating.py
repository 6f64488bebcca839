"""The way in the CMS to the texts of a course that are to be translated."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import CoursePage
from courses.views import translating


@hooks.register("register_admin_urls")
def translating_addresses() -> list[URLPattern]:
    return [path("courses/<int:page_id>/texts/", translating.texts, name="courses_texts")]


@hooks.register("register_page_header_buttons")
def texts_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    if issubclass(page.specific_class or Page, CoursePage) and page.permissions_for_user(user).can_edit():
        url = reverse("courses_texts", args=[page.pk])
        yield Button(_("Texts to translate"), url=url, icon_name="wagtail-localize-language", priority=68)
