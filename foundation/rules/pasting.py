"""Text from a word processor, as somebody would have typed it here.

What comes along when Word, LibreOffice or Google Docs text is pasted: spaces that do not break, hyphens nobody sees, signs
of no width, list marks typed as text, empty paragraphs, styles, ends of lines of Windows. This is no guard against harm:
`foundation.rules.cleaning` is. Cleaning twice changes nothing.
"""

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]"
    # The joiner of an emoji stays: between two signs that are neither letters nor spaces.
    "|(?<![^\\w\\s\x00-\x7f])\u200d|\u200d(?![^\\w\\s\x00-\x7f])"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_SPACES_AND_ENDS = re.compile("[ \t\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNBROKEN = re.compile("[\u00a0\u202f]")
_OPENS, _CLOSES = "«", "»;:!?%€"
_SYMBOLS = re.compile("[\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf02d]")
"""Bullets of the fonts Symbol and Wingdings, which other fonts have no sign for."""
_BULLETS = "•·▪▫◦‣\u2043●○■□➢➤"
_BULLET = re.compile(rf"^(?:[{_BULLETS}][ \t]*)+(?=\S)")
_NUMBER = re.compile(r"^(?:\d{1,3}|[a-z])[.)] (?=\S)")


def clean_line(text: str) -> str:
    """Return a text of one line: one space between words, none at the ends, no bullet before it."""
    line = _plain(_LINE_ENDS.sub(" ", text).replace("\n", " "))
    return _BULLET.sub("", line).strip() or line


def clean_lines(text: str) -> str:
    """Return a text of several lines: each without spaces at its ends, one empty line at most between two."""
    lines = (_plain(line) for line in _LINE_ENDS.sub("\n", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def titles_in(text: str) -> list[str]:
    r"""Return the titles of a list that was typed or pasted, one of each line, without what marked the lines.

    >>> titles_in("1. Start safely\n2. Find and check")
    ['Start safely', 'Find and check']
    """
    lines = [clean_line(line) for line in clean_lines(text).split("\n")]
    lines = [line for line in lines if line]
    marks = [found[0].rstrip(" .)") for found in map(_NUMBER.match, lines) if found]
    if len(lines) > 1 and _is_counted(marks, len(lines)):
        return [_NUMBER.sub("", line) for line in lines]
    return lines


def _is_counted(marks: Sequence[str], count: int) -> bool:
    """Return whether these are the marks of a list of so many entries: from 1, or from a, one after another."""
    as_counted = [str(number) for number in range(1, count + 1)]
    as_lettered = [chr(ord("a") + number) for number in range(count)]
    return list(marks) in (as_counted, as_lettered)


def clean_paste(html: str) -> str:
    """Return rich text without what a word processor brought along; paragraphs with list marks become lists."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _tidied("".join(reader.parts))


def _plain(text: str) -> str:
    """Return one line of text with the spaces and signs that somebody would have typed."""
    return _spaced(_SPACES, _UNSEEN.sub("", _SYMBOLS.sub("•", text))).strip()


def _spaced(spaces: re.Pattern[str], text: str) -> str:
    """Return the text with single spaces.

    One that does not break stays where it belongs: in French before ; : ! ? and inside « », and within a number.
    """

    def one(run: re.Match[str]) -> str:
        unbroken = _UNBROKEN.search(run[0])
        if unbroken:
            before, after = text[: run.start()][-1:], text[run.end() :][:1]
            if before and after and (before in _OPENS or after in _CLOSES or (before + after).isdigit()):
                return unbroken[0]
        return " "

    return spaces.sub(one, text)


_SILENT = frozenset({"head", "title", "style", "script", "xml"})
"""Elements whose words are not part of the text."""
_UNWRAPPED = frozenset({"html", "body", "meta", "link", "span", "font", "u", "section", "article", "center", "tbody"})
_PARAGRAPHS = frozenset({"div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr"})
_INLINE = {"b": "font-weight", "strong": "font-weight", "i": "font-style", "em": "font-style"}
_KEPT = frozenset({"href", "linktype", "id", "embedtype", "url", "format", "alt"})


class _Reader(HTMLParser):
    """Writes the HTML anew, without what only a word processor needs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._open: list[str] = []  # what each inline element was written as, "" for not at all

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _PARAGRAPHS:
            self.parts.append("<p>")
        elif tag in _INLINE:
            # Google Docs wraps all it copies in a <b> that is not bold.
            style = re.sub(r"\s", "", dict(attrs).get("style") or "").lower()
            is_meant = not re.search(rf"(?:^|;){_INLINE[tag]}:(?:normal|400)", style)
            self._open.append(tag if is_meant else "")
            if is_meant:
                self.parts.append(f"<{tag}>")
        elif self._is_written(tag):
            kept = [(name, value or "") for name, value in attrs if name in _KEPT and (name != "id" or tag == "a")]
            self.parts.append("".join([f"<{tag}", *(f' {name}="{escape(value)}"' for name, value in kept), ">"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _PARAGRAPHS:
            self.parts.append("</p>")
        elif tag in _INLINE:
            written = self._open.pop() if self._open else tag
            if written:
                self.parts.append(f"</{written}>")
        elif self._is_written(tag) and tag != "br":
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(escape(_LINE_ENDS.sub(" ", data), quote=False))

    def _is_written(self, tag: str) -> bool:
        return tag not in _UNWRAPPED and ":" not in tag and not self._silent


_TAG = re.compile(r"(<[^<>]*>)")
_TYPED_MARK = re.compile(r"(<p>)(?:[·o\u2013-][ \t\u00a0]{2,}|§[ \t\u00a0]{2,}(?![\d \t\u00a0]))(?=\S)")
"""A list mark as Word writes it into the text: a sign, then a row of spaces that do not break. Before a figure, § is a
paragraph of a law."""
_TYPED_NUMBER = re.compile(r"(<p>(?:\d{1,3}|[a-z])[.)])[ \t\u00a0]{2,}(?=\S)")
_PARAGRAPH_OF_ENTRY = re.compile(r"<li>\s*<p>((?:(?!</?(?:p|li|ul|ol)>).)*)</p>", re.DOTALL)
_BLOCK = r"</?(?:p|ul|ol|li)>"
_EDGES = re.compile(rf"\s*({_BLOCK})\s*")
_BREAKS = re.compile(
    r"(?:<br>)+(?=</(?:p|li)>)|(?<=<p>)(?:<br>)+|(?<=<li>)(?:<br>)+|(?<=</[pul]>)(?:<br>)+|(?<=</[ou]l>)(?:<br>)+"
)
_EMPTY = re.compile(r"<(p|li|ul|ol|strong|em|b|i|a)\b[^<>]*></\1>")
_BULLETED = re.compile(rf"(?:<p>[{_BULLETS}] ?(?:(?!<p>).)+?</p>)+|(?:<p>[-*] (?:(?!<p>).)+?</p>){{2,}}")
_NUMBERED = re.compile(r"(?:<p>(?:\d{1,3}|[a-z])[.)] (?:(?!<p>).)+?</p>){2,}")
_ONE_BULLETED = re.compile(rf"<p>[{_BULLETS}*\-] ?(.+?)</p>")
_ONE_NUMBERED = re.compile(r"<p>(\d{1,3}|[a-z])[.)] (.+?)</p>")


def _tidied(html: str) -> str:
    html = _TYPED_NUMBER.sub(r"\1 ", _TYPED_MARK.sub(r"\1• ", _SYMBOLS.sub("•", re.sub(r"(<p>)\s+", r"\1", html))))
    parts = _TAG.split(html)
    for number in range(0, len(parts), 2):
        parts[number] = _spaced(_SPACES_AND_ENDS, _UNSEEN.sub("", parts[number]))
    html = "".join(parts)
    while True:
        shorter = _PARAGRAPH_OF_ENTRY.sub(r"<li>\1", html)
        shorter = re.sub(r"\s*(<br>)\s*", r"\1", _EDGES.sub(r"\1", shorter))
        shorter = _EMPTY.sub("", _BREAKS.sub("", shorter))
        if shorter == html:
            break
        html = shorter
    return _NUMBERED.sub(_numbered, _BULLETED.sub(_bulleted, html)).strip()


def _bulleted(run: re.Match[str]) -> str:
    entries = _ONE_BULLETED.sub(r"<li>\1</li>", run[0])
    return f"<ul>{entries}</ul>"


def _numbered(run: re.Match[str]) -> str:
    """Return a list of paragraphs that are numbered from 1, or lettered from a, one after another; else as they are."""
    found = _ONE_NUMBERED.findall(run[0])
    if not _is_counted([mark for mark, _ in found], len(found)):
        return run[0]
    return f"<ol>{''.join(f'<li>{text}</li>' for _, text in found)}</ol>"
