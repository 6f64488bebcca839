"""Deleting a page that records point at: say why it stays, and offer what helps."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from courses.models import CoursePage
from courses.queries.deletion import subtree_of, why_not_delete
from courses.views.archiving import archive

CONFLICT = 409


@hooks.register("register_admin_urls")
def archive_address() -> list[URLPattern]:
    return [path("courses/<uuid:course_key>/archive/", archive, name="courses_archive")]


@hooks.register("before_delete_page")
def keep_page_of_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _kept(request, [page])


@hooks.register("before_bulk_action")
def keep_pages_of_records(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    pages = [entry for entry in objects if isinstance(entry, Page)]
    return _kept(request, pages) if action_type == "delete" and pages else None


@hooks.register("register_page_header_buttons")
def archive_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    if isinstance(page.specific, CoursePage) and page.permissions_for_user(user).can_publish():
        yield Button(
            _("Archive or bring back"),
            url=reverse("courses_archive", args=[page.translation_key]),
            icon_name="folder-open-inverse",
            priority=65,
        )


def _kept(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """Return a page that says which of these stay and why, or None when all may go."""
    kept = [
        {
            "page": page.specific,
            "words": words,
            "archive_url": reverse("courses_archive", args=[page.translation_key])
            if isinstance(page.specific, CoursePage)
            else None,
            "unpublish_url": reverse("wagtailadmin_pages:unpublish", args=[page.pk]) if page.live else None,
        }
        for page in pages
        if (words := why_not_delete(subtree_of(page)))
    ]
    if not kept:
        return None
    parent = kept[0]["page"].get_parent()
    context = {"kept": kept, "back_url": reverse("wagtailadmin_explore", args=[parent.pk])}
    return render(request, "courses/cms/kept.html", context, status=CONFLICT)
