"""The neutral form of a question on its way in or out, and what is said of what does not fit.

A question is the raw value of its block without what is empty and without inner names: `{"text": "Which?", "options":
[{"text": "This", "correct": True}, {"text": "That"}], "points": 1}`. So a question that went out and came back is equal.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.rules.drafted import gettext_noop

MOST_BYTES = 2 * 1024 * 1024
"""Of an uploaded file."""
MOST_QUESTIONS = 1000
"""Of one file."""
MOST_TITLE = 160
"""Characters in the name of a question in the bank."""
MOST_TAGS = 300
"""Characters in the tags of a question in the bank, with commas between."""
MOST_POINTS = 100

LISTS = {"options": True, "others": False, "accepted": False}
"""Fields that hold a list, and whether its entries have fields of their own."""
SHARED_FIELDS = frozenset({"text", "html", "feedback", "points", "hint", "competence"})
KIND_FIELDS: Mapping[str, frozenset[str]] = {
    "single_choice": frozenset({"options"}),
    "multiple_choice": frozenset({"options", "partial"}),
    "true_false": frozenset({"answer", "feedback_true", "feedback_false"}),
    "ordering": frozenset({"options", "partial"}),
    "matching": frozenset({"options", "others", "partial"}),
    "numeric": frozenset({"number", "tolerance", "unit"}),
    "short_text": frozenset({"accepted", "case", "accents"}),
    "open_answer": frozenset({"guidance"}),
}
"""What an exchanged question of each kind can hold, beside what all have."""
FIELD_NAMES: Mapping[str, str] = {
    "text": gettext_noop("question"),
    "html": gettext_noop("more about it"),
    "feedback": gettext_noop("general feedback"),
    "points": gettext_noop("points"),
    "hint": gettext_noop("hint"),
    "competence": gettext_noop("competence"),
    "outcome": gettext_noop("outcome"),
    "lesson": gettext_noop("lesson"),
    "section": gettext_noop("section of the lesson"),
    "picture": gettext_noop("picture"),
    "title": gettext_noop("name"),
    "tags": gettext_noop("tags"),
    "options": gettext_noop("answers"),
    "others": gettext_noop("other matches"),
    "accepted": gettext_noop("accepted answers"),
    "partial": gettext_noop("part of the points"),
    "marking": gettext_noop("marking"),
    "answer": gettext_noop("right answer"),
    "feedback_true": gettext_noop("feedback on “True”"),
    "feedback_false": gettext_noop("feedback on “False”"),
    "number": gettext_noop("right number"),
    "tolerance": gettext_noop("tolerance"),
    "unit": gettext_noop("unit"),
    "case": gettext_noop("capital letters"),
    "accents": gettext_noop("accents"),
    "guidance": gettext_noop("guidance for who marks"),
    "kind": gettext_noop("kind"),
    "file": gettext_noop("file"),
}
"""English words for gettext. A field that is not here is one of the file's own, and is named as it is there."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader or writer could not take over. `words` is an English text for gettext with its `values`.

    `number` counts the questions of the file from 1 and is 0 for the file as a whole; `line` is 0 where none is known.
    """

    field: str
    words: str
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    number: int = 0
    line: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question in neutral form. `losses` says what of it stays behind."""

    kind: str
    value: dict[str, Any]
    title: str
    tags: tuple[str, ...] = ()
    number: int = 0
    line: int = 0
    losses: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: its questions, those that are left out with the reason, and what concerns the file."""

    questions: tuple[Question, ...] = ()
    skipped: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file to download. `losses` says what of the questions is not in it, `skipped` which are not in it at all."""

    text: str
    losses: tuple[Note, ...] = ()
    skipped: tuple[Note, ...] = ()


class FileUnreadable(Exception):
    """A file nothing can be taken from. `words` is an English text for gettext, `values` fills its places."""

    def __init__(self, words: str, **values: Any) -> None:
        super().__init__(words)
        self.words = words
        self.values = values


class Skip(Exception):
    """A question that cannot become one of ours; the file goes on. `line` where it is known better than its first."""

    def __init__(self, field: str, words: str, *, line: int = 0, **values: Any) -> None:
        super().__init__(words)
        self.field = field
        self.words = words
        self.line = line
        self.values = values


class Notes:
    """Collects what is said of one question while it is read or written."""

    def __init__(self, number: int = 0, line: int = 0) -> None:
        self.number = number
        self.line = line
        self.title = ""
        self._said: list[Note] = []

    def add(self, field: str, words: str, *, line: int = 0, **values: Any) -> None:
        note = Note(field, words, values, self.number, line or self.line, self.title)
        if note not in self._said:
            self._said.append(note)

    def skipped(self, skip: Skip) -> Note:
        return Note(skip.field, skip.words, skip.values, self.number, skip.line or self.line, self.title)

    def said(self) -> tuple[Note, ...]:
        return tuple(dataclasses.replace(note, title=self.title) for note in self._said)


def too_many() -> FileUnreadable:
    return FileUnreadable(
        gettext_noop("The file has more than %(most)s questions. Divide it, and import the parts one by one."),
        most=MOST_QUESTIONS,
    )


def joined_tags(tags: Sequence[str]) -> str:
    return ", ".join(tags)


def tag_list(text: str) -> tuple[str, ...]:
    """Return the tags in a text with commas between them: lower case, each once."""
    return tuple(dict.fromkeys(tag for tag in (" ".join(part.lower().split()) for part in text.split(",")) if tag))


def kept_tags(tags: Sequence[str], notes: Notes) -> tuple[str, ...]:
    """Return the tags that fit into the bank. One that holds a comma becomes two."""
    every = tag_list(",".join(tags))
    kept: list[str] = []
    for tag in every:
        if len(joined_tags([*kept, tag])) > MOST_TAGS:
            notes.add("tags", gettext_noop("There is no room for the tag “%(tag)s”."), tag=tag[:80])
        else:
            kept.append(tag)
    return tuple(kept)


def kept_title(title: str, text: str, notes: Notes) -> str:
    """Return the name of a question: that of the file, else its first words; cut where it is too long."""
    name = " ".join(title.split())
    if len(name) > MOST_TITLE:
        notes.add("title", gettext_noop("The name is longer than %(most)s characters and is cut."), most=MOST_TITLE)
    return _cut(name or " ".join(text.split()), MOST_TITLE)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
