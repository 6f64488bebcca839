"""Rich text of an editor: cleaned when it is saved, its links resolved when it is frozen.

The CMS stores a link to a page as `<a linktype="page" id="7">`. A page number means nothing in a record, so a frozen
text holds `/-/pages/<translation key>/` instead, and `with_addresses` puts today's address there when it is drawn.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

from foundation.rules.cleaning import clean_html, is_safe_address

_LINK = re.compile(r"<a\b([^>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NUMBER_PATH = re.compile(r'<a href="/-/pages/([0-9]{1,18})/">')
_KEY_PATH = re.compile(r'<a href="/-/pages/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/">')
_DEAD_LINK = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EDGES = re.compile(r" ?(</?(?:p|ul|ol|li|br)>) ?")
_NOTHING = re.compile(r"<(p|li|strong|em)></\1>")
_LOST = re.compile(r"<(embed|img|iframe|video|audio|object|table)\b", re.IGNORECASE)


def clean_draft(html: str) -> str:
    """Return the HTML as the draft may keep it: cleaned, links to pages of the site kept. Cleaning twice changes nothing."""
    with_paths = _LINK.sub(lambda link: _page_link(link, lambda number: str(number)), html)
    return _NUMBER_PATH.sub(r'<a linktype="page" id="\1">', clean_html(with_paths))


def frozen_html(html: str, keys: Mapping[int, str]) -> str:
    """Return the HTML as a record keeps it: cleaned, one spacing, links to pages by translation key.

    `keys` maps page numbers to translation keys. The words of a link that leads nowhere stay, the link goes.
    """
    with_keys = _LINK.sub(lambda link: _page_link(link, keys.get), html)
    return tidied(clean_html(with_keys))


def tidied(html: str) -> str:
    """Return cleaned HTML in one spacing: editors and files wrap lines differently, and mean the same."""
    html = _DEAD_LINK.sub(r"\1", html)
    while True:  # where an empty element went, two spaces may meet, or one stand at an edge
        shorter = _NOTHING.sub("", _EDGES.sub(r"\1", _SPACES.sub(" ", html)).strip())
        if shorter == html:
            return html
        html = shorter


def linked_pages(html: str) -> set[int]:
    """Return the numbers of the pages that the HTML links to."""
    numbers = (_page_number(_attributes(link[1])) for link in _LINK.finditer(html))
    return {number for number in numbers if number is not None}


def linked_keys(html: str) -> set[str]:
    """Return the translation keys of the pages that frozen HTML links to."""
    return set(_KEY_PATH.findall(html))


def with_page_numbers(html: str, numbers: Mapping[int, int]) -> str:
    """Return the HTML of a draft with its links to some pages leading to others."""

    def link(found: re.Match[str]) -> str:
        number = _page_number(_attributes(found[1]))
        other = numbers.get(number) if number is not None else None
        return f'<a linktype="page" id="{other}">' if other is not None else found[0]

    return _LINK.sub(link, html)


def unsafe_addresses(html: str) -> list[str]:
    """Return the addresses in the HTML that a link may not have, as typed."""
    typed = (_attributes(link[1]).get("href") for link in _LINK.finditer(html))
    return [address for address in typed if address is not None and not is_safe_address(address)]


def lost_things(html: str) -> list[str]:
    """Return the names of elements in the HTML that cleaning would drop with what they show."""
    return sorted({name.lower() for name in _LOST.findall(html)})


def with_addresses(html: str, address_of: Callable[[str], str | None]) -> str:
    """Return frozen HTML with the address of each linked page; where there is none the words stay and the link goes."""

    def link(found: re.Match[str]) -> str:
        address = address_of(found[1])
        return f'<a href="{escape(address)}">' if address else "<a>"

    return _DEAD_LINK.sub(r"\1", _KEY_PATH.sub(link, html))


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(text)}


def _page_number(attributes: Mapping[str, str]) -> int | None:
    number = attributes.get("id", "")
    is_page = attributes.get("linktype") == "page" and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if is_page else None


def _page_link(link: re.Match[str], key_of: Callable[[int], str | None]) -> str:
    attributes = _attributes(link[1])
    if "linktype" not in attributes:
        return link[0]
    number = _page_number(attributes)
    key = key_of(number) if number is not None else None
    return f'<a href="/-/pages/{key}/">' if key else "<a>"
