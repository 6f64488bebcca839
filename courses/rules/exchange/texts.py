"""Bytes to text, and text in HTML, Markdown or none to the plain words and clean HTML of a question."""

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.form import MOST_BYTES, FileUnreadable, Notes, Skip
from courses.rules.rich_text import tidied
from foundation.rules.cleaning import ALLOWED_TAGS, clean_html

MOST_TEXT = 20_000
"""Characters of one text of a question, marks included."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml\s[^<>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "windows-1252",  # what browsers and editors mean by it
    "latin1": "windows-1252",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
    "iso-8859-15": "iso-8859-15",
    "windows-1250": "windows-1250",
    "iso-8859-2": "iso-8859-2",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")

_TAG_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})\b")
_ANY_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*\b")
_TAG = re.compile(r"<[^<>]*>")
_BLOCK_EDGES = re.compile(r"(?: ?</?(?:p|ul|ol|li)> ?)+")
_PARTS = re.compile(
    r"<(/?)(?:div|h[1-6]|pre|blockquote|section|article|table|tr|dl|dt|dd|figure)\b[^<>]*>", re.IGNORECASE
)
_CELL = re.compile(r"</(?:td|th)\s*>", re.IGNORECASE)
_DATA = re.compile(r"\bdata:[^\"'\s<>]{0,2000000}")
_PICTURE = re.compile(r"""<img\b[^<>]*?\bsrc\s*=\s*["']?([^"'\s<>]{0,300})""", re.IGNORECASE)
_STYLE = re.compile(r"<[a-zA-Z][^<>]{0,2000}\sstyle\s*=", re.IGNORECASE)
_FORMULA = re.compile(r"\\\(|\\\[|\$\$")
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>(.*)", re.DOTALL)
_BEFORE_BLOCKS = re.compile(r"(.*?)(?=<(?:p|ul|ol)>|\Z)(.*)", re.DOTALL)
_INLINE = re.compile(r"<(strong|em|a)\b")
_MARKDOWN = re.compile(r"\*\*|__|`|^#{1,6} |^[-*+] |\]\(", re.MULTILINE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SILENT = ALLOWED_TAGS | {"div", "span", "font", "section", "article", "tbody", "html", "body", "img"}

STAYS_PLAIN = gettext_noop("Bold, italics and links are left out: here are plain words.")


def decoded(data: bytes) -> tuple[str, str]:
    """Return an uploaded file as text, and the name of its encoding where that was guessed.

    :raises FileUnreadable: if it is empty, larger than 2 MB, or no text.
    """
    if len(data) > MOST_BYTES:
        raise FileUnreadable(gettext_noop("The file is larger than 2 MB. Divide it, and import the parts one by one."))
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    guessed = ""
    if not encoding:
        declared = _DECLARED.match(data[:400])
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        if name not in _ENCODINGS:
            raise FileUnreadable(
                gettext_noop("The file says that its encoding is %(encoding)s. Save it as UTF-8."), encoding=name
            )
        encoding = _ENCODINGS[name]
        if encoding == "utf-8" and not _decodes(data, "utf-8"):
            encoding = guessed = "windows-1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            gettext_noop("The letters of this file cannot be read. Save it as a text file in UTF-8.")
        ) from error
    return checked(text), guessed


def checked(text: str) -> str:
    r"""Return the text with line ends `\n`.

    :raises FileUnreadable: if there is nothing in it, or signs that are in no text file.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileUnreadable(gettext_noop("The file is empty."))
    control = _CONTROL.search(text)
    if control:
        raise FileUnreadable(
            gettext_noop("Line %(line)s holds signs that are in no text file. Is it one?"),
            line=text.count("\n", 0, control.start()) + 1,
        )
    return text


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def line(text: str) -> str:
    """Return a text as one line, each run of spaces one."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def lines(text: str) -> str:
    """Return a text of many lines, as every format can hold it: no space at a line's ends, at most one empty line."""
    broken = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "\n".join(" ".join(part.split()) for part in broken.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", kept).strip()


def clean(html: str) -> str:
    """Return HTML with nothing in it that a question cannot hold, in one spacing. Cleaning twice changes nothing."""
    html = _UNPRINTABLE.sub(lambda sign: sign[0] if sign[0] in "\r\n\f" else "", html)
    return tidied(clean_html(html))


def words_of_html(html: str) -> str:
    """Return the words of HTML, with a line break where it breaks a line."""
    cleaned = clean_html(_with_paragraphs(html))
    broken = _BLOCK_EDGES.sub("\n", _SPACES.sub(" ", cleaned)).replace("<br>", "\n")
    return lines(unescape(_TAG.sub("", broken)))


def html_of_words(text: str) -> str:
    """Return plain words as a paragraph that `split_html` reads back as they are."""
    return "<p>" + escape(text, quote=False).replace("\n", "<br>") + "</p>"


def needs_html(value: Mapping[str, Any]) -> bool:
    """Return whether a question's words go out as HTML: as plain text, what follows an empty line is "more about it"."""
    return "html" in value or "\n\n" in value["text"]


def plain_words(text: str, form: str, field: str, notes: Notes) -> str:
    """Return a text of a file where we hold plain words, noting what is lost. `form`: html, plain, markdown or auto."""
    text = _measured(text, field)
    if not _is_html(text, form):
        _note_markdown(text, form, field, notes)
        return lines(text)
    _note_lost(text, field, notes)
    if _INLINE.search(clean_html(text)):
        notes.add(field, STAYS_PLAIN)
    return words_of_html(text)


def question_words(text: str, form: str, notes: Notes) -> tuple[str, str]:
    """Return the words that ask and the HTML of what else is said, noting what is lost.

    The first paragraph asks, the rest is what there is more about it.
    """
    text = _measured(text, "text")
    if not _is_html(text, form):
        _note_markdown(text, form, "text", notes)
        first, _gap, rest = lines(text).partition("\n\n")
        return first, clean("".join(html_of_words(part) for part in rest.split("\n\n") if part))
    _note_lost(text, "text", notes)
    asked, rest, is_formatted = _first_paragraph(clean(_with_paragraphs(text)))
    if is_formatted:
        notes.add("text", STAYS_PLAIN)
    return asked, rest


def split_html(html: str) -> tuple[str, str]:
    """Return the first paragraph of HTML as words, and the rest as HTML."""
    asked, rest, _formatted = _first_paragraph(clean(html))
    return asked, rest


def _first_paragraph(rest: str) -> tuple[str, str, bool]:
    while rest:
        found = _FIRST_PARAGRAPH.match(rest) or _BEFORE_BLOCKS.match(rest)
        if found is None or not found[0] or (not found[1] and found[2] == rest):
            return words_of_html(rest), "", False
        asked, rest = found[1], tidied(found[2])
        words = words_of_html(asked)
        if words:
            return words, rest, bool(_INLINE.search(asked))
    return "", "", False


def _with_paragraphs(html: str) -> str:
    return _PARTS.sub(r"<\1p>", _CELL.sub(" ", html))


def _measured(text: str, field: str) -> str:
    text = _DATA.sub("data:", text)
    if len(text) > MOST_TEXT:
        raise Skip(field, gettext_noop("A text is longer than %(most)s characters."), most=MOST_TEXT)
    return text


def _is_html(text: str, form: str) -> bool:
    return form == "html" or (form != "plain" and _ANY_TAG.search(text) is not None)


def _note_markdown(text: str, form: str, field: str, notes: Notes) -> None:
    if form == "markdown" and _MARKDOWN.search(text):
        notes.add(field, gettext_noop("Markdown is not read: its signs stand in the text as they were typed."))


def _note_lost(text: str, field: str, notes: Notes) -> None:
    for address in dict.fromkeys(_PICTURE.findall(text)):
        notes.add(field, gettext_noop("The picture “%(name)s” stays behind. Add it by hand."), name=_file_name(address))
    lost = sorted({name.lower() for name in _TAG_NAME.findall(text)} - _SILENT)
    if lost:
        notes.add(
            field,
            gettext_noop("Formatting that questions here do not have is left out (%(elements)s)."),
            elements=_listed(lost),
        )
    if _STYLE.search(text):
        notes.add(field, gettext_noop("Colours and sizes of text are left out."))
    if _FORMULA.search(text):
        notes.add(field, gettext_noop("A formula stands in the text as it was typed."))


def _file_name(address: str) -> str:
    if address.startswith("data:"):
        return "data"
    return unquote(unescape(address)).rsplit("/", 1)[-1][:80] or address[:80]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:12])
