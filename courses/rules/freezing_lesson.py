"""Freezing a lesson: from raw blocks to the JSON that `courses.rules.frozen_lesson` describes."""

from collections.abc import Callable
from typing import Any

from courses.rules.drafted import (
    Draft,
    Found,
    FrozenForm,
    Raw,
    blocks_of,
    check_ids,
    credit_of,
    entries_of,
    gettext_noop,
    items_of,
    plain,
    text_of,
    title_of,
    whole_of,
)
from courses.rules.frozen_lesson import BLOCK_SCHEMAS, LESSON_SCHEMA
from foundation.rules.cleaning import is_safe_address

_DECLARE_LANGUAGE = frozenset({"rich_text", "callout", "quote"})
"""Blocks that may be in another language than their page."""
_TONES = ("note", "tip", "careful")


def freeze_lesson(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of a lesson in `language`.

    `source` gives the rules (minutes), `text` the texts and blocks; they are the same for the source language. Blocks
    are the translation's own, so a translator may show another picture; an empty translation shows the source's.
    """
    translated = bool(blocks_of(text, "body")) or not blocks_of(source, "body")
    draft = Draft("body", language if translated else source_language, found)
    blocks = [
        _lesson_block(draft, raw, number)
        for number, raw in enumerate(blocks_of(text if translated else source, "body"), start=1)
    ]
    check_ids(draft, [block["id"] for block in blocks])
    body = {
        "schema": LESSON_SCHEMA,
        "kind": "lesson",
        "language": language,
        "title": title_of(draft, source, text),
        "summary": text_of(text, "summary") or text_of(source, "summary"),
        "minutes": whole_of(source, "minutes"),
        **credit_of(draft, source, text),
        "blocks": blocks,
    }
    return FrozenForm(body=body, key={}, problems=tuple(draft.problems))


def _lesson_block(draft: Draft, raw: Raw, number: int) -> dict[str, Any]:
    kind = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    frozen: dict[str, Any] = {
        "type": kind,
        "schema": BLOCK_SCHEMAS.get(kind, 0),
        "id": str(raw.get("id") or ""),
        "language": draft.language,
    }
    if kind in _DECLARE_LANGUAGE:
        frozen["language"] = text_of(value, "language") or draft.language
    freeze = _FREEZERS.get(kind)
    if freeze is None:
        draft.add(gettext_noop("Block %(number)s is of a kind that this portal does not know."), number=number)
        return frozen
    return {**frozen, **freeze(draft, value, number)}


def _key_words(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    words = [
        {"word": text_of(word, "word"), "meaning": text_of(word, "meaning")} for _, word in items_of(value, "words")
    ]
    return {"words": words}


def _heading(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    text = text_of(value, "text")
    if not text:
        draft.add(gettext_noop("Block %(number)s is a heading without words."), number=number)
    return {"text": text}


def _rich_text(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"html": draft.html(value)}


def _image(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    picture, facts = draft.picture(value, number)
    alt, decorative = text_of(value, "alt"), bool(value.get("decorative"))
    if bool(alt) == decorative:
        draft.add(
            gettext_noop(
                "The picture in block %(number)s needs a decision: say what it shows, or that it is decoration only."
            ),
            number=number,
        )
    return {
        "picture": picture,
        "alt": alt,
        "decorative": decorative,
        "caption": text_of(value, "caption"),
        "author": facts.author.strip(),
        "licence": facts.licence.strip(),
        "source": facts.source.strip(),
    }


def _table(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    columns = [plain(column) for _, column in items_of(value, "columns")]
    rows = [[plain(cell) for _, cell in entries_of(row)] for _, row in items_of(value, "rows")]
    if not columns or any(len(row) != len(columns) for row in rows):
        draft.add(
            gettext_noop("In the table in block %(number)s each row needs as many cells as there are columns."),
            number=number,
        )
    return {"caption": text_of(value, "caption"), "columns": columns, "rows": rows}


def _callout(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    tone = text_of(value, "tone")
    return {"tone": tone if tone in _TONES else "note", "title": text_of(value, "title"), "html": draft.html(value)}


def _steps(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    steps = [{"title": text_of(step, "title"), "html": draft.html(step)} for _, step in items_of(value, "steps")]
    return {"title": text_of(value, "title"), "steps": steps}


def _checklist(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"title": text_of(value, "title"), "entries": [plain(entry) for _, entry in items_of(value, "entries")]}


def _quote(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"text": text_of(value, "text"), "source": text_of(value, "source")}


def _self_check(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    return {
        "question": text_of(value, "question"),
        "options": [plain(option) for _, option in items_of(value, "options")],
        "html": draft.html(value),
    }


def _do_at_work(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    steps = [plain(step) for _, step in items_of(value, "steps")]
    return {"steps": steps, "html": draft.html(value), "minutes": whole_of(value, "minutes")}


def _video(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    transcript = draft.html(value, "transcript")
    if not transcript:
        draft.add(
            gettext_noop("The video in block %(number)s needs all that is said and shown as text."), number=number
        )
    return {
        "title": text_of(value, "title"),
        "file": draft.file(value, "file", number),
        "captions": draft.file(value, "captions", number),
        "transcript_html": transcript,
        "minutes": whole_of(value, "minutes"),
    }


def _video_link(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    url = text_of(value, "url")
    if not is_web_address(url):
        draft.add(
            gettext_noop(
                "The video in block %(number)s has the address “%(address)s”. Give one that begins with https://."
            ),
            number=number,
            address=url,
        )
        url = ""
    return {
        "title": text_of(value, "title"),
        "url": url,
        "transcript_html": draft.html(value, "transcript"),
        "minutes": whole_of(value, "minutes"),
    }


def _download(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    file = draft.file(value, "file", number)
    return {"title": text_of(value, "title"), "file": file, "description": text_of(value, "description")}


_FREEZERS: dict[str, Callable[[Draft, Raw, int], dict[str, Any]]] = {
    "key_words": _key_words,
    "heading": _heading,
    "rich_text": _rich_text,
    "image": _image,
    "table": _table,
    "callout": _callout,
    "steps": _steps,
    "checklist": _checklist,
    "quote": _quote,
    "self_check": _self_check,
    "do_at_work": _do_at_work,
    "video": _video,
    "video_link": _video_link,
    "download": _download,
}


def is_web_address(url: str) -> bool:
    """Return whether the address leads to a web page elsewhere: no path of this site, no `javascript:`."""
    return not url.startswith(("/", "#")) and is_safe_address(url, schemes=("https", "http"))
