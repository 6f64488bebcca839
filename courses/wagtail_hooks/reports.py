"""What readers say of pages, in the CMS: its addresses, its place in the menu, the newest on the first page."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

from accounts.models import User
from courses.models import ContentReport
from courses.operations.reporting import ANSWERED, CLOSED
from courses.queries.reports import open_reports
from courses.views.reports import reader_report, reports

SHOWN = 5


@hooks.register("register_admin_urls")
def report_addresses() -> list[URLPattern]:
    return [
        path("reports/readers/", reports, name="courses_reports"),
        path("reports/readers/<uuid:public_id>/", reader_report, name="courses_report"),
    ]


@hooks.register("register_reports_menu_item")
def reports_in_menu() -> MenuItem:
    return MenuItem(_("What readers say"), reverse_lazy("courses_reports"), icon_name="comment", order=90)


@hooks.register("register_log_actions")
def log_of_reports(actions: LogActionRegistry) -> None:
    actions.register_action(ANSWERED, _("Answered a reader"), _("Answered what a reader said of this page"))
    actions.register_action(CLOSED, _("Closed a reader's report"), _("Closed what a reader said of this page"))


class OpenReports(Component):
    """The newest reports that nobody has answered or closed."""

    name = "reader-reports"
    template_name = "courses/cms/reports_panel.html"
    order = 40

    class Media:
        css = {"all": ["css/cms-reports.css"]}

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def found(self) -> tuple[list[ContentReport], int]:
        return open_reports(self.person, most=SHOWN)

    def waits(self) -> str:
        """Return how many wait, in words, for the head of the page; nothing where none does."""
        count = self.found[1]
        said = ngettext("%(count)s reader wrote to you", "%(count)s readers wrote to you", count)
        return said % {"count": count} if count else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        rows, count = self.found
        return {"rows": rows, "count": count, "all_url": reverse("courses_reports")}


@hooks.register("construct_homepage_panels")
def report_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(OpenReports(cast(User, request.user)))
