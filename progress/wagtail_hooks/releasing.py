"""Releases in the CMS: their addresses, the ways to them, and what waits for somebody on the first page."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from accounts.models import User
from courses.models import CourseIndexPage, CoursePage
from courses.models.pages import FrozenPage
from progress.queries.releases import ReleaseRow, waiting_for
from progress.views import releasing, unnamed


@hooks.register("register_admin_urls")
def release_addresses() -> list[URLPattern]:
    return [
        path("courses/<uuid:course_key>/release/", releasing.release, name="progress_release"),
        path("courses/<uuid:course_key>/releases/", releasing.releases_of, name="progress_releases_of"),
        path("courses/<uuid:course_key>/quizzes/<uuid:item_key>/attempts/", unnamed.attempts, name="progress_attempts"),
        path("releases/", releasing.releases, name="progress_releases"),
        path("releases/<uuid:public_id>/", releasing.release_page, name="progress_release_page"),
        path("attempts/<uuid:public_id>/marking/", unnamed.marking, name="progress_marking"),
    ]


@hooks.register("register_admin_menu_item")
def releases_in_menu() -> MenuItem:
    return MenuItem(_("Releases"), reverse_lazy("progress_releases"), icon_name="upload", order=60)


@hooks.register("register_page_header_buttons")
def release_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterable[Button]:
    """Lead from the course, and from every page in it, to its release; from the catalogue to all of them. Cost: 1 query."""
    if issubclass(page.specific_class or Page, CourseIndexPage):
        yield Button(_("Releases"), url=reverse("progress_releases"), icon_name="upload", priority=66)
    elif issubclass(page.specific_class or Page, FrozenPage):
        course = CoursePage.objects.ancestor_of(page, inclusive=True).only("translation_key", "path").first()
        if course is not None and course.permissions_for_user(user).can_publish():
            yield Button(
                _("Release"),
                url=reverse("progress_release", args=[course.translation_key]),
                icon_name="upload",
                priority=5,
            )


@hooks.register("register_page_listing_more_buttons")
def release_in_list(page: Page, user: Any, next_url: str | None = None) -> Iterable[Button]:
    if issubclass(page.specific_class or Page, CoursePage) and page.permissions_for_user(user).can_publish():
        address = reverse("progress_release", args=[page.translation_key])
        yield Button(_("Release"), url=address, icon_name="upload", priority=15)


class ReleasesWaiting(Component):
    """The releases that somebody may agree to."""

    name = "releases-waiting"
    template_name = "progress/cms/waiting_panel.html"
    order = 50

    class Media:
        css = {"all": ["css/cms-release.css"]}

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def rows(self) -> list[ReleaseRow]:
        return waiting_for(self.person)

    def waits(self) -> str:
        """Return how many there are, in words, for the head of the page; nothing where there is none."""
        count = len(self.rows)
        said = ngettext("%(count)s release to agree to", "%(count)s releases to agree to", count)
        return said % {"count": count} if count else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"rows": self.rows}


@hooks.register("construct_homepage_panels")
def waiting_releases(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, ReleasesWaiting(cast(User, request.user)))
