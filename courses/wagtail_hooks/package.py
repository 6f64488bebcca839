"""The ways in the CMS to export a course and to import one, and the lines that they write into its log."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import CourseIndexPage, CoursePage
from courses.views import package


@hooks.register("register_admin_urls")
def package_addresses() -> list[URLPattern]:
    return [
        path("courses/import/", package.upload, name="courses_package_upload"),
        path("courses/import/<uuid:public_id>/", package.package, name="courses_package"),
        path("courses/<int:page_id>/export/", package.export, name="courses_package_export"),
    ]


@hooks.register("register_page_header_buttons")
def package_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    model = page.specific_class or Page
    if issubclass(model, CoursePage) and page.permissions_for_user(user).can_edit():
        url = reverse("courses_package_export", args=[page.pk])
        yield Button(_("Export the course"), url=url, icon_name="download", priority=67)
    if issubclass(model, CourseIndexPage) and page.permissions_for_user(user).can_add_subpage():
        yield Button(_("Import a course"), url=reverse("courses_package_upload"), icon_name="upload", priority=67)


@hooks.register("register_log_actions")
def package_log_actions(actions: Any) -> None:
    actions.register_action("courses.import_package", _("Import a course"), _("Made from the package of a course"))
    actions.register_action("courses.export_package", _("Export a course"), _("Exported as a package"))
