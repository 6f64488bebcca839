"""Freezing: from the raw columns of a draft to the JSON that records point at.

The same content always freezes to the same JSON: every field is named, an absent one is its default, random marks of
the editor are gone, references are by SHA-256 or translation key. What cannot be frozen is a `Problem`, in words.

Raw means: StreamField columns as the list the database holds, rich text as stored.
"""

import dataclasses
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.rules.frozen_lesson import BLOCK_SCHEMAS, LESSON_SCHEMA, FrozenDownload, FrozenPicture
from courses.rules.frozen_quiz import KEY_SCHEMA, MARKING_SCHEMA, QUIZ_SCHEMA, TRUE_FALSE_OPTIONS
from courses.rules.rich_text import frozen_html, linked_pages, lost_things, unsafe_addresses
from foundation.rules.canonical import digest
from foundation.rules.cleaning import is_safe_address, plain_text

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
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class References:
    """Row numbers that a draft refers to."""

    pages: frozenset[int]
    pictures: frozenset[int]
    files: frozenset[int]


@dataclass(frozen=True, slots=True)
class FrozenForm:
    """A frozen item: the public body, the key (empty for a lesson), and why it may not be published."""

    body: dict[str, Any]
    key: dict[str, Any]
    problems: tuple[Problem, ...]


HTML_FIELDS = frozenset({"html", "transcript"})
_KINDS = {"single_choice", "multiple_choice", "true_false"}
_TONES = ("note", "tip", "careful")


def references(columns: Raw) -> References:
    """Return what the columns of a lesson or quiz refer to."""
    pages: set[int] = set()
    pictures: set[int] = set()
    files: set[int] = set()
    for name in ("source", "introduction"):
        pages |= linked_pages(str(columns.get(name) or ""))
    for block in [*_blocks(columns, "body"), *_blocks(columns, "questions")]:
        value = block.get("value") or {}
        for text in _html_texts(value):
            pages |= linked_pages(text)
        pages |= _numbers(value, "lesson")
        pictures |= _numbers(value, "picture")
        files |= _numbers(value, "file") | _numbers(value, "captions")
    return References(frozenset(pages), frozenset(pictures), frozenset(files))


