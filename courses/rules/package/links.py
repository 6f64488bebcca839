"""Links to pages inside rich text. The CMS names a page by its row number, a package by its place in the course."""

import re
from collections.abc import Callable
from html import unescape

_LINK = re.compile(r"<a\b[^>]*>", re.IGNORECASE)
_DEAD = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_IS_PAGE = re.compile(r"""\blinktype\s*=\s*["']?page\b""", re.IGNORECASE)
_ID = re.compile(r"""\bid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def page_links(html: str) -> list[str]:
    """Return what the links to pages in the HTML name, in order."""
    return [_target(link[0]) for link in _LINK.finditer(html) if _IS_PAGE.search(link[0])]


def relinked(html: str, name_of: Callable[[str], str | None]) -> str:
    """Return the HTML with another name in each link to a page; where there is none the words stay, without a link."""

    def link(found: re.Match[str]) -> str:
        if not _IS_PAGE.search(found[0]):
            return found[0]
        name = name_of(_target(found[0]))
        return "<a>" if name is None else f'<a linktype="page" id="{name}">'

    return _DEAD.sub(r"\1", _LINK.sub(link, html))


def _target(tag: str) -> str:
    found = _ID.search(tag)
    return unescape(next((part for part in found.groups() if part), "")) if found else ""
