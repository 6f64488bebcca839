"""A page that was not published at its time: its history says so, and so does its editor."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from courses.queries.publishing import REFUSED, refusal_of


@hooks.register("register_log_actions")
def refused_action(actions: Any) -> None:
    @actions.register_action(REFUSED)
    class Refused(LogFormatter):
        label = _("Not published at its time")

        def format_message(self, log_entry: Any) -> str:
            return _said(str(log_entry.data.get("words", "")))


@hooks.register("before_edit_page")
def say_refusal(request: HttpRequest, page: Page) -> None:
    if request.method == "GET":
        words = refusal_of(page)
        if words:
            messages.warning(request, _said(words))


def _said(words: str) -> str:
    return gettext("This page was not published at its time. %(words)s") % {"words": words}