def freeze_lesson(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of a lesson in `language`.

    `source` gives the rules (minutes), `text` the texts and blocks; they are the same for the source language. Blocks
    are the translation's own, so a translator may show another picture; an empty translation shows the source's.
    """
    translated = bool(_blocks(text, "body")) or not _blocks(source, "body")
    draft = _Draft("body", language if translated else source_language, found)
    blocks = [
        _lesson_block(draft, raw, number)
        for number, raw in enumerate(_blocks(text if translated else source, "body"), start=1)
    ]
    _check_ids(draft, [block["id"] for block in blocks])
    body = {
        "schema": LESSON_SCHEMA,
        "kind": "lesson",
        "language": language,
        "title": _title(draft, source, text),
        "summary": _text(text, "summary") or _text(source, "summary"),
        "minutes": _whole(source, "minutes"),
        **_credit(draft, source, text),
        "blocks": blocks,
    }
    return FrozenForm(body=body, key={}, problems=tuple(draft.problems))


def freeze_quiz(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of a quiz in `language`, its key apart.

    Structure, ids, key, points, pass mark and limits are the source's; `text` gives texts only, by question and option
    id. A question that the translation does not have whole is shown in the source language and says so.
    """
    draft = _Draft("questions", source_language, found)
    translations = {block.get("id"): block for block in _blocks(text, "questions")} if text is not source else {}
    questions: list[dict[str, Any]] = []
    keys: dict[str, Any] = {}
    for number, raw in enumerate(_blocks(source, "questions"), start=1):
        question, key = _question(draft, raw, translations.get(raw.get("id")), language, number)
        questions.append(question)
        keys[question["id"]] = key
    _check_ids(draft, [question["id"] for question in questions])
    if not questions:
        draft.add(gettext_noop("A quiz needs at least one question."))
    draft.field = "introduction"
    body = {
        "schema": QUIZ_SCHEMA,
        "kind": "quiz",
        "language": language,
        "title": _title(draft, source, text),
        "introduction_html": draft.html(text, "introduction") or draft.html(source, "introduction"),
        "minutes": _whole(source, "minutes"),
        "pass_mark": _whole(source, "pass_mark"),
        "max_attempts": _whole(source, "max_attempts"),
        **_credit(draft, source, text),
        "questions": questions,
    }
    return FrozenForm(body=body, key={"schema": KEY_SCHEMA, "questions": keys}, problems=tuple(draft.problems))


def marking_digest(body: Raw, key: Raw) -> str:
    """Return the digest of how a quiz is marked, without texts: equal in all languages, equal after a rewording."""
    return digest(
        {
            "schema": MARKING_SCHEMA,
            "pass_mark": body["pass_mark"],
            "questions": {
                question["id"]: {
                    "kind": question["kind"],
                    "options": sorted(option["id"] for option in question["options"]),
                    "correct": sorted(key["questions"][question["id"]]["correct"]),
                    "points": key["questions"][question["id"]]["points"],
                }
                for question in body["questions"]
            },
        }
    )


def search_text(body: Raw) -> str:
    """Return the words of a frozen lesson for the site search. Of a quiz nothing: questions are in no index."""
    if body["kind"] != "lesson":
        return ""
    words: list[str] = []
    for block in body["blocks"]:
        words.extend(_words({name: value for name, value in block.items() if name not in _NO_WORDS}))
    return " ".join(words)


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


class _Draft:
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
        facts = self.found.pictures.get(_reference(value, "picture") or 0)
        if facts is None:
            facts = PictureFacts("", 0, 0, "", "", "")
            if not (self.found.trusted and _reference(value, "picture")):
                self.add(gettext_noop("Block %(number)s has no picture any more. Choose one."), number=number)
        return {"sha256": facts.sha256, "width": facts.width, "height": facts.height}, facts

    def file(self, value: Raw, name: str, number: int) -> FrozenDownload:
        file = self.found.files.get(_reference(value, name) or 0)
        if file is None:
            file = FrozenDownload(sha256="", name="", content_type="", byte_count=0)
            if not (self.found.trusted and _reference(value, name)):
                self.add(gettext_noop("Block %(number)s has no file any more. Choose one."), number=number)
        return file


def _lesson_block(draft: _Draft, raw: Raw, number: int) -> dict[str, Any]:
    kind = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    frozen: dict[str, Any] = {
        "type": kind,
        "schema": BLOCK_SCHEMAS.get(kind, 0),
        "id": str(raw.get("id") or ""),
        "language": draft.language,
    }
    freeze = _FREEZERS.get(kind)
    if freeze is None:
        draft.add(gettext_noop("Block %(number)s is of a kind that this portal does not know."), number=number)
        return frozen
    return {**frozen, **freeze(draft, value, number)}


def _key_words(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    words = [{"word": _text(word, "word"), "meaning": _text(word, "meaning")} for _, word in _items(value, "words")]
    return {"words": words}


def _heading(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    text = _text(value, "text")
    if not text:
        draft.add(gettext_noop("Block %(number)s is a heading without words."), number=number)
    return {"text": text}


def _rich_text(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"html": draft.html(value)}


def _image(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    picture, facts = draft.picture(value, number)
    alt, decorative = _text(value, "alt"), bool(value.get("decorative"))
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
        "caption": _text(value, "caption"),
        "author": facts.author.strip(),
        "licence": facts.licence.strip(),
        "source": facts.source.strip(),
    }


def _table(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    columns = [_plain(column) for _, column in _items(value, "columns")]
    rows = [[_plain(cell) for _, cell in _entries(row)] for _, row in _items(value, "rows")]
    if not columns or any(len(row) != len(columns) for row in rows):
        draft.add(
            gettext_noop("In the table in block %(number)s each row needs as many cells as there are columns."),
            number=number,
        )
    return {"caption": _text(value, "caption"), "columns": columns, "rows": rows}


def _callout(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    tone = _text(value, "tone")
    return {"tone": tone if tone in _TONES else "note", "title": _text(value, "title"), "html": draft.html(value)}


def _steps(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    steps = [{"title": _text(step, "title"), "html": draft.html(step)} for _, step in _items(value, "steps")]
    return {"title": _text(value, "title"), "steps": steps}


def _checklist(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"title": _text(value, "title"), "entries": [_plain(entry) for _, entry in _items(value, "entries")]}


def _quote(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    return {"text": _text(value, "text"), "source": _text(value, "source")}


def _self_check(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    return {
        "question": _text(value, "question"),
        "options": [_plain(option) for _, option in _items(value, "options")],
        "html": draft.html(value),
    }


def _do_at_work(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    steps = [_plain(step) for _, step in _items(value, "steps")]
    return {"steps": steps, "html": draft.html(value), "minutes": _whole(value, "minutes")}


def _video(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    transcript = draft.html(value, "transcript")
    if not transcript:
        draft.add(
            gettext_noop("The video in block %(number)s needs all that is said and shown as text."), number=number
        )
    return {
        "title": _text(value, "title"),
        "file": draft.file(value, "file", number),
        "captions": draft.file(value, "captions", number),
        "transcript_html": transcript,
        "minutes": _whole(value, "minutes"),
    }


def _video_link(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    url = _text(value, "url")
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
        "title": _text(value, "title"),
        "url": url,
        "transcript_html": draft.html(value, "transcript"),
        "minutes": _whole(value, "minutes"),
    }


def _download(draft: _Draft, value: Raw, number: int) -> dict[str, Any]:
    file = draft.file(value, "file", number)
    return {"title": _text(value, "title"), "file": file, "description": _text(value, "description")}


_FREEZERS: dict[str, Callable[[_Draft, Raw, int], dict[str, Any]]] = {
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


def _question(
    draft: _Draft, raw: Raw, translation: Raw | None, language: str, number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    if kind not in _KINDS:
        draft.add(gettext_noop("Question %(number)s is of a kind that this portal does not know."), number=number)
    options, correct, feedback = _true_false(value) if kind == "true_false" else _options(value)
    _check_key(draft, kind, [option["id"] for option in options], correct, number)
    question = {
        "id": str(raw.get("id") or ""),
        "kind": kind,
        "text": _text(value, "text"),
        "html": draft.html(value),
        "language": draft.language,
        "options": options,
    }
    if not question["text"]:
        draft.add(gettext_noop("Question %(number)s has no words."), number=number)
    explanation = _text(value, "feedback")
    if translation is not None:
        texts: Raw = translation.get("value") or {}
        question = _translated(draft, question, texts, language)
        said = _true_false(texts)[2] if kind == "true_false" else _options(texts)[2]
        feedback = {option: said.get(option) or words for option, words in feedback.items()}
        explanation = _text(texts, "feedback") or explanation
    key = {
        "kind": kind,
        "correct": sorted(correct),
        "points": _whole(value, "points", default=1),
        "feedback": feedback,
        "explanation": explanation,
        "lesson": _lesson_place(draft, value),
    }
    return question, key


def _options(value: Raw) -> tuple[list[dict[str, str]], list[str], dict[str, str]]:
    items = _items(value, "options")
    options = [{"id": key, "text": _text(option, "text")} for key, option in items]
    correct = [key for key, option in items if option.get("correct")]
    feedback = {key: _text(option, "feedback") for key, option in items if _text(option, "feedback")}
    return options, correct, feedback


def _true_false(value: Raw) -> tuple[list[dict[str, str]], list[str], dict[str, str]]:
    options = [{"id": key, "text": ""} for key in TRUE_FALSE_OPTIONS]
    answer = str(value.get("answer")).lower()
    correct = [answer] if answer in TRUE_FALSE_OPTIONS else []
    feedback = {key: _text(value, f"feedback_{key}") for key in TRUE_FALSE_OPTIONS if _text(value, f"feedback_{key}")}
    return options, correct, feedback


def _check_key(draft: _Draft, kind: str, options: Sequence[str], correct: Sequence[str], number: int) -> None:
    if len(set(options)) != len(options) or not all(options):
        draft.add(
            gettext_noop("Two answers of question %(number)s have the same inner name, or one has none."), number=number
        )
    if len(options) < 2:
        draft.add(gettext_noop("Question %(number)s needs at least two answers."), number=number)
    if not correct:
        draft.add(gettext_noop("No answer of question %(number)s is marked as right."), number=number)
    if kind == "single_choice" and len(correct) > 1:
        draft.add(gettext_noop("More than one answer of question %(number)s is marked as right."), number=number)


def _translated(draft: _Draft, question: dict[str, Any], texts: Raw, language: str) -> dict[str, Any]:
    options = question["options"]
    if question["kind"] != "true_false":
        said = {option["id"]: option["text"] for option in _options(texts)[0]}
        options = [{"id": option["id"], "text": said.get(option["id"], "")} for option in options]
    text, html = _text(texts, "text"), draft.html(texts)
    whole = text and (html or not question["html"])
    if question["kind"] != "true_false":
        whole = whole and all(option["text"] for option in options)
    if not whole:
        return question
    return {**question, "text": text, "html": html, "language": language, "options": options}


def _lesson_place(draft: _Draft, value: Raw) -> dict[str, str] | None:
    # A lesson that is gone takes nothing from the question: the result then shows no link.
    key = draft.found.pages.get(_reference(value, "lesson") or 0)
    return {"key": key, "section": _text(value, "section")} if key else None


def _check_ids(draft: _Draft, ids: Sequence[str]) -> None:
    if not all(ids):
        draft.add(gettext_noop("A block has no inner name. Delete it and add it anew."))
    if len({*filter(None, ids)}) != len([*filter(None, ids)]):
        draft.add(gettext_noop("Two blocks have the same inner name. Delete one and add it anew."))


def _title(draft: _Draft, source: Raw, text: Raw) -> str:
    return _text(text, "title") or _text(source, "title")


def _credit(draft: _Draft, source: Raw, text: Raw) -> dict[str, str]:
    draft.field = "source"
    date = text.get("reviewed_date") or source.get("reviewed_date") or ""
    return {
        "author": _text(text, "author") or _text(source, "author"),
        "licence": _text(text, "licence") or _text(source, "licence"),
        "source_html": draft.html(text, "source") or draft.html(source, "source"),
        "reviewed_date": date.isoformat() if isinstance(date, datetime.date) else str(date),
    }


def _blocks(columns: Raw, name: str) -> list[Raw]:
    return [block for block in columns.get(name) or [] if isinstance(block, Mapping)]


def _items(value: Raw, name: str) -> list[tuple[str, Any]]:
    return _entries(value.get(name))


def _entries(raw: Any) -> list[tuple[str, Any]]:
    """Return the entries of a raw list block as (id, value). Lists written by hand hold bare values, without ids."""
    entries = []
    for item in raw or []:
        if isinstance(item, Mapping) and item.get("type") == "item" and "value" in item:
            entries.append((str(item.get("id") or ""), item["value"]))
        else:
            entries.append(("", item))
    return entries


def _plain(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _text(value: Raw, name: str) -> str:
    return _plain(value.get(name))


def _whole(value: Raw, name: str, default: int = 0) -> int:
    number = value.get(name)
    return default if number is None or number == "" else int(number)


def _reference(value: Raw, name: str) -> int | None:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | str):
        return None
    return int(number) if str(number).isascii() and str(number).isdigit() else None


def _numbers(value: Raw, name: str) -> set[int]:
    number = _reference(value, name)
    return set() if number is None else {number}


def _html_texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name in HTML_FIELDS:
            yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _html_texts(entry, str(key) if key != "value" else name)
    elif isinstance(value, list):
        for entry in value:
            yield from _html_texts(entry, name)
