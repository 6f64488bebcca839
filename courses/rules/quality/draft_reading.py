"""From the columns of a draft to the neutral form: its passages, its pictures, its blocks.

Blocks are walked by the names of their fields, so that a new kind of block is read too.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from courses.rules.drafted import HTML_FIELDS, blocks_of, reference_of, text_of
from courses.rules.quality.form import Block, DraftText, Passage, PictureWords, Place, Shape, ShownPicture
from courses.rules.reading import lines_of

_NO_TEXT = frozenset(
    {"id", "type", "tone", "language", "url", "section", "tags", "tag", "outcome", "competence", "better", "by", "unit"}
)
"""Fields of blocks that hold a choice, a name or an address, and nothing that is read."""


def draft_text(
    columns: Mapping[str, Any],
    *,
    shape: Shape,
    language: str,
    today: datetime.date,
    pictures: Mapping[int, PictureWords] | None = None,
) -> DraftText:
    """Return a page as the rules read it. Columns that are missing, as in a form that was not accepted, hold nothing."""
    blocks = tuple(
        Block((name, number), str(block.get("type") or ""), block.get("value") or {})
        for name in shape.streams
        for number, block in enumerate(blocks_of(columns, name))
    )
    return DraftText(
        shape=shape,
        language=language,
        columns=columns,
        passages=(*_passages_of_fields(columns, shape), *(found for block in blocks for found in _passages(block))),
        shown_pictures=tuple(found for block in blocks for found in _pictures(block.value, block.place)),
        blocks=blocks,
        today=today,
        pictures=pictures or {},
    )


def numbers_of_pictures(columns: Mapping[str, Any], shape: Shape) -> set[int]:
    """Return the row numbers of the pictures that a draft shows."""
    return {
        found.number
        for name in shape.streams
        for block in blocks_of(columns, name)
        for found in _pictures(block.get("value") or {}, (name,))
    }


def words_to_read(text: DraftText) -> str:
    """Return what a reader reads of a page, a line each: not its title, nor where it comes from, nor what pictures show."""
    left_out = {"title", text.shape.source}
    return "\n".join(
        passage.text for passage in text.passages if passage.place[0] not in left_out and passage.place[-1] != "alt"
    )


def _passages_of_fields(columns: Mapping[str, Any], shape: Shape) -> Iterator[Passage]:
    for name in shape.plain:
        if said := text_of(columns, name):
            yield Passage((name,), said)
    for name in shape.html:
        if html := text_of(columns, name):
            yield Passage((name,), lines_of(html), html)


def _passages(block: Block) -> Iterator[Passage]:
    if isinstance(block.value, Mapping):
        language = text_of(block.value, "language")
        for found in _walk(block.value, block.place):
            yield Passage(found.place, found.text, found.html, language)


def _walk(value: Any, place: Place) -> Iterator[Passage]:
    if isinstance(value, str):
        if place[-1] in HTML_FIELDS:
            yield Passage(place, lines_of(value), value)
        elif value.strip() and place[-1] not in _NO_TEXT:
            yield Passage(place, value.strip())
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _walk(entry, (*place, str(name)))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _walk(_inner(entry), (*place, number))


def _pictures(value: Any, place: Place) -> Iterator[ShownPicture]:
    if not isinstance(value, Mapping):
        return
    number = reference_of(value, "picture")
    if number is not None:
        yield ShownPicture(place, number, text_of(value, "alt"), bool(value.get("decorative")))


def _inner(entry: Any) -> Any:
    is_item = isinstance(entry, Mapping) and entry.get("type") == "item" and "value" in entry
    return entry["value"] if is_item else entry
