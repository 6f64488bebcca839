"""What the rules of quality look at: a page in a neutral form, made of the columns of its draft; and what they say.

A place is a way into the draft: the field, then the number of a block (from 0), then names and numbers of what is in it,
as the blocks of the form are nested.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a kind of page keeps what. Names of columns; "" and () where it has none of it.

    `source` and `review_by` name what the page must say of itself: where it comes from, and when to read it again.
    """

    html: tuple[str, ...] = ()
    plain: tuple[str, ...] = ("title",)
    streams: tuple[str, ...] = ()
    source: str = ""
    review_by: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in one place. `html`: as rich text, "" for a plain one; `language`: declared for it, "" for the page's."""

    place: Place
    text: str
    html: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture where it is used; `number` is its row."""

    place: Place
    number: int
    alt: str
    decorative: bool


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What the CMS knows of the words in a picture."""

    contains_text: bool
    contrast_checked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a stream as it is stored."""

    place: Place
    kind: str
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DraftText:
    """A page as the rules read it. `pictures`: by row number, of those that are known; `today`: a date of the reader."""

    shape: Shape
    language: str
    columns: Mapping[str, Any]
    passages: tuple[Passage, ...]
    shown_pictures: tuple[ShownPicture, ...]
    blocks: tuple[Block, ...]
    today: datetime.date
    pictures: Mapping[int, PictureWords] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QualityProblem:
    """What a rule found. `words`: English for gettext, its places filled by `values`; `place` begins with the field."""

    rule: str
    place: Place
    words: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def field(self) -> str:
        return str(self.place[0])


Found = Iterable[tuple[Place, str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the publish gate. `name`, `asks` and `mend` are English for gettext.

    `can_warn`: an operator may turn it to a warning. Not where what is published could not be read without it: those are
    asked of a record too (`courses.rules.freezing`).
    """

    key: str
    name: str
    asks: str
    mend: str
    check: Callable[[DraftText], Found]
    can_warn: bool = True

    def problems(self, text: DraftText) -> list[QualityProblem]:
        return [QualityProblem(self.key, place, words, values) for place, words, values in self.check(text)]


def gettext_noop(text: str) -> str:
    """Mark words for translation where they are written; they are translated where they are shown."""
    return text
