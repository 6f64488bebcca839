r"""A GIFT file cut into its questions, each into name, words and answers, with the line where each begins.

GIFT escapes its signs with a backslash: `\~ \= \# \{ \} \:`, a line break is `\n`. While it is cut, an escaped
sign is a control character, which no file that is read holds; `unescaped` brings it back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.form import Skip

_ESCAPES = {":": "\x01", "#": "\x02", "=": "\x03", "{": "\x04", "}": "\x05", "~": "\x06", "n": "\x07", "\\": "\x08"}
_MEANINGS = {sign: "\n" if letter == "n" else letter for letter, sign in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\([:#={}~n\\])")
_SIGN = re.compile("[\x01-\x08]")
_RESERVED = re.compile(r"[\\:#={}~\n]")
_TAG = re.compile(r"\[tag:((?:\\\]|[^\]<>`]){1,300})\]")
_ID = re.compile(r"\[id:((?:\\\]|[^\]]){1,300})\]")


@dataclass(slots=True)
class Part:
    """The lines between two empty lines. Comments are taken out of `text`; their lines stay, empty."""

    text: str
    line: int
    category: str | None = None
    tags: list[str] = field(default_factory=list)
    has_id: bool = False

    def line_of(self, place: int) -> int:
        return self.line + self.text.count("\n", 0, place)


@dataclass(slots=True)
class Cut:
    """A question cut in its parts, still escaped. `answers` is None for a text without braces."""

    title: str
    words: str
    answers: str | None
    answers_line: int
    feedback: str


def escaped(text: str) -> str:
    r"""Return words as GIFT holds them.

    >>> escaped("a=b")
    'a\\=b'
    """
    return _RESERVED.sub(lambda sign: "\\n" if sign[0] == "\n" else f"\\{sign[0]}", text)


def unescaped(text: str) -> str:
    return _SIGN.sub(lambda sign: _MEANINGS[sign[0]], text)


def split(text: str) -> Iterator[Part]:
    """Return the questions and categories of a file, in order."""
    lines = text.split("\n")
    begin = 0
    for place in range(len(lines) + 1):
        if place == len(lines) or not lines[place].strip():
            yield from _parts(lines[begin:place], begin + 1)
            begin = place + 1


def cut(part: Part) -> Cut:
    """Return the parts of a question.

    :raises Skip: if a brace is opened and not closed, closed and not opened, or there are several pairs.
    """
    text = part.text
    title = ""
    begin = len(text) - len(text.lstrip())
    if text.startswith("::", begin):
        end = text.find("::", begin + 2)
        if end >= 0:
            title, begin = text[begin + 2 : end], end + 2
    opened, closed = text.find("{", begin), text.find("}", begin)
    if opened < 0 and closed < 0:
        return Cut(title, text[begin:], None, part.line, "")
    if opened < 0 or 0 <= closed < opened:
        words = gettext_noop("“}” closes a brace that was not opened. Write it as “\\}”.")
        raise Skip("options", words, line=part.line_of(closed))
    if closed < 0:
        words = gettext_noop("The brace “{” is not closed before the next empty line.")
        raise Skip("options", words, line=part.line_of(opened))
    second = re.search(r"[{}]", text[closed + 1 :])
    inner = text.find("{", opened + 1, closed)
    if second or inner >= 0:
        place = inner if inner >= 0 else closed + 1 + (second.start() if second else 0)
        words = gettext_noop("A question has one pair of braces. Write others as “\\{” and “\\}”.")
        raise Skip("options", words, line=part.line_of(place))
    before, after = text[begin:opened], text[closed + 1 :]
    answers = text[opened + 1 : closed]
    whole, gap, feedback = answers.rpartition("####")
    return Cut(
        title=title,
        words=f"{before.rstrip()} _____ {after.lstrip()}" if after.strip() else before,
        answers=whole if gap else answers,
        answers_line=part.line_of(opened),
        feedback=feedback if gap else "",
    )


def _parts(lines: list[str], first: int) -> Iterator[Part]:
    """Return the parts of some lines without an empty one: a category takes a line of its own."""
    kept: list[str] = []
    tags: list[str] = []
    has_id = False
    begin = first
    for number, line in enumerate(lines, start=first):
        bare = line.strip()
        if bare.startswith("//"):
            tags += [tag.replace("\\]", "]").strip() for tag in _TAG.findall(bare)]
            has_id = has_id or _ID.search(bare) is not None
            kept.append("")
        elif bare.startswith("$CATEGORY:") and not "".join(kept).strip():
            yield Part("", number, category=_plain(bare.removeprefix("$CATEGORY:")).strip())
            kept, tags, has_id, begin = [], [], False, number + 1
        else:
            kept.append(_ESCAPED.sub(lambda sign: _ESCAPES[sign[1]], line))
    text = "\n".join(kept)
    if text.strip():
        empty = len(text) - len(text.lstrip("\n"))
        yield Part(text[empty:], begin + empty, tags=tags, has_id=has_id)


def _plain(text: str) -> str:
    return unescaped(_ESCAPED.sub(lambda sign: _ESCAPES[sign[1]], text))
