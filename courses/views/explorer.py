"""The lists of pages in the CMS, with what editors look for: how long, whether required, in which languages, until when.

Wagtail draws them (`/cms/pages/<id>/`, and the list of all pages of a kind); here are their columns.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.views.pages.listing import ExplorableIndexView, PageListingMixin
from wagtail.admin.views.pages.usage import ContentTypeUseView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from courses.queries.changes import language_name
from courses.queries.page_facts import PageFacts, page_facts


class _WithFacts(PageListingMixin):
    """Looks up the facts of the pages that are shown."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        pages = context["object_list"]
        facts = page_facts(list(pages))
        for page in pages:
            page.facts = facts[page.pk]
        return context


class _Explorer(_WithFacts, ExplorableIndexView):
    pass


class _PagesOfAKind(_WithFacts, ContentTypeUseView):
    pass


class ListedPages(PageViewSet):
    """The lists below pages of these `parent_models`, and of all pages of this `model`, with these columns."""

    index_view_class = _Explorer
    content_type_use_view_class = _PagesOfAKind

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Below a module there are pages of three kinds, and a search from there finds any.
        found: dict[str, Any] = super().get_index_view_kwargs(**{"model": Page, **kwargs})
        return found


def _time(facts: PageFacts) -> str:
    if facts.hours is not None:
        return ngettext("%(number)s hour", "%(number)s hours", facts.hours) % {"number": facts.hours}
    if facts.minutes is not None:
        return ngettext("%(number)s minute", "%(number)s minutes", facts.minutes) % {"number": facts.minutes}
    return ""


def _required(facts: PageFacts) -> str:
    if facts.step_count is not None:
        return gettext("%(required)s of %(all)s") % {"required": facts.required_count, "all": facts.step_count}
    if facts.required is None:
        return ""
    return gettext("Yes") if facts.required else gettext("No")


def _languages(facts: PageFacts) -> str:
    return ", ".join(language_name(code) for code in facts.languages)


def _review_by(facts: PageFacts) -> str:
    if facts.review_by is None:
        return ""
    day = date_format(facts.review_by, "SHORT_DATE_FORMAT")
    return gettext("%(day)s, past") % {"day": day} if facts.review_by < timezone.localdate() else day


def _column(name: str, label: Any, words: Callable[[PageFacts], str], width: str) -> Column:
    return Column(name, label=label, accessor=lambda page: words(page.facts), width=width)


TIME = _column("time", _("Time"), _time, "8%")
REQUIRED = _column("required", _("Required"), _required, "7%")
LANGUAGES = _column("languages", _("Published in"), _languages, "12%")
REVIEW_BY = _column("review_by", _("Read again by"), _review_by, "11%")


def columns(*ours: Column) -> Sequence[BaseColumn]:
    """Return the columns of a list of pages: Wagtail's, and ours after the kind of page."""
    theirs = {column.name: column for column in PageListingMixin.base_columns}
    first = ("bulk_actions", "title", "parent", "type")
    return [*(theirs.pop(name) for name in first), *ours, *theirs.values()]
