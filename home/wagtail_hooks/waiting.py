"""The first page of the CMS: what waits for whoever opens it. Other apps add panels of their own by the same hook."""

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail import hooks
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel

from accounts.models import User
from home.queries.waiting import Part, Waiting
from home.rendering import LISTS, SHOWN, WaitingList, words_of_count
from home.views.waiting import waiting

REPLACED = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
"""Panels of Wagtail's that ours say better, at a number of queries that does not grow."""


@hooks.register("register_admin_urls")
def waiting_addresses() -> list[URLPattern]:
    return [path("waiting/<slug:slug>/", waiting, name="home_waiting")]


class Found:
    """What waits for one person, each list read once for a request."""

    def __init__(self, person: User) -> None:
        self.person = person

    @cached_property
    def lists(self) -> dict[str, Waiting]:
        today = timezone.localdate()
        return {slug: entry.read(self.person, today, Part(SHOWN)) for slug, entry in LISTS.items()}


class _Panel(Component):
    class Media:
        css = {"all": ["css/cms-house.css"]}

    def __init__(self, found: Found) -> None:
        self.found = found


class WhatWaits(_Panel):
    """How much waits, in one line, each part leading to its panel below.

    A panel of another app is counted with the rest if it has `waits()`: how many, in words, and nothing where none
    does. Its `name` is the id of its panel.
    """

    name = "what-waits"
    template_name = "home/cms/what_waits.html"
    order = 10

    def __init__(self, found: Found, panels: list[Any]) -> None:
        super().__init__(found)
        self.panels = panels

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        counts = [(entry, self.found.lists[slug].count) for slug, entry in LISTS.items()]
        ours = [
            (entry.order, f"waiting-{entry.slug}", words_of_count(entry, count)) for entry, count in counts if count
        ]
        others = [panel for panel in self.panels if hasattr(panel, "waits")]
        theirs = [(panel.order, panel.name, words) for panel in others if (words := panel.waits())]
        return {"counts": [(name, words) for _order, name, words in sorted(ours + theirs)]}


class WaitingPanel(_Panel):
    """One list: its first rows, and the way to all of them."""

    template_name = "home/cms/waiting_panel.html"

    def __init__(self, found: Found, entry: WaitingList) -> None:
        super().__init__(found)
        self.entry = entry
        self.name = f"waiting-{entry.slug}"
        self.order = entry.order

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        found = self.found.lists[self.entry.slug]
        return {
            "entry": self.entry,
            "rows": found.rows,
            "count": found.count,
            "count_words": words_of_count(self.entry, found.count),
            "has_more": found.count > len(found.rows),
        }


@hooks.register("construct_homepage_panels", order=-10)
def what_waits(request: HttpRequest, panels: list[Any]) -> None:
    """Put ours in the place of Wagtail's, which ask for each page of theirs."""
    panels[:] = [panel for panel in panels if not isinstance(panel, REPLACED)]
    found = Found(cast(User, request.user))
    panels += [WhatWaits(found, panels), *(WaitingPanel(found, entry) for entry in LISTS.values())]


class PagesOfSite(PagesSummaryItem):
    """How many pages one may see, under the site's name: Wagtail's has an address there for some groups."""

    def get_context_data(self, parent_context: Any) -> Any:
        return {**super().get_context_data(parent_context), "site_name": settings.PORTAL_SITE_NAME}


@hooks.register("construct_homepage_summary_items", order=10)
def pages_under_name_of_site(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [PagesOfSite(request) if isinstance(item, PagesSummaryItem) else item for item in items]
