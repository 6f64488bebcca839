"""A draft as freezing reads it: raw columns, what their references lead to, and why it may not be published.

Raw means: StreamField columns as the list the database holds, rich text as stored.
"""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.rules.bank import Bank
from courses.rules.frozen_lesson import FrozenDownload, FrozenPicture
from courses.rules.rich_text import frozen_html, lost_things, unsafe_addresses

Raw = Mapping[str, Any]


def gettext_noop(text: str) -> str:
    """Mark words for translation where they are written; they are translated where they are shown."""
    return text


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a page cannot be published. `words` is an English text for gettext, `values` fills its places."""

    field: str
    words: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What freezing needs of a picture in the CMS. The frozen bytes have the digest, width and height named here."""

    sha256: str
    width: int
    height: int
    author: str
    licence: str
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the references of a draft lead to, by row number. `trusted`: not looked up, taken for there."""

    pages: Mapping[int, str] = dataclasses.field(default_factory=dict)
    pictures: Mapping[int, PictureFacts] = dataclasses.field(default_factory=dict)
    files: Mapping[int, FrozenDownload] = dataclasses.field(default_factory=dict)
    bank: Bank = dataclasses.field(default_factory=Bank)
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class FrozenForm:
    """A frozen item: the public body, the key (empty for a lesson), and why it may not be published."""

    body: dict[str, Any]
    key: dict[str, Any]
    problems: tuple[Problem, ...]


HTML_FIELDS = frozenset({"html", "transcript"})


class Draft:
    """What is being frozen: its field, its language, what its references lead to, and the problems met."""

    def __init__(self, name: str, language: str, found: Found) -> None:
        self.field = name
        self.language = language
        self.found = found
        self.problems: list[Problem] = []

    def add(self, words: str, **values: Any) -> None:
        problem = Problem(self.field, words, values)
        if problem not in self.problems:
            self.problems.append(problem)

    def html(self, value: Raw, name: str = "html") -> str:
        html = str(value.get(name) or "")
        for address in unsafe_addresses(html):
            self.add(
                gettext_noop("A link leads to “%(address)s”. Give an address that begins with https://."),
                address=address,
            )
        for element in lost_things(html):
            self.add(
                gettext_noop(
                    "A text holds something that cannot be shown in it (%(element)s). Use a block of its own."
                ),
                element=element,
            )
        return frozen_html(html, self.found.pages)

    def picture(self, value: Raw, number: int) -> tuple[FrozenPicture, PictureFacts]:
        facts = self.found.pictures.get(reference_of(value, "picture") or 0)
        if facts is None:
            facts = PictureFacts("", 0, 0, "", "", "")
            if not (self.found.trusted and reference_of(value, "picture")):
                self.add(gettext_noop("Block %(number)s has no picture any more. Choose one."), number=number)
        return {"sha256": facts.sha256, "width": facts.width, "height": facts.height}, facts

    def file(self, value: Raw, name: str, number: int) -> FrozenDownload:
        file = self.found.files.get(reference_of(value, name) or 0)
        if file is None:
            file = FrozenDownload(sha256="", name="", content_type="", byte_count=0)
            if not (self.found.trusted and reference_of(value, name)):
                self.add(gettext_noop("Block %(number)s has no file any more. Choose one."), number=number)
        return file


def check_ids(draft: Draft, ids: Sequence[str]) -> None:
    if not all(ids):
        draft.add(gettext_noop("A block has no inner name. Delete it and add it anew."))
    if len({*filter(None, ids)}) != len([*filter(None, ids)]):
        draft.add(gettext_noop("Two blocks have the same inner name. Delete one and add it anew."))


def title_of(draft: Draft, source: Raw, text: Raw) -> str:
    return text_of(text, "title") or text_of(source, "title")


def credit_of(draft: Draft, source: Raw, text: Raw) -> dict[str, str]:
    draft.field = "source"
    date = text.get("reviewed_date") or source.get("reviewed_date") or ""
    return {
        "author": text_of(text, "author") or text_of(source, "author"),
        "licence": text_of(text, "licence") or text_of(source, "licence"),
        "source_html": draft.html(text, "source") or draft.html(source, "source"),
        "reviewed_date": date.isoformat() if isinstance(date, datetime.date) else str(date),
    }


def blocks_of(columns: Raw, name: str) -> list[Raw]:
    return [block for block in columns.get(name) or [] if isinstance(block, Mapping)]


def items_of(value: Raw, name: str) -> list[tuple[str, Any]]:
    return entries_of(value.get(name))


def entries_of(raw: Any) -> list[tuple[str, Any]]:
    """Return the entries of a raw list block as (id, value). Lists written by hand hold bare values, without ids."""
    entries = []
    for item in raw or []:
        if isinstance(item, Mapping) and item.get("type") == "item" and "value" in item:
            entries.append((str(item.get("id") or ""), item["value"]))
        else:
            entries.append(("", item))
    return entries


def plain(value: Any) -> str:
    return "" if value is None else str(value).strip()


def text_of(value: Raw, name: str) -> str:
    return plain(value.get(name))


def whole_of(value: Raw, name: str, default: int = 0) -> int:
    number = value.get(name)
    return default if number is None or number == "" else int(number)


def reference_of(value: Raw, name: str) -> int | None:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | str):
        return None
    return int(number) if str(number).isascii() and str(number).isdigit() else None


def numbers_of(value: Raw, name: str) -> set[int]:
    number = reference_of(value, name)
    return set() if number is None else {number}


def html_texts_of(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name in HTML_FIELDS:
            yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from html_texts_of(entry, str(key) if key != "value" else name)
    elif isinstance(value, list):
        for entry in value:
            yield from html_texts_of(entry, name)
