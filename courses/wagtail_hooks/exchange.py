"""The ways in the CMS to import and export questions: from the question bank, and from the editor of a quiz."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import QuizPage
from courses.views import exchange


@hooks.register("register_admin_urls")
def exchange_addresses() -> list[URLPattern]:
    return [
        path("questions/import/", exchange.upload, name="courses_question_upload"),
        path("questions/import/template.csv", exchange.template, name="courses_question_template"),
        path("questions/import/<uuid:public_id>/", exchange.tried, name="courses_question_import"),
        path("questions/export/", exchange.export, name="courses_question_export"),
    ]


@hooks.register("register_page_header_buttons")
def export_of_quiz(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    if isinstance(page.specific, QuizPage) and page.permissions_for_user(user).can_edit():
        yield Button(
            _("Export questions"),
            url=f"{reverse('courses_question_export')}?quiz={page.pk}",
            icon_name="download",
            priority=66,
        )


def exchange_buttons(user: Any) -> list[Button]:
    """Return the ways in and out that the list of the question bank shows to somebody."""
    buttons = []
    if user.has_perm("courses.add_bankquestion"):
        url = reverse("courses_question_upload")
        buttons.append(Button(_("Import questions"), url=url, icon_name="upload", priority=70))
    if user.has_perm("courses.change_bankquestion"):
        url = reverse("courses_question_export")
        buttons.append(Button(_("Export questions"), url=url, icon_name="download", priority=71))
    return buttons
