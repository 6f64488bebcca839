"""What certificates add to the CMS: a sample of the certificate that a course gives."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from certificates.views import samples
from courses.models import CoursePage


@hooks.register("register_admin_urls")
def sample_address() -> list[URLPattern]:
    return [path("courses/<int:page_id>/certificate-sample/", samples.sample, name="certificates_sample")]


@hooks.register("register_page_header_buttons")
def sample_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    if issubclass(page.specific_class or Page, CoursePage) and page.permissions_for_user(user).can_edit():
        url = reverse("certificates_sample", args=[page.pk])
        yield Button(_("Sample of a certificate"), url=url, icon_name="doc-full", priority=64)
