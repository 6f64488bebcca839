"""When a text is to be read again, and which texts lack their translation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

SOON = timedelta(days=30)
"""How long before its day a text is shown to those who should read it again."""


def last_day_shown(today: date) -> date:
    """Return the last day whose texts are shown today."""
    return today + SOON


def is_late(day: date, *, today: date) -> bool:
    """Say whether the day to read a text again is over. On the day itself there is still time."""
    return day < today


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page of the tree, as far as translations go. `published_at` is when it was last published, None while never."""

    pk: int
    key: UUID
    language: str
    live: bool
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A public text that one language lacks: nothing is public there, or an older text is; `page_pk` is its page there."""

    source_pk: int
    language: str
    page_pk: int | None
    is_out_of_date: bool


def untranslated(pages: Iterable[PublicPage], languages: Iterable[str]) -> list[Untranslated]:
    """Return what lacks a translation, page by page in the order given, for the languages that the site speaks.

    The page made first, the one of the lowest number, is the source; a text that is public but was published before
    its source was published last is out of date. What is not public in its source language lacks nothing.
    """
    by_key: dict[UUID, list[PublicPage]] = {}
    for page in pages:
        by_key.setdefault(page.key, []).append(page)
    found: list[Untranslated] = []
    wanted = list(languages)
    for together in by_key.values():
        source = min(together, key=lambda page: page.pk)
        if not source.live:
            continue
        found += _of_one(source, {page.language: page for page in together}, wanted)
    return found


def _of_one(source: PublicPage, texts: Mapping[str, PublicPage], languages: Iterable[str]) -> Iterable[Untranslated]:
    for language in languages:
        if language == source.language:
            continue
        text = texts.get(language)
        if text is None or not text.live:
            yield Untranslated(source.pk, language, text.pk if text else None, is_out_of_date=False)
        elif text.published_at and source.published_at and text.published_at < source.published_at:
            yield Untranslated(source.pk, language, text.pk, is_out_of_date=True)
