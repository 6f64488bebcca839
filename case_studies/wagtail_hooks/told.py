"""Stories that learners tell, in the CMS: what waits, what was taken back, the history in words, and no copies."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page

from case_studies.models import AppliedStory
from case_studies.operations.drafting import TOLD
from case_studies.operations.erasing import WITHDRAWN
from case_studies.queries.applied import stories_for


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

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        assert parent_context is not None
        language = get_language() or settings.LANGUAGE_CODE
        return {"rows": stories_for(parent_context["request"].user, language=language, at=timezone.now())}


@hooks.register("construct_homepage_panels")
def told_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(ToldStories())


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
