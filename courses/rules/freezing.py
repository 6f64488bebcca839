"""Freezing: from the raw columns of a draft to the JSON that records point at.

The same content always freezes to the same JSON: every field is named, an absent one is its default, random marks of
the editor are gone, references are by SHA-256 or translation key. What cannot be frozen is a `Problem`, in words.

Here is what all kinds of items share; the parts are in `drafted`, `freezing_lesson`, `freezing_quiz` and
`freezing_assignment`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from courses.rules.drafted import (
    HTML_FIELDS,
    Found,
    FrozenForm,
    PictureFacts,
    Problem,
    Raw,
    blocks_of,
    gettext_noop,
    html_texts_of,
    numbers_of,
)
from courses.rules.freezing_assignment import freeze_assignment
from courses.rules.freezing_lesson import freeze_lesson, is_web_address
from courses.rules.freezing_quiz import freeze_quiz, marking_digest
from courses.rules.rich_text import linked_pages
from foundation.rules.cleaning import plain_text

__all__ = [
    "HTML_FIELDS",
    "Found",
    "FrozenForm",
    "PictureFacts",
    "Problem",
    "References",
    "freeze_assignment",
    "freeze_lesson",
    "freeze_quiz",
    "gettext_noop",
    "is_web_address",
    "key_words_text",
    "marking_digest",
    "references",
    "search_text",
]


@dataclass(frozen=True, slots=True)
class References:
    """Row numbers that a draft refers to."""

    pages: frozenset[int]
    pictures: frozenset[int]
    files: frozenset[int]


def references(columns: Raw) -> References:
    """Return what the columns of an item refer to."""
    pages: set[int] = set()
    pictures: set[int] = set()
    files: set[int] = set()
    for name in ("source", "introduction", "task"):
        pages |= linked_pages(str(columns.get(name) or ""))
    for block in [*blocks_of(columns, "body"), *blocks_of(columns, "questions")]:
        value = block.get("value") or {}
        for text in html_texts_of(value):
            pages |= linked_pages(text)
        pages |= numbers_of(value, "lesson")
        pictures |= numbers_of(value, "picture")
        files |= numbers_of(value, "file") | numbers_of(value, "captions")
    return References(frozenset(pages), frozenset(pictures), frozenset(files))


def search_text(body: Raw) -> str:
    """Return the words of a frozen lesson for the site search. Of other items nothing: questions are in no index."""
    if body["kind"] != "lesson":
        return ""
    words: list[str] = []
    for block in body["blocks"]:
        words.extend(_words({name: value for name, value in block.items() if name not in _NO_WORDS}))
    return " ".join(words)


def key_words_text(body: Raw) -> str:
    """Return the key words of a frozen lesson with what they mean. Of other items nothing."""
    if body["kind"] != "lesson":
        return ""
    entries = [entry for block in body["blocks"] if block["type"] == "key_words" for entry in block["words"]]
    return " ".join(f"{entry['word']}: {entry['meaning']}" for entry in entries)


_NO_WORDS = {
    "type",
    "schema",
    "id",
    "language",
    "url",
    "tone",
    "picture",
    "file",
    "captions",
    "author",
    "licence",
    "source",
}

_SAID_FIRST = {"title", "caption", "question", "word"}


def _words(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str) and value:
        yield plain_text(value) if name.endswith("html") else value
    elif isinstance(value, Mapping):
        for key in sorted(value, key=lambda key: (key not in _SAID_FIRST, key)):
            yield from _words(value[key], key)
    elif isinstance(value, list):
        for entry in value:
            yield from _words(entry, name)
