"""How questions do, in the CMS: its addresses, the ways to it, and what is worth a look on the first page."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from courses.models import CoursePage, QuizPage
from progress.queries.analysis import questions_to_look_at
from progress.queries.analysis.looking import LookRow
from progress.views import analysis


@hooks.register("register_admin_urls")
def analysis_addresses() -> list[URLPattern]:
    quiz = "courses/<uuid:course_key>/quizzes/"
    return [
        path(quiz, analysis.quizzes, name="progress_analyses"),
        path(f"{quiz}<uuid:item_key>/analysis/", analysis.analysis, name="progress_analysis"),
        path(f"{quiz}<uuid:item_key>/analysis/file/", analysis.analysis_file, name="progress_analysis_file"),
    ]


@hooks.register("register_page_header_buttons")
def analysis_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    """Lead from a course to its quizzes, and from a quiz to how its questions do. Cost: at most 1 query."""
    kind = page.specific_class
    if kind is not CoursePage and kind is not QuizPage:
        return
    course = CoursePage.objects.ancestor_of(page, inclusive=True).only("translation_key", "path").first()
    if course is None or not course.permissions_for_user(user).can_publish():
        return
    url = reverse("progress_analyses", args=[course.translation_key])
    if kind is QuizPage:
        url = reverse("progress_analysis", args=[course.translation_key, page.translation_key])
    yield Button(_("How its questions do"), url=url, icon_name="view", priority=67)


class QuestionsToLookAt(Component):
    """Questions that few or nearly all get right, or that mislead."""

    name = "questions-to-look-at"
    template_name = "progress/cms/look_panel.html"
    order = 60

    class Media:
        css = {"all": ["css/cms-release.css"]}

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def rows(self) -> tuple[LookRow, ...]:
        return questions_to_look_at(self.person)

    def waits(self) -> str:
        """Return how many there are, in words, for the head of the page; nothing where there is none."""
        count = len(self.rows)
        said = ngettext("%(count)s question to look at", "%(count)s questions to look at", count)
        return said % {"count": count} if count else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"rows": self.rows}


@hooks.register("construct_homepage_panels")
def question_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(1, QuestionsToLookAt(cast(User, request.user)))
