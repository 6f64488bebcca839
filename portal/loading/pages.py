"""Puts a text into a page of the CMS, as a published revision, unless an editor changed the page since."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import override
from wagtail.fields import StreamField
from wagtail.models import Locale, Page

from foundation.rules.canonical import digest
from portal.loading.fields import MalformedContent, Problem
from portal.loading.ledger import Ledger


@dataclass(frozen=True, slots=True)
class PageTarget:
    """Where a page belongs: its type, identity and language, and below which page it is made."""

    model: type[Page]
    key: UUID
    locale: Locale
    parent: Page
    slug: str


def find_page(model: type[Page], key: UUID, locale: Locale) -> Any:
    """Return the page of this identity in this language, or None."""
    return model._default_manager.filter(translation_key=key, locale=locale).first()


def page_state(page: Page) -> str:
    """Return how a page stands: it differs when somebody saved a draft, published it or took it down."""
    return f"{page.latest_revision_id} {'live' if page.live else 'not live'}"


def put_page(
    target: PageTarget,
    *,
    source: str,
    ledger: Ledger,
    text_sha256: str,
    values: dict[str, Any],
    children: dict[str, Sequence[models.Model]] | None = None,
) -> Any:
    """Make or update a page from the text `source` and publish it; return the page, None where an editor deleted it.

    Nothing happens when the text is the one that was loaded before (`text_sha256`). A page that somebody changed in
    the CMS since stays as it is, and `ledger.say` is told.

    :raises MalformedContent: if the page does not take a value.
    """
    known = ledger.find(source)
    page = find_page(target.model, target.key, target.locale)
    if known is None and page is not None and page.latest_revision_id is not None:
        ledger.say(f"{source}: its page was made in the CMS; it stays as it is.")
        return page
    if known is not None and page is None:
        ledger.say(f"{source}: its page was deleted in the CMS; it stays away.")
        return None
    if known is not None and known.sha256 == text_sha256:
        return page
    if known is not None and page is not None and known.state != page_state(page):
        ledger.say(f"{source}: its page was changed in the CMS since it was loaded; it stays as it is.")
        return page
    is_new = page is None
    if is_new:
        page = target.model(translation_key=target.key, locale=target.locale, slug=target.slug, live=False)
    _fill(page, values, children or {})
    try:
        if is_new:
            target.parent.refresh_from_db()  # its count of children may be an older one
            target.parent.add_child(instance=page)
        else:
            page.full_clean()
        with override(target.locale.language_code):
            page.save_revision(clean=False).publish()
    except ValidationError as error:
        raise MalformedContent(_problems(source, error)) from error
    page.refresh_from_db()
    ledger.record(source, page, sha256=text_sha256, state=page_state(page))
    return page


def _fill(page: Page, values: dict[str, Any], children: dict[str, Sequence[models.Model]]) -> None:
    for name, value in values.items():
        is_stream = isinstance(page._meta.get_field(name), StreamField)
        setattr(page, name, json.dumps(value) if is_stream else value)
    for name, rows in children.items():
        _keep_identities(page, name, rows)
        setattr(page, name, list(rows))


def _keep_identities(page: Page, name: str, rows: Sequence[models.Model]) -> None:
    """Give rows their place, and those that were there before their number again, so that an update is no deletion.

    Without a place rows of a new page would come back in whatever order the database finds them.
    """
    stored = getattr(page, name).all() if page.pk else ()
    known = {str(row.translation_key): row.pk for row in stored if hasattr(row, "translation_key")}
    for place, row in enumerate(rows):
        row.sort_order = place  # type: ignore[attr-defined]  # every child of a page is Orderable
        row.pk = known.get(str(getattr(row, "translation_key", "")))


def _problems(source: str, error: ValidationError) -> list[Problem]:
    if not hasattr(error, "error_dict"):
        return [Problem(source, "", " ".join(error.messages))]
    return [Problem(source, name, " ".join(map(str, words))) for name, words in error.message_dict.items()]


def arrange(parent: Page, pages: Sequence[Page], *, source: str, ledger: Ledger) -> None:
    """Bring pages below their parent into this order, once for each order that the files have had.

    What editors move afterwards stays where they put it, until the order of the files changes.
    """
    sha256 = digest([str(page.translation_key) for page in pages])
    if ledger.is_current(source, sha256):
        return
    wanted = [page.pk for page in pages]
    stands = list(parent.get_children().values_list("pk", flat=True))
    if [pk for pk in stands if pk in set(wanted)] != wanted:
        for pk in wanted:
            Page.objects.get(pk=pk).move(Page.objects.get(pk=parent.pk), pos="last-child")
    ledger.record(source, parent, sha256=sha256)
