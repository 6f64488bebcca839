"""What readers say of pages, in the CMS: its addresses, its place in the menu, the newest on the first page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogActionRegistry

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

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        assert parent_context is not None
        rows, count = open_reports(parent_context["request"].user, most=SHOWN)
        return {"rows": rows, "count": count, "all_url": reverse("courses_reports")}


@hooks.register("construct_homepage_panels")
def report_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(OpenReports())
