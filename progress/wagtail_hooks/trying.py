"""The way from the editor of a quiz to answering its draft as a learner would."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import QuizPage
from progress.views.trying import try_quiz


@hooks.register("register_admin_urls")
def try_address() -> list[URLPattern]:
    return [path("pages/<int:page_id>/try/", try_quiz, name="progress_try_quiz")]


@hooks.register("register_page_header_buttons")
def try_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    if page.pk and page.specific_class is QuizPage and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Answer it as a learner"), url=reverse("progress_try_quiz", args=[page.pk]), icon_name="tick", priority=64
        )
