"""Stories that learners tell, in the CMS: what waits, what was taken back, the history in words, and no copies."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from accounts.models import User
from case_studies.models import AppliedStory
from case_studies.operations.drafting import TOLD
from case_studies.operations.erasing import WITHDRAWN
from case_studies.queries.applied import ToldStory, stories_for


@hooks.register("register_log_actions")
def log_of_stories(actions: LogActionRegistry) -> None:
    @actions.register_action(TOLD)
    class ToldLog(LogFormatter):
        label = _("Told by a learner")

        def format_message(self, log_entry: Any) -> str:
            language = log_entry.data.get("language")
            if not language:
                return gettext("A learner told this story and agreed to its publication.")
            return gettext(
                "A learner told this story and agreed to its publication. The answers are in %(language)s, and there is"
                " no list of case studies in that language: translate them, or make the list."
            ) % {"language": get_language_info(language)["name_translated"]}

    actions.register_action(
        WITHDRAWN, _("Taken back by who told it"), _("Who told this story took it back. It is erased.")
    )


class ToldStories(Component):
    """What learners told: drafts that wait, and stories taken back."""

    name = "told-stories"
    template_name = "case_studies/cms/told_panel.html"
    order = 45

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def rows(self) -> list[ToldStory]:
        return stories_for(self.person, language=get_language() or settings.LANGUAGE_CODE, at=timezone.now())

    def waits(self) -> str:
        """Return how many stories there are, in words, for the head of the page; nothing where there is none."""
        count = len(self.rows)
        said = ngettext("%(count)s story that a learner told", "%(count)s stories that learners told", count)
        return said % {"count": count} if count else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"rows": self.rows}


@hooks.register("construct_homepage_panels")
def told_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ToldStories(cast(User, request.user)))


@hooks.register("before_copy_page")
def refuse_to_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Leave a story that a learner told in one place: a copy would stay when they take it back."""
    if not AppliedStory.objects.of_page(page.translation_key).exists():
        return None
    messages.error(
        request,
        gettext("A learner told this story and may take it back, so there is no copy of it. Translate it instead."),
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)
