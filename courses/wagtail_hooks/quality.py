"""The publish gate in the CMS: the panel “This text”, and what is said of rules that only warn."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from courses.queries.quality import findings_of
from courses.views.quality import text_of_draft


@hooks.register("register_admin_urls")
def text_address() -> list[URLPattern]:
    return [path("pages/<int:page_id>/this-text/", text_of_draft, name="courses_this_text")]


@hooks.register("insert_editor_js")
def script_of_text() -> SafeString:
    return format_html('<script src="{}" defer></script>', static("js/cms-reading.js"))


@hooks.register("insert_global_admin_css")
def style_of_text() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms-reading.css"))


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_warnings(request: HttpRequest, page: Page) -> None:
    """Say what a rule that only warns found, once the page is saved or published. Not when the CMS saves by itself."""
    if request.method != "POST" or "application/json" in request.headers.get("accept", ""):
        return
    said: dict[str, Any] = {}
    for finding in findings_of(page.specific, today=timezone.localdate()):
        if not finding.blocks:
            said.setdefault(finding.said)
    for words in said:
        messages.warning(request, gettext("To mend when you can. %(words)s") % {"words": words})
