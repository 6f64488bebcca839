"""The lists of what waits for somebody: their headings and words, for the first page of the CMS and for whole lists."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from home.queries.links import broken_links
from home.queries.translations import lacking_by_language, language_rows
from home.queries.waiting import Part, Waiting, drafts_of, reviews_for, to_read_again

SHOWN = 5
"""Rows of a list on the first page; all of them are behind it."""
TRANSLATIONS = "translations"


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One kind of thing that waits: where its list is, what it is called, what is said where nothing waits."""

    slug: str
    heading: Any
    empty: Any
    count_words: Callable[[int], str]
    read: Callable[[User, date, Part], Waiting]
    order: int

    @property
    def url(self) -> str:
        return reverse("home_waiting", args=[self.slug])


def _translations(person: User, today: date, part: Part) -> Waiting:
    lacks = lacking_by_language(person)
    url = reverse("home_waiting", args=[TRANSLATIONS])
    return Waiting(sum(language.count for language in lacks), language_rows(lacks, url=url))


LISTS = {
    entry.slug: entry
    for entry in (
        WaitingList(
            "reviews",
            _("To review"),
            _("No page waits for your review."),
            lambda count: ngettext("%(count)s page to review", "%(count)s pages to review", count),
            lambda person, today, part: reviews_for(person, part=part),
            order=20,
        ),
        WaitingList(
            "drafts",
            _("My drafts"),
            _("All that you changed is public. What you save as a draft stands here until it is."),
            lambda count: ngettext("%(count)s draft of yours", "%(count)s drafts of yours", count),
            lambda person, today, part: drafts_of(person, part=part),
            order=30,
        ),
        WaitingList(
            "dates",
            _("To read again"),
            _("No text is past its day, or will be within 30 days. The day is set under “Author, licence, source”."),
            lambda count: ngettext("%(count)s text to read again", "%(count)s texts to read again", count),
            lambda person, today, part: to_read_again(person, today=today, part=part),
            order=40,
        ),
        WaitingList(
            "links",
            _("Links that lead to nothing"),
            _("Every link in a public text leads to a page or document that is there. Other sites are not looked at."),
            lambda count: ngettext("%(count)s page with a dead link", "%(count)s pages with a dead link", count),
            lambda person, today, part: broken_links(person, part=part),
            order=70,
        ),
        WaitingList(
            TRANSLATIONS,
            _("Missing translations"),
            _("Every public text is there, and up to date, in each language of the site."),
            lambda count: ngettext("%(count)s translation missing", "%(count)s translations missing", count),
            _translations,
            order=80,
        ),
    )
}


def words_of_count(entry: WaitingList, count: int) -> str:
    """Return how many wait, in words."""
    return entry.count_words(count) % {"count": count}
