"""Links in public texts that lead to nothing: pages and documents that are gone or not public, addresses of odd form.

The texts themselves are read: Wagtail's table of references forgets a link when what it leads to is deleted. What they
link to is kept until some page is published; whether that is there is asked each time. Nothing is fetched.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.core.cache import cache
from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from accounts.models import User
from foundation.rules.canonical import digest
from home.queries.rights import editable_pages
from home.queries.waiting import Part, Waiting, rows_of_pages
from home.rules.links import addresses_in, leads_nowhere, linked_within

KEPT_FOR = 24 * 3600  # seconds
NO_TEXTS = frozenset({"questions", "draws"})
"""Columns that hold an answer key: no list reads them."""
_MARKS_OF_LINKS = ("href", "linktype", '"file"')
_CHOSEN_FILE = re.compile(r'"(?:file|captions)":\s*(\d+)')
SHOWN_ADDRESSES = 3


@dataclass
class _Links:
    """What the text of one page links to: numbers of pages and documents, and addresses that lead nowhere."""

    pages: list[int] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


def broken_links(person: User, *, part: Part) -> Waiting:
    """Return public pages with a link that leads to nothing, by title.

    Cost: 8 queries, and 1 a kind of page for whoever comes first after a page was published.
    """
    links = _links_of_public_texts()
    public = _public_pages({number for entry in links.values() for number in entry.pages})
    documents = set(
        get_document_model()
        .objects.filter(pk__in={number for entry in links.values() for number in entry.documents})
        .values_list("pk", flat=True)
    )
    gone = {
        page: sum(number not in public for number in entry.pages)
        + sum(number not in documents for number in entry.documents)
        for page, entry in links.items()
    }
    broken = [page for page, entry in links.items() if gone[page] or entry.odd]
    found = Page.objects.filter(editable_pages(person), live=True, pk__in=broken)
    numbers = list(part.of(found.order_by("title", "pk").values_list("pk", flat=True)))

    def words(page: Page) -> str:
        said = []
        if count := gone[page.pk]:
            text = ngettext(
                "%(count)s link leads to something that is gone or not public",
                "%(count)s links lead to something that is gone or not public",
                count,
            )
            said.append(text % {"count": count})
        if odd := links[page.pk].odd:
            shown = ", ".join(f"“{address}”" for address in odd[:SHOWN_ADDRESSES])
            said.append(gettext("No address: %(addresses)s") % {"addresses": shown})
        return " · ".join(said)

    return Waiting(found.count(), rows_of_pages(numbers, words, care=numbers))


def _public_pages(numbers: Iterable[int]) -> set[int]:
    """Return those of the pages that are public, with all that they lie below. Cost: 2 queries."""
    closed = Q(pk__in=[])
    for path in Page.objects.filter(live=False, numchild__gt=0, depth__gt=1).order_by().values_list("path", flat=True):
        closed |= Q(path__startswith=path)
    public = Page.objects.filter(pk__in=numbers, live=True).exclude(closed)
    return set(public.order_by().values_list("pk", flat=True))


def _links_of_public_texts() -> dict[int, _Links]:
    """Return what each public text links to, for pages that link to anything. Cost: 1 query, and see `broken_links`."""
    state = Page.objects.filter(live=True).aggregate(count=Count("pk"), last=Max("last_published_at"))
    name = f"home.links.{digest([state['count'], state['last'].isoformat() if state['last'] else ''])}"
    found: dict[int, _Links] | None = cache.get(name)
    if found is None:
        found = {}
        for number, raw in _public_texts():
            _note(found.setdefault(number, _Links()), raw)
        cache.set(name, found, KEPT_FOR)
    return found


def _note(links: _Links, raw: str) -> None:
    text = _unescaped(raw)
    for kind, number in linked_within(text):
        (links.pages if kind == "page" else links.documents).append(number)
    links.documents += [int(number) for number in _CHOSEN_FILE.findall(raw)]
    links.odd += [address for address in addresses_in(text) if leads_nowhere(address)]


def _public_texts() -> Iterator[tuple[int, str]]:
    """Yield page number and stored text of every column of a public page that may have a link."""
    for model in apps.get_models():
        if not issubclass(model, Page) or model is Page:
            continue
        columns = [
            column.name
            for column in model._meta.local_concrete_fields
            if isinstance(column, StreamField | RichTextField) and column.name not in NO_TEXTS
        ]
        texts = {f"raw_{name}": Cast(name, TextField()) for name in columns}
        has_link = Q(pk__in=[])
        for name in texts:
            for mark in _MARKS_OF_LINKS:
                has_link |= Q(**{f"{name}__contains": mark})
        if texts:
            pages = model._default_manager.filter(live=True, alias_of=None).annotate(**texts).filter(has_link)
            for number, *values in pages.order_by("pk").values_list("pk", *texts):
                yield from ((number, value) for value in values if value)


def _unescaped(text: str) -> str:
    """Return rich text as it was before it was put into JSON; what never was stays as it is."""
    if not text.startswith("["):
        return text
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return " ".join(json.loads(f'"{part}"') for part in parts if "<a" in part)
