"""Which addresses in a text cannot lead anywhere, by their form alone: nothing is fetched."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_WITHIN = re.compile(r"<a\b([^>]*)>", re.IGNORECASE)
_LINK_TYPE = re.compile(r"""\blinktype\s*=\s*["'](page|document)["']""")
_LINK_NUMBER = re.compile(r"""\bid\s*=\s*["'](\d+)["']""")
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?", re.UNICODE)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


def addresses_in(html: str) -> Iterator[str]:
    """Yield the addresses that the links of a text lead to, as they are written."""
    for double, single in _HREF.findall(html):
        yield unescape(double or single).strip()


def linked_within(html: str) -> Iterator[tuple[str, int]]:
    """Yield ("page" or "document", its number) for each link within the site, as the CMS stores them."""
    for attributes in _WITHIN.findall(html):
        kind, number = _LINK_TYPE.search(attributes), _LINK_NUMBER.search(attributes)
        if kind and number:
            yield kind[1], int(number[1])


def leads_nowhere(address: str) -> bool:
    """Say whether an address has a form that no browser can follow to another site, a mailbox or a telephone.

    Addresses within the site (`/en/about/`, `#part-2`) have a form that is right; whether there is such a page this does
    not know.
    """
    if address.startswith(("#", "?")) or (address.startswith("/") and not address.startswith("//")):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:  # as in http://[oops
        return True
    if parts.scheme == "mailto":
        return not _MAIL.fullmatch(parts.path)
    if parts.scheme == "tel":
        return not re.fullmatch(r"\+?[\d\s().-]{3,}", parts.path)
    if parts.scheme not in {"http", "https"}:
        return True
    labels = (parts.hostname or "").rstrip(".").split(".")
    return len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels)
