"""Headings say what comes next, and are headings.

Blocks of a page know one level of heading below its title, so no level can be left out; what remains to go wrong is
here.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from courses.rules.drafted import text_of
from courses.rules.quality.form import Block, DraftText, Found, Place, Rule, gettext_noop
from courses.rules.reading import lines_of, word_count

_BOLD_LINE = re.compile(r"<p\b[^>]*>\s*<(b|strong)>(?P<words>(?:(?!</\1>).)*)</\1>\s*</p>(?=\s*<)", re.DOTALL)
_LONGEST_HEADING = 12  # words; longer ones are a paragraph that is bold


def _check(text: DraftText) -> Found:
    yield from _empty_parts(text)
    yield from _same_headings(text)
    for passage in text.passages:
        for found in _BOLD_LINE.finditer(passage.html):
            words = lines_of(found["words"])
            if 0 < word_count(words) <= _LONGEST_HEADING and not words.endswith((".", "!", "?", ":", ";")):
                yield (
                    passage.place,
                    gettext_noop("“%(words)s” is bold text that stands for a heading."),
                    {"words": words},
                )


def _empty_parts(text: DraftText) -> Found:
    for name in text.shape.streams:
        blocks = [block for block in text.blocks if block.place[0] == name]
        for block, after in zip_longest(blocks, blocks[1:]):
            if block.kind == "heading" and (after is None or after.kind == "heading"):
                words = gettext_noop("Nothing comes after the heading “%(words)s”.")
                yield (*block.place, "text"), words, {"words": text_of(block.value, "text")}
            elif block.kind == "section" and not lines_of(text_of(block.value, "html")):
                words = gettext_noop("Nothing comes after the heading “%(words)s”.")
                yield (*block.place, "html"), words, {"words": text_of(block.value, "title")}


def _same_headings(text: DraftText) -> Found:
    seen: set[str] = {text_of(text.columns, "title").casefold()} - {""}
    for place, heading in _headings(text.blocks):
        if heading.casefold() in seen:
            yield (
                place,
                gettext_noop("“%(words)s” is a heading, or the title, of this page already."),
                {"words": heading},
            )
        seen |= {heading.casefold()} - {""}


def _headings(blocks: tuple[Block, ...]) -> Iterator[tuple[Place, str]]:
    for block in blocks:
        name = {"heading": "text", "section": "title"}.get(block.kind)
        if name:
            yield (*block.place, name), text_of(block.value, name)


HEADINGS = Rule(
    key="headings",
    name=gettext_noop("Headings are in order"),
    asks=gettext_noop(
        "Each heading is a heading, differs from the others, and has something below it (WCAG 2.2, 1.3.1)."
    ),
    mend=gettext_noop(
        "Use a heading block instead of bold text, give each its own words, and write something below it or take it out."
    ),
    check=_check,
)
